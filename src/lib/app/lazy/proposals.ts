// Loaded when an edit was approved: the comparison of words is not needed before.
import { fail, failure, ok, type Result } from '$lib/core';
import type { NewNote } from '$lib/engine';
import { asRule, mergedInto, type CorrectionNote } from '$lib/run';
import { ask } from '../client.svelte';
import { database } from '../database';

export { proposeNotes } from '$lib/run';

/** Takes a correction into a note that says nearly the same, whose record goes on; the way back. */
export async function mergeInto(
	old: CorrectionNote,
	note: NewNote
): Promise<Result<() => Promise<Result<void>>>> {
	const { scope, reach } = mergedInto(old, note);
	const done = await ask((api) => api.editNote(old.id, note.instruction, scope, { reach }));
	if (!done.ok) return done;
	const before = { reach: old.reach ?? ('may-leave' as const) };
	return ok(() => ask((api) => api.editNote(old.id, old.instruction, old.scope, before)));
}

/**
 * Makes a correction a rule of the workflow that it is for. It is kept as a retired note, too: it can be brought back, and
 * says which edit it came from.
 */
export async function keepAsRule(note: NewNote): Promise<Result<void>> {
	const { scope } = note;
	const row = scope.kind === 'everywhere' ? undefined : await database().workflows.get(scope.workflowId);
	const changed = row && !row.deleted ? asRule(row.document, note) : null;
	if (!changed) {
		return fail(
			failure(
				'rule.no-step',
				'No step of this workflow could hold it: it has the rule already, or no step that writes this draft. Nothing was kept; keep it as a note instead.'
			)
		);
	}
	return ask(async (api) => {
		const saved = await api.saveWorkflow(changed);
		if (!saved.ok) return saved;
		const kept = await api.confirmNote(note);
		return kept.ok ? api.retireNote(kept.value) : kept;
	});
}
