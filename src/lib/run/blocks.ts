import type { Step } from '$lib/workflow';

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

export function blockRules(step: Step): BlockRules {
	const { concurrency, onFail, max } = step.with;
	const isMap = step.kind === 'map';
	return {
		concurrency: isMap && typeof concurrency === 'number' && concurrency >= 1 ? Math.floor(concurrency) : 1,
		onFail: isMap && (onFail === 'collect' || onFail === 'skip') ? onFail : 'stop',
		max: typeof max === 'number' && max >= 1 ? Math.floor(max) : isMap ? MOST_ITEMS : DEFAULT_ROUNDS
	};
}
