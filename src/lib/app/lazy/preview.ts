import type { Result } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import { fileRunner, type ReadDocument } from '$lib/engine';
import { harmless } from './harmless';
import fileUrl from '../../../workers/file?worker&url';

/** What a file says, with the places that it was read from. */
export type PreviewDocument = (ReadDocument & { ok: true })['value'];

/** A file that is open: each part of it is made when it is asked for. */
export interface Preview {
	/** `onProgress` is told in words, such as `page 12 of 300`. */
	read(onProgress: (said: string) => void): Promise<Result<PreviewDocument>>;
	/**
	 * The file as clean nodes, null where it has no such view. Elements with paragraph n carry `data-place="n"`; nothing in
	 * them loads, runs or leads anywhere.
	 */
	show(): Promise<Result<DocumentFragment | null>>;
	/** The page as a picture, null where the format has no pages. Width and height are in points. */
	page(number: number): Promise<Result<{ png: Blob; width: number; height: number; pages: number } | null>>;
	close(): void;
}

export function openPreview(file: { name: string; bytes: Uint8Array }): Preview {
	const runner = fileRunner(() => new Worker(trustedScriptUrl(fileUrl), { type: 'module', name: 'preview' }));
	return {
		read: (onProgress) =>
			runner.read('preview', file, ({ unit, done, total }) => onProgress(`${unit} ${done + 1} of ${total}`)),
		async show() {
			const shown = await runner.show('preview', file);
			if (!shown.ok || shown.value === null) return shown.ok ? { ok: true, value: null } : shown;
			return { ok: true, value: harmless(shown.value) };
		},
		async page(number) {
			const drawn = await runner.draw('preview', file, number);
			if (!drawn.ok || drawn.value === null) return drawn.ok ? { ok: true, value: null } : drawn;
			const { png, ...facts } = drawn.value;
			return { ok: true, value: { ...facts, png: new Blob([new Uint8Array(png)], { type: 'image/png' }) } };
		},
		close: () => runner.close()
	};
}
