import { isReady, isThrough, mayBegin, type RunState, type StepState } from '$lib/run';
import { needsOf, type Step } from '$lib/workflow';
import type { Execute } from './attempt-log';
import { resultOf, seenFrom } from './surroundings';

/**
 * What something rests on that takes a while to work out. A run moves on while values are read and conditions asked: a
 * person changes an output or sends it back, here or in another tab. Whoever writes compares what it rested on with what
 * is there then, and leaves it where the two differ; what is due is found anew.
 */

const needs = new WeakMap<Step, string[]>();

/** A definition is frozen, so it is read once. */
function needsBy(def: Step): string[] {
	let known = needs.get(def);
	if (!known) needs.set(def, (known = needsOf(def)));
	return known;
}

/** Of a step that may begin: its place, and what it sees. Null for one that may not. */
export function groundOf(state: RunState, stepId: string): string | null {
	const step = state.steps[stepId];
	if (step?.status !== 'pending' || state.ended || !isReady(state, stepId)) return null;
	const seen = needsBy(step.def).map((id) => seenFrom(state, step, id)?.output?.hash ?? '');
	return [step.revision, step.attempts.length, step.fallbacks, ...seen].join(' ');
}

/** True while a step may begin and sees what it saw. */
export function isSameGround(state: RunState, stepId: string, ground: string | null): boolean {
	return ground !== null && groundOf(state, stepId) === ground;
}

/** True while an attempt is the one that is due, and its step sees what it saw. */
export function isStillDue(state: RunState, effect: Execute, ground: string | null): boolean {
	return mayBegin(state, effect) && isSameGround(state, effect.stepId, ground);
}

/** Of a block whose items or rounds are over: what they made, from the item with that number on. Null where one goes on. */
export function groundOfBlock(state: RunState, step: StepState, from = 0): string | null {
	const { block } = state.steps[step.id] ?? {};
	if (state.ended || state.steps[step.id]?.status !== 'running' || !block || !isThrough(block)) return null;
	const made: string[] = [block.attemptId, String(block.judged)];
	for (let index = from; index < block.count; index++)
		made.push(resultOf(state, step, index)?.output?.hash ?? '');
	return made.join(' ');
}
