import { hashOf, LONGEST_RETRY_AFTER, retryAfterOf } from '$lib/core';
import { isGivenUp, nextFallback } from './blocks';
import { isThrough } from './flow';
import { attemptsAllowed, nextAttempt } from './fold-attempt';
import { canSwitch, rungOf } from './ladder';
import { openEffects } from './outside';
import { planOf } from './plan';
import { reviewRules } from './review';
import { lastAttempt, type RunState, type StepState } from './state';

/** What should be in flight now. */
export type Effect =
	/** Carry out an attempt. With `resume`, the log says that it was begun and nobody knows of it: it was interrupted. */
	| { type: 'execute'; stepId: string; attemptId: string; revision: number; attempt: number; resume: boolean }
	/** Ask the person to decide: log the request. */
	| { type: 'ask'; stepId: string; revision: number }
	/** Find out whether the gate asks at all this time: log the request, or that it was passed. */
	| { type: 'weigh'; stepId: string; revision: number }
	/** Nobody has answered in time: do what the definition says then. */
	| { type: 'expire'; stepId: string; then: 'reject' | 'continue' }
	/** Ask the person for something else: log the question. */
	| { type: 'ask-person'; stepId: string; why: 'ask' | 'escalation' | 'hand-over' }
	/** The tries are used up: do what the definition says then. */
	| { type: 'fall-back'; stepId: string; place: number }
	/** The model cannot, as far as it was tried: the next one on the ladder is asked. */
	| { type: 'switch-rung'; stepId: string }
	/** A round of a loop is over: ask its condition. */
	| { type: 'judge'; stepId: string; attemptId: string; round: number }
	/** Everything inside a block has ended: put its output together. */
	| { type: 'close'; stepId: string; attemptId: string }
	/** Nothing inside a block goes on, and the definition says what is done instead: end it. */
	| { type: 'give-up'; stepId: string; attemptId: string }
	/** A wait begins: work out until when. */
	| { type: 'sleep'; stepId: string }
	/** A wait is over. */
	| { type: 'wake'; stepId: string }
	/** Look again at this time (ms since 1970): a retry, or the end of a wait, is due then. */
	| { type: 'wait'; stepId: string; until: number }
	/** Everything is done, or the person rejected it: log the end. */
	| { type: 'finish'; status: 'done' | 'rejected' };

/** Kinds that a person answers, and why they are asked. */
const ASKING: Record<string, 'ask' | 'hand-over'> = { ask: 'ask', 'hand-over': 'hand-over' };

/** Derived from coordinates, so the same work always has the same name. */
export function attemptId(runId: string, stepId: string, revision: number, attempt: number): string {
	return `${runId}/${stepId}/${revision}.${attempt}`;
}

/** Everything that should be going on in a run at a time, from its state alone. Independent steps are all listed. */
export function due(state: RunState, now: number): Effect[] {
	if (!state.definition || state.ended) return [];
	if (isRejected(state)) return dueRejected(state);
	if (state.front.open === 0) return state.paused ? [] : [{ type: 'finish', status: 'done' }];
	const effects: Effect[] = [];
	for (const id of state.front.steps) {
		const step = state.steps[id];
		const effect = step && dueStep(state, step, now);
		if (effect && (!state.paused || goesOnPaused(effect))) effects.push(effect);
	}
	if (!state.paused) for (const id of state.front.timed) effects.push(...dueGate(state, id, now));
	return effects;
}

/** Nothing more is begun, and what is going out comes to its outcome first: a person is asked where there is none. */
function dueRejected(state: RunState): Effect[] {
	const open = openEffects(Object.values(state.steps));
	if (open.length === 0) return [{ type: 'finish', status: 'rejected' }];
	return open.flatMap(({ step }) => (step.status === 'running' ? (dueRunning(step) ?? []) : []));
}

/** A pause begins nothing new. What the log calls running and nobody runs has to be told all the same. */
function goesOnPaused(effect: Effect): boolean {
	return effect.type === 'execute' && effect.resume;
}

function dueStep(state: RunState, step: StepState, now: number): Effect | null {
	const stepId = step.id;
	switch (step.status) {
		case 'running':
			return dueRunning(step);
		case 'sleeping':
			if (step.until !== null && step.until > now) return { type: 'wait', stepId, until: step.until };
			return { type: 'wake', stepId };
		case 'pending':
			return duePending(state, step, now);
		default:
			return null;
	}
}

