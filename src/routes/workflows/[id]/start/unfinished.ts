import type { Choice, Scalar } from './form.svelte';

/** What a person filled in before a run and has not started. */
export interface Unfinished {
	inputs: Record<string, Scalar>;
	sources: Record<string, Choice[]>;
	/** Text pasted for a source and not used yet. */
	pasted: Record<string, string>;
	sample: string | null;
}

/**
 * By workflow, in memory: the files that were chosen cannot be kept in any other way. It outlives a look at another
 * screen; before a reload the form asks.
 */
const forms: Record<string, Unfinished> = {};

export function unfinished(workflowId: string): Unfinished | null {
	return forms[workflowId] ?? null;
}

export function keepUnfinished(workflowId: string, form: Unfinished | null): void {
	if (form) forms[workflowId] = form;
	else delete forms[workflowId];
}
