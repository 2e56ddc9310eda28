import { descendants } from '$lib/workflow';
import type { EventOf, RunEvent } from './event';
import { beginFront, setStatus } from './front';
import { planOf, stepOf } from './plan';
import { reviewRules } from './review';
import { emptyRun, lastAttempt, type AttemptState, type RunState, type StepState } from './state';

/**
 * The state after an event. Total and pure: history is never refused; an event about a step or attempt that is
 * not known changes nothing but the count and the time.
 */
export function fold(state: RunState, event: RunEvent): RunState {
	return foldMore(state, [event]);
}

/** The state after several events, copied once: what a screen that hears of a burst should use. */
export function foldMore(state: RunState, events: readonly RunEvent[]): RunState {
	const next = copyFor(state, events);
	for (const event of events) apply(next, event);
	return next;
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
 * A copy in which everything that the events can change is new, so that {@link apply} on it leaves the original
 * alone, and everything else is the same object, so that a screen redraws only what changed.
 */
function copyFor(state: RunState, events: readonly RunEvent[]): RunState {
	const steps = { ...state.steps };
	const touched = new Set<string>();
	for (const event of events) {
		if (TOUCH_ALL.has(event.type)) for (const id in steps) touched.add(id);
		else if ('stepId' in event) touched.add(event.stepId);
	}
	for (const id of touched) {
		const step = steps[id];
		if (!step) continue;
		steps[id] = {
			...step,
			attempts: step.attempts.map((attempt) => ({ ...attempt })),
			decisions: [...step.decisions]
		};
	}
	const front = { ...state.front, steps: new Set(state.front.steps) };
	return { ...state, steps, front, sources: { ...state.sources } };
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
			prepared(state, event);
			break;
		case 'attempt.succeeded':
			succeeded(state, event);
			break;
		case 'attempt.failed':
			failed(state, event);
			break;
		case 'attempt.interrupted':
			interrupted(state, event);
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
	const plan = planOf(event.definition);
	state.needs = { ...plan.needs };
	state.steps = {};
	for (const step of plan.steps.values()) {
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
	beginFront(state);
}

function begun(state: RunState, event: EventOf<'attempt.started'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	setStatus(state, step, 'running');
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
	const step = state.steps[event.stepId];
	const attempt = attemptOf(step, event.attemptId);
	if (!step || !attempt) return;
	attempt.status = 'succeeded';
	attempt.endedAt = event.at;
	attempt.output = event.output;
	attempt.evidence = event.evidence;
	attempt.flags = event.flags;
	attempt.verdicts = event.verdicts;
	attempt.usage = event.usage ?? null;
	attempt.model = event.model ?? null;
	attempt.egress = event.egress;
	attempt.saved = event.saved ?? null;
	attempt.ms = event.ms;
	setStatus(state, step, 'done');
	step.output = event.output;
	step.failures = 0;
}

function failed(state: RunState, event: EventOf<'attempt.failed'>): void {
	const step = state.steps[event.stepId];
	const attempt = attemptOf(step, event.attemptId);
	if (!step || !attempt) return;
	attempt.status = 'failed';
	attempt.endedAt = event.at;
	attempt.failure = event.failure;
	attempt.kept = event.kept ?? null;
	attempt.egress = event.egress;
	attempt.ms = event.ms;
	step.failures += 1;
	const again = event.failure.retryable && step.failures < attemptsAllowed(state, step.id);
	setStatus(state, step, again ? 'pending' : 'failed');
}

function prepared(state: RunState, event: EventOf<'attempt.prepared'>): void {
	const attempt = attemptOf(state.steps[event.stepId], event.attemptId);
	if (!attempt) return;
	attempt.prompt = event.prompt;
	attempt.given = event.given;
	attempt.cut = event.cut;
}

function interrupted(state: RunState, event: EventOf<'attempt.interrupted'>): void {
	const step = state.steps[event.stepId];
	const attempt = attemptOf(step, event.attemptId);
	if (!step || !attempt) return;
	attempt.status = 'interrupted';
	attempt.endedAt = event.at;
	setStatus(state, step, 'pending');
}

/** The number of tries the definition allows for a step. */
export function attemptsAllowed(state: RunState, stepId: string): number {
	return stepOf(state, stepId)?.retry.attempts ?? 1;
}

function retried(state: RunState, event: EventOf<'step.retried'>): void {
	if (event.provider) state.provider = event.provider;
	const step = state.steps[event.stepId];
	if (!step) return;
	step.failures = 0;
	if (step.status === 'failed') setStatus(state, step, 'pending');
}

function requested(state: RunState, event: EventOf<'review.requested'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	setStatus(state, step, 'waiting');
	step.request = { at: event.at, draft: event.draft };
}

function decided(state: RunState, event: EventOf<'review.decided'>): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	step.decisions.push(event);
	step.request = null;
	if (event.decision === 'changes') {
		sendBack(state, event);
	} else {
		setStatus(state, step, 'done');
		if (event.decision !== 'rejected') step.output = event.reviewed ?? event.draft;
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
		setStatus(state, step, 'pending');
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
		if (open?.status === 'running') {
			open.status = 'interrupted';
			open.endedAt = at;
		}
		setStatus(state, step, 'skipped');
		step.request = null;
	}
}

/** The attempt of that id, looked for from the newest on; events are nearly always about that one. */
function attemptOf(step: StepState | undefined, attemptId: string): AttemptState | undefined {
	return step?.attempts.findLast((one) => one.id === attemptId);
}
