import { descendants, needsOf } from '$lib/workflow';
import type { EventOf, RunEvent } from './event';
import { reviewRules } from './review';
import { emptyRun, lastAttempt, type AttemptState, type RunState, type StepState } from './state';

/**
 * The state after an event. Total and pure: history is never refused; an event about a step or attempt that is
 * not known changes nothing but the count and the time.
 */
export function fold(state: RunState, event: RunEvent): RunState {
	return apply(copyFor(state, event), event);
}

/** The state of a run from its events. Linear in their number. */
export function foldAll(id: string, events: readonly RunEvent[]): RunState {
	const state = emptyRun(id);
	for (const event of events) apply(state, event);
	return state;
}

/** Events that may change any step; all others change the one that they name. */
const TOUCH_ALL = new Set<RunEvent['type']>(['review.decided', 'run.cancelled', 'run.finished']);

/**
 * A copy in which everything that the event can change is new, so that {@link apply} on it leaves the original
 * alone, and everything else is the same object, so that a screen redraws only what changed.
 */
function copyFor(state: RunState, event: RunEvent): RunState {
	const steps = { ...state.steps };
	const touched = TOUCH_ALL.has(event.type) ? Object.keys(steps) : 'stepId' in event ? [event.stepId] : [];
	for (const id of touched) {
		const step = steps[id];
		if (!step) continue;
		steps[id] = {
			...step,
			attempts: step.attempts.map((attempt) => ({ ...attempt })),
			decisions: [...step.decisions]
		};
	}
	return { ...state, steps, sources: { ...state.sources } };
}

/**
 * Folds in place, for an owner who shares the state with nobody (a host, a log reader): copying a run of
 * thousands of steps for each event would be quadratic.
 */
export function apply(state: RunState, event: RunEvent): RunState {
	state.length += 1;
	state.updatedAt = event.at;
	switch (event.type) {
		case 'run.started':
			started(state, event);
			break;
		case 'attempt.started':
			begun(state, event);
			break;
		case 'attempt.prepared':
			patch(state, event, { prompt: event.prompt, given: event.given, cut: event.cut });
			break;
		case 'attempt.succeeded':
			succeeded(state, event);
			break;
		case 'attempt.failed':
			failed(state, event);
			break;
		case 'attempt.interrupted':
			if (patch(state, event, { status: 'interrupted', endedAt: event.at }))
				setStatus(state, event.stepId, 'pending');
			break;
		case 'step.retried':
			retried(state, event);
			break;
		case 'source.replaced':
			state.sources[event.sourceId] = event.values;
			break;
		case 'review.requested':
			requested(state, event);
			break;
		case 'review.decided':
			decided(state, event);
			break;
		case 'run.cancelled':
			end(state, 'cancelled', event.at);
			break;
		case 'run.finished':
			end(state, event.status, event.at);
			break;
	}
	return state;
}

function started(state: RunState, event: EventOf<'run.started'>): void {
	state.number = event.number;
	state.title = event.title;
	state.date = event.date;
	state.trigger = event.trigger.kind;
	state.definition = event.definition;
	state.definitionHash = event.definitionHash;
	state.workflowVersion = event.workflowVersion;
	state.inputs = event.inputs;
	state.sources = { ...event.sources };
	state.provider = event.provider;
	state.startedAt = event.at;
	state.needs = {};
	state.steps = {};
	for (const step of event.definition.steps) {
		state.needs[step.id] = needsOf(step);
		state.steps[step.id] = {
			id: step.id,
			status: 'pending',
			revision: 1,
			attempts: [],
			failures: 0,
			output: null,
			feedback: null,
			request: null,
			decisions: []
		};
	}
}

