import type { Result } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import { fileRunner, type ReadDocument } from '$lib/engine';
import DOMPurify from 'dompurify';
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
			return { ok: true, value: clean(shown.value) };
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

const TAGS = (
	'a abbr article aside b blockquote br caption code dd del div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 ' +
	'header hr i ins kbd li main mark ol p pre q s section small span strong sub sup table tbody td tfoot th thead tr u ul'
).split(' ');

function clean(html: string): DocumentFragment {
	return DOMPurify.sanitize(html, {
		RETURN_DOM_FRAGMENT: true,
		ALLOWED_TAGS: TAGS,
		// No address of any kind, and no style: nothing is fetched, and nothing is hidden or laid over the page.
		ALLOWED_ATTR: ['data-place', 'colspan', 'rowspan', 'hidden', 'lang', 'dir'],
		ALLOW_DATA_ATTR: false,
		ALLOW_ARIA_ATTR: false
	});
}
