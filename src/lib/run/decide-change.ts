import { ok, type Result, type ValueRef } from '$lib/core';
import { descendants, everyStep } from '$lib/workflow';
import { localId } from './coords';
import type { RunEvent } from './event';
import { needsAround, siblingsOf } from './flow';
import { no, signed, type Occasion } from './occasion';
import type { RunState, StepState } from './state';

/** The person puts something else in the place of an output that later steps rest on. */
export interface Changing {
	type: 'change-output';
	stepId: string;
	/** Hash of the output that was on the screen. */
	wasHash: string;
	output: ValueRef;
	reason: string;
}

export function changeOutput(state: RunState, command: Changing, when: Occasion): Result<RunEvent[]> {
	const { stepId, output, reason } = command;
	const step = state.steps[stepId];
	if (!step) return no('step.unknown', 'This run has no such step.');
	const why = whyNotChanged(state, stepId);
	if (why) return why;
	const was = step.output;
	if (!was || was.hash !== command.wasHash)
		return no(
			'change.stale',
			'This output has changed since you opened it. Your text is kept here; look again.'
		);
	if (was.hash === output.hash)
		return no('change.same', 'That is what it says already. Nothing was changed.');
	return ok([{ type: 'output.changed', ...signed(when), stepId, output, was, reason }]);
}

/** Why an output cannot be changed in this run any more, as a refusal; null when it can. */
export function whyNotChanged(state: RunState, stepId: string) {
	const step = state.steps[stepId];
	if (state.ended)
		return no('run.ended', 'This run has ended; its record cannot be changed. Start a new run.');
	if (step?.status !== 'done' || !step.output)
		return no('change.none', 'Only an output that is there can be changed.');
	if (step.def.kind === 'review')
		return no(
			'change.gate',
			'What was approved is changed by whoever decides: ask for changes, or repeat the run.'
		);
	if (step.def.kind === 'branch')
		return no(
			'change.way',
			'The run has gone the way that this step chose. Change what it chose by, or repeat the run from it.'
		);
	if (step.def.job === 'act' || step.block)
		return no(
			'change.kind',
			'What this step did is a fact; it cannot be written anew. Repeat the run from it.'
		);
	const around = step.inside && state.steps[step.inside.block];
	if (around && around.status !== 'running')
		return no(
			'change.block',
			`“${around.def.title}” has ended, and later steps rest on it. Repeat the run instead.`
		);
	if (around?.def.kind === 'loop' && (step.inside?.index ?? 0) + 1 < (around.block?.count ?? 0))
		return no(
			'change.round',
			`A later round of “${around.def.title}” rests on this one already. Change it in the round that is going on, or repeat the run.`
		);
	const acted = afterOf(state, step).find(hasActed);
	if (acted)
		return no(
			'change.acted',
			`“${acted.def.title}” has acted on this already, so it cannot be changed here. Repeat the run from “${step.def.title}” instead.`
		);
	return null;
}

function afterOf(state: RunState, step: StepState): StepState[] {
	const after = descendants(localId(step.id), needsAround(state, step));
	return siblingsOf(state, step).filter((one) => after.has(localId(one.id)));
}

/** True when it has done something outside, or is about to; what is inside a block counts, and may be anywhere in it. */
function hasActed({ def, attempts, answers }: StepState): boolean {
	const begun = attempts.length > 0 || answers.length > 0;
	if (!begun) return false;
	return def.job === 'act' || [...everyStep(def.steps ?? [])].some((inner) => inner.step.job === 'act');
}