function dueRunning(step: StepState): Effect | null {
	const running = lastAttempt(step);
	if (!running) return null;
	const at = { stepId: step.id, attemptId: running.id };
	if (step.block) {
		if (isGivenUp(step)) return { type: 'give-up', ...at };
		if (!isThrough(step.block)) return null;
		const { judged, count } = step.block;
		return step.def.kind === 'loop' && judged < count
			? { type: 'judge', ...at, round: count }
			: { type: 'close', ...at };
	}
	return { type: 'execute', ...at, revision: running.revision, attempt: running.number, resume: true };
}

function duePending(state: RunState, step: StepState, now: number): Effect | null {
	const stepId = step.id;
	const rules = reviewRules(state, stepId);
	if (rules) return { type: rules.askWhen === null ? 'ask' : 'weigh', stepId, revision: step.revision };
	const why = ASKING[step.def.kind];
	if (why) return { type: 'ask-person', stepId, why };
	if (step.def.kind === 'wait') return { type: 'sleep', stepId };
	if (isUsedUp(step)) {
		if (canSwitch(state, step)) return { type: 'switch-rung', stepId };
		if (nextFallback(step)) return { type: 'fall-back', stepId, place: step.fallbacks };
	} else if (isAtTheEnd(state, step)) {
		// What was not let go leaves no model: then it is a person's work.
		if (nextFallback(step)) return { type: 'fall-back', stepId, place: step.fallbacks };
		return { type: 'ask-person', stepId, why: 'escalation' };
	}
	const until = retryAt(step, now);
	if (until > now) return { type: 'wait', stepId, until };
	const attempt = nextAttempt(step);
	return {
		type: 'execute',
		stepId,
		attemptId: attemptId(state.id, stepId, step.revision, attempt),
		revision: step.revision,
		attempt,
		resume: false
	};
}

/**
 * True while an attempt that was due is the one to begin. It may have waited for its turn meanwhile, and the run have been
 * paused or ended, or what the step needs have been sent back.
 */
export function mayBegin(state: RunState, { stepId, attemptId: id }: { stepId: string; attemptId: string }) {
	const step = state.steps[stepId];
	if (!step || step.status !== 'pending' || !step.flow.ready) return false;
	if (state.ended || state.paused || isRejected(state)) return false;
	return id === attemptId(state.id, stepId, step.revision, nextAttempt(step));
}

/** What becomes of a gate that is waited at until some time. One that goes on waiting is only shown as late. */
function dueGate(state: RunState, stepId: string, now: number): Effect[] {
	const deadline = state.steps[stepId]?.request?.deadline ?? null;
	const then = reviewRules(state, stepId)?.deadline?.then ?? 'wait';
	if (deadline === null || then === 'wait') return [];
	return deadline > now ? [{ type: 'wait', stepId, until: deadline }] : [{ type: 'expire', stepId, then }];
}

/** True when the last try failed and no other may follow by itself. */
function isUsedUp(step: StepState): boolean {
	const last = lastAttempt(step);
	if (step.failures === 0 || last?.status !== 'failed') return false;
	return last.failure?.retryable !== true || step.failures >= attemptsAllowed(step);
}

/** True when the person did not let the last models have it that were left. */
function isAtTheEnd(state: RunState, step: StepState): boolean {
	return step.ladder.refused.length > 0 && rungOf(state, step) === null;
}

/** Longest pause between two tries, seconds. */
const LONGEST_PAUSE = 3_600;

/**
 * When the next try may begin: the pause of the definition, doubled for each failure after the first and spread by up to
 * a quarter, so that steps that failed together do not come back together. What a server asked for is the least, up to a day. Where
 * the clock was set back since, nobody knows how long it has been, and a day's jump must not be a day's pause.
 */
function retryAt(step: StepState, now: number): number {
	const last = lastAttempt(step);
	if (step.failures === 0 || last?.status !== 'failed' || last.endedAt === null) return 0;
	if (now < last.endedAt) return 0;
	if (step.failures >= attemptsAllowed(step)) return 0;
	const told = Math.min(LONGEST_RETRY_AFTER, retryAfterOf(last.failure) ?? 0);
	const doubled = Math.min(LONGEST_PAUSE, step.def.retry.delaySeconds * 2 ** (step.failures - 1));
	const pause = doubled * (1 + spread(last.id) / 4);
	return last.endedAt + Math.round(1000 * Math.max(pause, told));
}

/** 0 to 1, from a name: chance would give another state at every look. */
function spread(name: string): number {
	return Number.parseInt(hashOf(name).slice(0, 6), 16) / 0xffffff;
}

function isRejected(state: RunState): boolean {
	if (!state.definition) return false;
	for (const gate of planOf(state.definition).gates) {
		const step = state.steps[gate];
		const last = step?.decisions[step.decisions.length - 1];
		if (step?.expired || (last?.decision === 'rejected' && last.route === undefined)) return true;
	}
	return false;
}
