import type { Result } from '$lib/core';
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

export function editNote(id: string, instruction: string, scope: NoteScope): Promise<Result<void>> {
	return ask((api) => api.editNote(id, instruction, scope));
}

export function retireNote(id: string): Promise<Result<void>> {
	return ask((api) => api.retireNote(id));
}

export function restoreNote(id: string): Promise<Result<void>> {
	return ask((api) => api.restoreNote(id));
}
