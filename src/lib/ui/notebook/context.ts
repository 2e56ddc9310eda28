import type { Json, ProviderChoice, Result, ValueRef } from '$lib/core';
import type { CorrectionNote, NoteProposal, NoteRecord, NoteScope } from '$lib/run';
import { createContext } from 'svelte';

/** The content of a stored value: text, parsed JSON or bytes, by its media type. */
export type Content = string | Json | Uint8Array;

/** Content as text: JSON is written out, bytes are not text. */
export function textOf(content: Content): string {
	if (typeof content === 'string') return content;
	return content instanceof Uint8Array ? '' : JSON.stringify(content, null, 2);
}

/** What the parts of a notebook are given by the page, however deep they stand. */
export interface NotebookTools {
	read: (ref: Pick<ValueRef, 'hash' | 'media'>) => Promise<Result<Content>>;
	download: (file: { name: string; blob: Blob }) => void;
	/** One sentence for the page's one polite live region. */
	announce: (sentence: string) => void;
}

export const [useTools, provideTools] = createContext<NotebookTools>();

/** A correction note with how it has fared. */
export type NoteWithRecord = CorrectionNote & { record: NoteRecord };

/** A proposal that nobody has decided about yet. */
export interface OpenProposal extends NoteProposal {
	/** Stable over reloads: dismissing is remembered by it. */
	key: string;
	/** The step that made the draft, and the gate where it was edited. */
	stepId: string;
	gateId: string;
}

/** What a person can do on a notebook page. Each resolves when it is on disk. */
export interface NotebookActions {
	approve(
		stepId: string,
		draftHash: string,
		given: { text?: string; ticks: string[] }
	): Promise<Result<void>>;
	askForChanges(
		stepId: string,
		draftHash: string,
		given: { reason: string; ticks: string[] }
	): Promise<Result<void>>;
	reject(
		stepId: string,
		draftHash: string,
		given: { reason: string; ticks: string[] }
	): Promise<Result<void>>;
	later(): void;
	retry(stepId: string, provider?: ProviderChoice): Promise<Result<void>>;
	replaceSource(stepId: string, sourceId: string, files: File[]): Promise<Result<void>>;
	cancel(reason: string): Promise<Result<void>>;
	exportAs(format: string): Promise<Result<void>>;
	keepNote(proposal: OpenProposal, instruction: string, scope: NoteScope): Promise<Result<void>>;
	dismiss(proposal: OpenProposal): void;
	/** Text typed at a gate and not decided yet; kept so that a crash loses nothing. */
	keptEdit(draftHash: string): string | null;
	keepEdit(draftHash: string, text: string | null): void;
}

/** What the keyboard can do at a gate. */
export interface GateHandle {
	edit: () => void;
	approve: () => void;
	askForChanges: () => void;
}
