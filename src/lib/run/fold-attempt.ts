import { nextFallback } from './blocks';
import type { EventOf } from './event';
import { dropBlock, setStatus } from './flow';
import { canSwitch } from './ladder';
import { lastAttempt, type AttemptState, type RunState, type StepState } from './state';

/** How events about attempts change a step. Only the newest attempt counts, and only while it runs. */

export function begun(state: RunState, step: StepState, event: EventOf<'attempt.started'>): void {
	if (step.status !== 'pending') return;
	const attempt = newAttempt(event.attemptId, event.revision, event.attempt, event.at);
	attempt.inputs = event.inputs;
	attempt.provider = event.provider ?? null;
	attempt.rung = event.rung ?? null;
	attempt.withheld = event.withheld ?? NONE;
	attempt.unseen = event.unseen ?? NONE;
	attempt.repairs = event.repairs ?? null;
	step.attempts.push(attempt);
	step.route = null;
	step.ladder.byHand = false;
	setStatus(state, step, 'running');
}

/** What an attempt has at first; nobody adds to it, what comes is put in its place. */
const NONE = Object.freeze([]) as unknown as never[];
const NO_INPUTS: AttemptState['inputs'] = Object.freeze({});

function newAttempt(id: string, revision: number, number: number, at: number): AttemptState {
	return {
		id,
		revision,
		number,
		status: 'running',
		startedAt: at,
		endedAt: null,
		inputs: NO_INPUTS,
		provider: null,
		rung: null,
		withheld: NONE,
		unseen: NONE,
		prompt: null,
		consent: null,
		estimate: null,
		given: NONE,
		cut: NONE,
		withheldNotes: NONE,
		besideNotes: NONE,
		output: null,
		evidence: NONE,
		flags: NONE,
		verdicts: NONE,
		usage: null,
		model: null,
		egress: NONE,
		failure: null,
		kept: null,
		repairs: null,
		repaired: null,
		agreement: null,
		mended: null,
		saved: null,
		intent: null,
		key: null,
		ms: null
	};
}

/** An earlier result serves: it is kept as an attempt that took no time, so that its evidence and flags are there too. */
export function reused(state: RunState, step: StepState, event: EventOf<'step.reused'>): void {
	if (step.status !== 'pending') return;
	const number = nextAttempt(step);
	step.attempts.push({
		...newAttempt(event.from.attemptId, step.revision, number, event.at),
		status: 'succeeded',
		endedAt: event.at,
		output: event.output,
		evidence: event.evidence,
		flags: event.flags,
		verdicts: event.verdicts,
		ms: 0
	});
	step.output = event.output;
	step.route = event.route ?? null;
	step.made = 'reused';
	step.reused = event.from;
	setStatus(state, step, 'done');
}

export function prepared(step: StepState, event: EventOf<'attempt.prepared'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.prompt = event.prompt;
	attempt.given = event.given;
	attempt.cut = event.cut;
	attempt.withheldNotes = event.withheldNotes ?? [];
	attempt.besideNotes = event.besideNotes ?? [];
	attempt.consent = event.consent ?? null;
	attempt.estimate = event.estimate ?? null;
}

export function succeeded(state: RunState, step: StepState, event: EventOf<'attempt.succeeded'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.status = 'succeeded';
	attempt.endedAt = event.at;
	attempt.output = event.output;
	attempt.evidence = event.evidence;
	attempt.flags = event.flags;
	attempt.verdicts = event.verdicts;
	attempt.usage = event.usage ?? null;
	attempt.model = event.model ?? null;
	attempt.repaired = event.repaired ?? null;
	attempt.egress = event.egress;
	attempt.saved = event.saved ?? null;
	attempt.agreement = event.agreement ?? null;
	attempt.mended = event.mended ?? null;
	attempt.ms = event.ms;
	step.output = event.output;
	step.made = null;
	step.failures = 0;
	setStatus(state, step, 'done');
}

export function failed(state: RunState, step: StepState, event: EventOf<'attempt.failed'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.status = 'failed';
	attempt.endedAt = event.at;
	attempt.failure = event.failure;
	attempt.kept = event.kept ?? null;
	attempt.usage = event.usage ?? null;
	attempt.egress = event.egress;
	attempt.ms = event.ms;
	step.failures += 1;
	// A block that is given up leaves nothing inside it at work.
	dropBlock(state, step);
	const again = event.failure.retryable && step.failures < attemptsAllowed(step);
	const goesOn = again || canSwitch(state, step) || nextFallback(step);
	setStatus(state, step, goesOn ? 'pending' : 'failed');
}

export function interrupted(state: RunState, step: StepState, event: EventOf<'attempt.interrupted'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.status = 'interrupted';
	attempt.endedAt = event.at;
	attempt.kept = event.kept ?? null;
	setStatus(state, step, 'pending');
}

export function intended(step: StepState, event: EventOf<'effect.intended'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (attempt) attempt.intent = { hash: event.hash, key: event.key, says: event.says };
}

export function unknownOutcome(state: RunState, step: StepState, event: EventOf<'effect.unknown'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.status = 'unknown';
	attempt.endedAt = event.at;
	attempt.egress = event.egress ?? [];
	step.asked = { at: event.at, why: 'unknown', about: null };
	setStatus(state, step, 'waiting');
}

/** The number of the attempt that is made next of a step, as it is now. */
export function nextAttempt({ attempts, revision }: StepState): number {
	return attempts.filter((one) => one.revision === revision).length + 1;
}

/** The number of tries that the definition allows a step. What acts outside is never tried again by itself. */
export function attemptsAllowed(step: StepState): number {
	return step.def.job === 'act' ? 1 : step.def.retry.attempts;
}

/** The newest attempt, if it is that one and still runs. */
export function openAttempt(step: StepState, attemptId: string): AttemptState | null {
	const attempt = lastAttempt(step);
	return attempt?.id === attemptId && attempt.status === 'running' && step.status === 'running'
		? attempt
		: null;
}
