import type { Flag } from '$lib/core';
import { ancestors } from '$lib/workflow';
import { coordsOf, localId } from './coords';
import type { Verdict } from './event-parts';
import { needsAround } from './flow';
import { reviewRules } from './review';
import { lastAttempt, type AttemptState, type RunState } from './state';

/** What a gate is about: the work before it, and what was found odd in that. */

/** Coordinates of the steps whose work a gate is about: those before it in its item, and before the blocks around it. */
export function upstreamOf(state: RunState, gateId: string): Set<string> {
	const found = new Set<string>();
	const rules = reviewRules(state, gateId);
	if (rules) found.add(rules.draftStep);
	for (let step = state.steps[gateId]; step; step = step.inside ? state.steps[step.inside.block] : undefined)
		for (const id of ancestors(localId(step.id), needsAround(state, step)))
			found.add(coordsOf(step.inside, id));
	return found;
}

/** A correction note that was given and not followed. */
export interface MissedNote {
	verdict: Verdict;
	attempt: AttemptState;
}

/** The flags of the newest attempts before a gate, each once, and the notes that were missed there. */
export function foundBefore(
	state: RunState,
	upstream: ReadonlySet<string>
): { flags: Flag[]; missed: MissedNote[] } {
	const attempts = [...upstream].flatMap((id) => {
		const step = state.steps[id];
		return (step && lastAttempt(step)) ?? [];
	});
	const seen = new Set<string>();
	return {
		flags: attempts
			.flatMap((attempt) => attempt.flags)
			.filter((flag) => seen.size !== seen.add(`${flag.kind}\n${flag.text}`).size),
		missed: attempts.flatMap((attempt) =>
			attempt.verdicts
				.filter((verdict) => verdict.verdict === 'missed')
				.map((verdict) => ({ verdict, attempt }))
		)
	};
}

/** How many things a person has to have looked at before a gate can be approved. */
export function flaggedBefore(state: RunState, gateId: string): number {
	const { flags, missed } = foundBefore(state, upstreamOf(state, gateId));
	return flags.length + missed.length;
}

/** A missed note in one or two sentences. */
export function sayMissed({ verdict, attempt }: MissedNote): string {
	const note = attempt.given.find((one) => one.id === verdict.noteId);
	return `${note ? `“${note.instruction}” was applied. ` : ''}${verdict.reason}`;
}
