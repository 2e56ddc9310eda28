import { fail, failure, type GivenNote, type Result } from '$lib/core';
import { selectNotes, type CorrectionNote, type RunState, type StepState } from '$lib/run';
import type { StepContext } from '$lib/steps';
import { frozenOf } from './called';
import { resolveRef } from './resolve';
import { calledBy } from './surroundings';
import type { ValueBook } from './values';

/** What an attempt is given beside its inputs: notes, sources, a person's words. */

/** Notes that a step is given, and those that its budget cut. */
export interface Chosen {
	given: GivenNote[];
	cut: GivenNote[];
}

/** The notes for a step, where its kind takes any. */
export async function notesFor(
	state: RunState,
	step: StepState,
	takesNotes: boolean,
	ports: { notes(): Promise<CorrectionNote[]> }
): Promise<Chosen> {
	if (!takesNotes) return { given: [], cut: [] };
	const { output, job } = step.def;
	const makes = output.type === 'json' || job === 'flag' ? ('data' as const) : ('text' as const);
	// Notes on a workflow hold wherever it is called from.
	const called = calledBy(state, step)?.def.with['workflow'];
	const workflowId = typeof called === 'string' ? called : (state.definition?.id ?? '');
	const where = { workflowId, stepId: step.def.id, makes };
	return selectNotes(await ports.notes(), where);
}

/** The sources of the workflow that a step belongs to, with what they were given. */
export async function sourcesOf(
	state: RunState,
	step: StepState,
	values: ValueBook
): Promise<Result<StepContext['sources']>> {
	if (step.def.job !== 'collect') return { ok: true, value: [] };
	const caller = calledBy(state, step);
	const declared = caller ? frozenOf(caller.def).sources : (state.definition?.sources ?? []);
	const found: StepContext['sources'] = [];
	for (const source of declared) {
		const given = await resolveRef(state, step, { root: 'sources', id: source.id }, values);
		if (!given.ok) {
			const { message, code, details } = given.failure;
			const file = typeof details?.['file'] === 'string' ? details['file'] : 'a file';
			return fail(
				failure(
					'source.vanished',
					`“${file}” (${source.title}) can no longer be read: ${message} Choose it again.`,
					{ details: { sourceId: source.id, file, cause: code } }
				)
			);
		}
		const { values: content, refs } = given.value;
		found.push({
			source,
			values: content.map((value, index) => ({ value, hash: refs[index]?.hash ?? '' }))
		});
	}
	return { ok: true, value: found };
}

/** The person's words about an earlier draft, and that draft. */
export async function feedbackOf(
	{ feedback }: StepState,
	values: ValueBook
): Promise<StepContext['feedback']> {
	if (!feedback) return null;
	const draft = await values.get(feedback.draft);
	return {
		reason: feedback.reason,
		draft: draft.ok && typeof draft.value.content === 'string' ? draft.value.content : ''
	};
}
