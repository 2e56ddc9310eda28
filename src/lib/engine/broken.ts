import { failure, unexpected } from '$lib/core';
import { lastAttempt, mayBegin, type Effect, type RunEvent, type RunState, type StepState } from '$lib/run';
import type { keptOf } from './attempt-log';
import { isOpen, type AttemptPorts, type Execute } from './attempt-log';
import { endedBy } from './block-work';
import type { MakeEvents, RunLog } from './run-log';

/**
 * What an exception means to the log. It is a bug, and due work would be begun again at once and for ever; as a failure
 * it has the pauses and the limit of the step's own retries, and a person gets to see it.
 */

/** The attempt failed; where it had begun to act outside, nobody knows whether that went out. */
export async function logBroken(
	log: RunLog,
	effect: Execute,
	cause: unknown,
	ports: AttemptPorts
): Promise<void> {
	const { attemptId, stepId, revision, attempt } = effect;
	const base = { at: ports.now(), attemptId, stepId };
	await log.append(
		(state) => {
			const step = state.steps[stepId];
			if (!step || state.ended) return null;
			const isBegun = isOpen(state, effect);
			if (!isBegun && !mayBegin(state, effect)) return null;
			if (isBegun && lastAttempt(step)?.intent)
				return { events: [{ type: 'effect.unknown', ...base, reason: sayUnknown(cause) }] };
			const begun: RunEvent[] = isBegun
				? []
				: [{ type: 'attempt.started', ...base, revision, attempt, inputs: {} }];
			const failed: RunEvent = {
				type: 'attempt.failed',
				...base,
				failure: unexpected(cause, doing(step)),
				egress: [],
				ms: 0
			};
			return { events: [...begun, failed] };
		},
		{ durability: 'strict' }
	);
}

/** How often in a row a step may be broken off with its tab before it is left to a person. */
const MOST_BREAKS = 5;

/**
 * Found running with nobody who runs it, with what had arrived by then: it is tried anew. One that was broken off every time so far may be what ends the
 * tab, and would do so at every start.
 */
export function brokenOff(
	state: RunState,
	effect: Execute,
	kept: ReturnType<typeof keptOf>,
	at: number
): ReturnType<MakeEvents> {
	const { attemptId, stepId, revision } = effect;
	const step = state.steps[stepId];
	if (!step || !isOpen(state, effect)) return null;
	const base = { at, attemptId, stepId, ...(kept ? { kept: kept.ref } : {}) };
	const values = kept ? [kept.stored] : [];
	const tries = step.attempts.filter((one) => one.revision === revision).slice(-MOST_BREAKS, -1);
	const isLast = tries.length === MOST_BREAKS - 1 && tries.every((one) => one.status === 'interrupted');
	if (!isLast) return { events: [{ type: 'attempt.interrupted', ...base }], values };
	const why = failure(
		'step.broken-off',
		`Galley was closed or crashed ${MOST_BREAKS} times in a row while “${step.def.title}” was at work; perhaps the step needs more memory than there is. It is not begun again by itself and everything before it is kept: retry it, or make its work smaller.`
	);
	return { events: [{ type: 'attempt.failed', ...base, failure: why, egress: [], ms: 0 }], values };
}

/** What a block needed between its inner steps could not be done. */
export async function logBrokenBlock(
	log: RunLog,
	{ stepId, attemptId }: Extract<Effect, { type: 'judge' | 'close' }>,
	cause: unknown,
	ports: AttemptPorts
): Promise<void> {
	await log.append(
		(state) => {
			const step = state.steps[stepId];
			if (!step || !isOpen(state, { stepId, attemptId })) return null;
			return { events: [endedBy(state, step, unexpected(cause, doing(step)), ports.now())] };
		},
		{ durability: 'strict' }
	);
}

function doing(step: StepState): string {
	return `carrying out “${step.def.title}”`;
}

function sayUnknown(cause: unknown): string {
	const said = cause instanceof Error ? cause.message : String(cause);
	return `Something unexpected happened after it had begun, before it was known how that ended: ${said}. It may have gone out.`;
}
