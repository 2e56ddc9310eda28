import type { Step } from '$lib/workflow';
import type { StepState } from './state';

/** How a block goes through its items, read from the frozen definition. */
export interface BlockRules {
	/** Items that may be worked at together. Those that wait for a person do not count. */
	concurrency: number;
	/** What a failed item means: nothing more is begun, a line about it in the output, or nothing in the output. */
	onFail: 'stop' | 'collect' | 'skip';
	/** Of a loop: rounds at most. Of a map: items at most. */
	max: number;
}

export const MOST_ITEMS = 1_000;
const DEFAULT_ROUNDS = 5;

/**
 * True when nothing in a block goes on: something inside failed for good, nothing else is at work, and the definition says
 * what is done instead of the block. Where something inside acts outside, a person decides what becomes of it.
 */
export function isGivenUp(step: StepState): boolean {
	const { block } = step;
	return Boolean(
		block && block.stuck > 0 && block.active === 0 && nextFallback(step) && !actsInside(step.def)
	);
}

function actsInside(def: Step): boolean {
	return (def.steps ?? []).some((inner) => inner.job === 'act' || actsInside(inner));
}

/** What is done instead once the tries are used up; undefined when there is nothing left. */
export function nextFallback(step: StepState) {
	return step.def.fallback?.[step.fallbacks];
}

/** How a block that failed by itself ends: for good where something is done instead, else open, so that it can be asked again. */
export function endOfBlock(step: StepState): 'attempt.failed' | 'block.failed' {
	return nextFallback(step) && !actsInside(step.def) ? 'attempt.failed' : 'block.failed';
}

export function blockRules(step: Step): BlockRules {
	const { concurrency, onFail, max } = step.with;
	const isMap = step.kind === 'map';
	return {
		concurrency: isMap && typeof concurrency === 'number' && concurrency >= 1 ? Math.floor(concurrency) : 1,
		onFail: isMap && (onFail === 'collect' || onFail === 'skip') ? onFail : 'stop',
		max: typeof max === 'number' && max >= 1 ? Math.floor(max) : isMap ? MOST_ITEMS : DEFAULT_ROUNDS
	};
}
