import type { Flag } from '$lib/core';
import { foundBefore, sayMissed, type RunState } from '$lib/run';
import type { ChipState } from '../state';
import type { CheckResult } from './shapes';

/** A line with an icon, a word and a sentence. */
export interface Marked {
	state: ChipState;
	word: string;
	text: string;
	/** Said after the sentence, quietly. */
	aside?: string;
}

const WORD: Record<Flag['kind'], { word: string; state: Marked['state'] }> = {
	check: { word: 'Check failed', state: 'bad' },
	anomaly: { word: 'Anomaly', state: 'bad' },
	missing: { word: 'Missing', state: 'wait' },
	uncertain: { word: 'Uncertain', state: 'wait' }
};

/** Order in which a person should look: broken rules first, doubts last. */
const ORDER: Flag['kind'][] = ['check', 'anomaly', 'missing', 'uncertain'];

export function markFlag(flag: Flag): Marked {
	return { ...WORD[flag.kind], text: flag.text };
}

/** What code wrote to its console while it made an output; no other flag stands beside the output it is about. */
export function consoleOf(flags: readonly Flag[]): string[] {
	return flags.filter((flag) => flag.about === 'console').map((flag) => flag.text);
}

export function markCheck(result: CheckResult): Marked {
	return result.passed
		? { state: 'ok', word: 'Passed', text: result.message }
		: { state: 'bad', word: 'Failed', text: result.message };
}

/** What a gate shows first: notes that were missed, then every flag of the newest attempts upstream. */
export function gateFlags(state: RunState, upstream: ReadonlySet<string>): Marked[] {
	const { flags, missed } = foundBefore(state, upstream);
	const notes = missed.map((one): Marked => {
		return { state: 'bad', word: 'Missed note', text: sayMissed(one) };
	});
	const sorted = [...flags].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
	return [...notes, ...sorted.map(markFlag)];
}
