import { ok, type Result } from '$lib/core';
import type { NewNote } from '$lib/engine';
import type { CorrectionNote, NoteProposal, NoteScope } from '$lib/run';
import { ask } from './client.svelte';

/** What the edits from a draft to its reviewed version may mean for the next time. */
export async function proposalsFor(draft: string, reviewed: string): Promise<NoteProposal[]> {
	const { proposeNotes } = await import('./lazy/proposals');
	return proposeNotes(draft, reviewed);
}

export function confirmNote(note: NewNote): Promise<Result<string>> {
	return ask((api) => api.confirmNote(note));
}

/**
 * Keeps a correction: as a new note, in the place of one that says nearly the same, whose record goes on, or as a rule of
 * the step that writes the draft. What it took the place of can be brought back: then the way back, else null.
 */
export async function keepNote({
	instead,
	as,
	...note
}: NewNote & { instead: CorrectionNote | null; as: 'note' | 'rule' }): Promise<Result<UndoMerge | null>> {
	if (instead !== null) return (await import('./lazy/proposals')).mergeInto(instead, note);
	const kept =
		as === 'rule' ? await (await import('./lazy/proposals')).keepAsRule(note) : await confirmNote(note);
	return kept.ok ? ok(null) : kept;
}

export type UndoMerge = () => Promise<Result<void>>;

export function editNote(
	id: string,
	instruction: string,
	scope: NoteScope,
	more?: Pick<NewNote, 'reach' | 'when'>
): Promise<Result<void>> {
	return ask((api) => api.editNote(id, instruction, scope, more));
}

export function retireNote(id: string): Promise<Result<void>> {
	return ask((api) => api.retireNote(id));
}

export function restoreNote(id: string): Promise<Result<void>> {
	return ask((api) => api.restoreNote(id));
}