function begun(state: RunState, event: EventOf<'attempt.started'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	step.status = 'running';
	step.attempts.push({
		id: event.attemptId,
		revision: event.revision,
		number: event.attempt,
		status: 'running',
		startedAt: event.at,
		endedAt: null,
		inputs: event.inputs,
		provider: event.provider ?? null,
		prompt: null,
		given: [],
		cut: [],
		output: null,
		evidence: [],
		flags: [],
		verdicts: [],
		usage: null,
		model: null,
		egress: [],
		failure: null,
		kept: null,
		saved: null,
		ms: null
	});
}

function succeeded(state: RunState, event: EventOf<'attempt.succeeded'>): void {
	const done = patch(state, event, {
		status: 'succeeded',
		endedAt: event.at,
		output: event.output,
		evidence: event.evidence,
		flags: event.flags,
		verdicts: event.verdicts,
		usage: event.usage ?? null,
		model: event.model ?? null,
		egress: event.egress,
		saved: event.saved ?? null,
		ms: event.ms
	});
	const step = state.steps[event.stepId];
	if (!done || !step) return;
	step.status = 'done';
	step.output = event.output;
	step.failures = 0;
}

function failed(state: RunState, event: EventOf<'attempt.failed'>): void {
	const known = patch(state, event, {
		status: 'failed',
		endedAt: event.at,
		failure: event.failure,
		kept: event.kept ?? null,
		egress: event.egress,
		ms: event.ms
	});
	const step = state.steps[event.stepId];
	if (!known || !step) return;
	step.failures += 1;
	step.status =
		event.failure.retryable && step.failures < attemptsAllowed(state, step.id) ? 'pending' : 'failed';
}

/** The number of tries the definition allows for a step. */
export function attemptsAllowed(state: RunState, stepId: string): number {
	return state.definition?.steps.find((step) => step.id === stepId)?.retry.attempts ?? 1;
}

function retried(state: RunState, event: EventOf<'step.retried'>): void {
	if (event.provider) state.provider = event.provider;
	const step = state.steps[event.stepId];
	if (!step) return;
	step.failures = 0;
	if (step.status === 'failed') step.status = 'pending';
}

function requested(state: RunState, event: EventOf<'review.requested'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	step.status = 'waiting';
	step.request = { at: event.at, draft: event.draft };
}

function decided(state: RunState, event: EventOf<'review.decided'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	step.decisions.push(event);
	step.request = null;
	if (event.decision === 'changes') {
		sendBack(state, event);
	} else if (event.decision === 'rejected') {
		step.status = 'done';
	} else {
		step.status = 'done';
		step.output = event.reviewed ?? event.draft;
	}
}

/** The step that made the draft, and all that hangs on it, run again as the next revision. */
function sendBack(state: RunState, event: EventOf<'review.decided'>): void {
	const target = reviewRules(state, event.stepId)?.revise ?? event.stepId;
	const needs = new Map(Object.entries(state.needs));
	for (const id of [target, ...descendants(target, needs), event.stepId]) {
		const step = state.steps[id];
		if (!step) continue;
		if (step.revision <= event.revision) step.revision = event.revision + 1;
		step.status = 'pending';
		step.output = null;
		step.failures = 0;
		step.feedback = id === target ? { reason: event.reason, draft: event.draft } : null;
	}
}

function end(state: RunState, how: 'done' | 'rejected' | 'cancelled', at: number): void {
	state.ended = how;
	state.endedAt = at;
	for (const id in state.steps) {
		const step = state.steps[id];
		if (!step || step.status === 'done' || step.status === 'failed') continue;
		const open = lastAttempt(step);
		if (open?.status === 'running') Object.assign(open, { status: 'interrupted', endedAt: at });
		step.status = 'skipped';
		step.request = null;
	}
}

function patch(
	state: RunState,
	event: { stepId: string; attemptId: string },
	change: Partial<AttemptState>
): boolean {
	const attempt = state.steps[event.stepId]?.attempts.findLast((one) => one.id === event.attemptId);
	if (!attempt) return false;
	Object.assign(attempt, change);
	return true;
}

function setStatus(state: RunState, stepId: string, status: StepState['status']): void {
	const step = state.steps[stepId];
	if (step) step.status = status;
}
