import { DONE, type Result } from '$lib/core';
import type { NewNote } from '$lib/engine';
import type { NoteProposal, NoteScope } from '$lib/run';
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
 * the step that writes the draft.
 */
export async function keepNote({
	instead,
	as,
	...note
}: NewNote & { instead: string | null; as: 'note' | 'rule' }): Promise<Result<void>> {
	if (as === 'rule') return (await import('./lazy/proposals')).keepAsRule(note);
	if (instead !== null) return editNote(instead, note.instruction, note.scope, { reach: note.reach });
	const kept = await confirmNote(note);
	return kept.ok ? DONE : kept;
}

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
