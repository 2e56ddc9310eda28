import { fail, failure, type Result, type Value } from '$lib/core';
import {
	repairOf,
	selectNotes,
	type CorrectionNote,
	type NotesChosen,
	type NotesWanted,
	type RunState,
	type StepState
} from '$lib/run';
import type { StepContext } from '$lib/steps';
import { frozenOf } from './called';
import { resolveRef } from './resolve';
import { calledBy } from './surroundings';
import type { ValueBook } from './values';

/** What an attempt is given beside its inputs: notes, sources, a person's words. */

/** The notes for a step that asks a model, which is on this device or not, about what it is given. */
export async function notesFor(
	state: RunState,
	step: StepState,
	asked: { onDevice: boolean; about: readonly Value[] },
	ports: { notes(): Promise<CorrectionNote[]> }
): Promise<NotesChosen> {
	const { output, job } = step.def;
	const makes = job === 'flag' ? 'flags' : output.type === 'json' ? 'data' : 'text';
	// Notes on a workflow hold wherever it is called from.
	const called = calledBy(state, step)?.def.with['workflow'];
	const workflowId = typeof called === 'string' ? called : (state.definition?.id ?? '');
	const where: NotesWanted = { workflowId, stepId: step.def.id, makes, onDevice: asked.onDevice };
	const about = [step.def.title, step.def.instructions, ...asked.about.map(textOf)].join('\n');
	return selectNotes(await ports.notes(), { ...where, about });
}

function textOf({ content }: Value): string {
	if (content instanceof Uint8Array) return '';
	return typeof content === 'string' ? content : JSON.stringify(content);
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

/** The model's last answer and what was wrong with it, where the next try is to put it right. */
export async function repairFor(step: StepState, values: ValueBook): Promise<Pick<StepContext, 'repair'>> {
	const found = repairOf(step);
	const answer = found && (await values.get(found.answer));
	if (!found || !answer?.ok || typeof answer.value.content !== 'string') return {};
	return { repair: { answer: answer.value.content, problems: found.problems } };
}
