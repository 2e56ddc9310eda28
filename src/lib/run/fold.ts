import type { EventOf, RunEvent } from './event';
import { begun, failed, intended, interrupted, prepared, succeeded, unknownOutcome } from './fold-attempt';
import { blockFailed, opened, roundJudged } from './fold-block';
import { answered, asked, decided, fellBack, requested, retried, skipped } from './fold-person';
import { beginRun, setStatus } from './flow';
import { emptyRun, lastAttempt, type RunState, type StepState } from './state';

/**
 * The state after an event. Total and pure: history is never refused; an event about a step or attempt that is
 * not known, or that comes too late, changes nothing but the count and the time.
 */
export function fold(state: RunState, event: RunEvent): RunState {
	return foldMore(state, [event]);
}

/** The state after several events, copied once. */
export function foldMore(state: RunState, events: readonly RunEvent[]): RunState {
	const next = copyOf(state);
	for (const event of events) apply(next, event);
	return next;
}

/** The state of a run from its events. Linear in their number. */
export function foldAll(id: string, events: readonly RunEvent[]): RunState {
	const state = emptyRun(id);
	for (const event of events) apply(state, event);
	return state;
}

/** A copy that {@link apply} may change: one event can move any step, so all of them are copied. */
function copyOf(state: RunState): RunState {
	const steps: Record<string, StepState> = {};
	for (const id in state.steps) {
		const step = state.steps[id];
		if (step) steps[id] = copyStep(step);
	}
	const front = { ...state.front, steps: new Set(state.front.steps) };
	return { ...state, steps, front, sources: { ...state.sources } };
}

function copyStep(step: StepState): StepState {
	return {
		...step,
		attempts: step.attempts.map((attempt) => ({ ...attempt })),
		decisions: [...step.decisions],
		answers: [...step.answers],
		instead: { ...step.instead, inputs: { ...step.instead.inputs } },
		block: step.block && { ...step.block, items: step.block.items.map((item) => ({ ...item })) },
		flow: { ...step.flow }
	};
}

/**
 * Folds in place, for an owner who shares the state with nobody (a host, a log reader): copying a run of
 * thousands of steps for each event would be quadratic.
 */
export function apply(state: RunState, event: RunEvent): RunState {
	state.length += 1;
	state.updatedAt = event.at;
	if (state.ended) return state;
	switch (event.type) {
		case 'run.started':
			started(state, event);
			break;
		case 'run.derived':
			state.derived = event;
			break;
		case 'run.imported':
			for (const step of Object.values(state.steps)) step.foreign = step.decisions.length;
			break;
		case 'run.paused':
			state.paused = true;
			break;
		case 'run.resumed':
			state.paused = false;
			break;
		case 'source.replaced':
			state.sources[event.sourceId] = event.values;
			break;
		case 'run.cancelled':
			end(state, 'cancelled', event.at);
			break;
		case 'run.finished':
			end(state, event.status, event.at);
			break;
		default:
			applyToStep(state, event);
	}
	return state;
}

/** Events about one step. */
type StepEvent = Extract<RunEvent, { stepId: string }>;

function applyToStep(state: RunState, event: StepEvent): void {
	const step = state.steps[event.stepId];
	if (!step) return;
	switch (event.type) {
		case 'attempt.started':
			return begun(state, step, event);
		case 'attempt.prepared':
			return prepared(step, event);
		case 'attempt.succeeded':
			return succeeded(state, step, event);
		case 'attempt.failed':
			return failed(state, step, event);
		case 'attempt.interrupted':
			return interrupted(state, step, event);
		case 'effect.intended':
			return intended(step, event);
		case 'effect.unknown':
			return unknownOutcome(state, step, event);
		case 'branch.taken':
			if (lastAttempt(step)?.id === event.attemptId) step.route = event.route;
			return;
		case 'block.opened':
			return opened(state, step, event);
		case 'round.judged':
			return roundJudged(state, step, event);
		case 'block.failed':
			return blockFailed(state, step, event);
		case 'step.retried':
			return retried(state, step, event);
		case 'fallback.used':
			return fellBack(state, step, event);
		case 'review.requested':
			return requested(state, step, event);
		case 'review.decided':
			return decided(state, step, event);
		case 'person.asked':
			return asked(state, step, event);
		case 'person.answered':
		case 'effect.settled':
			return answered(state, step, event);
		case 'step.skipped':
			return skipped(state, step);
		case 'step.reused':
			return reused(state, step, event);
		case 'wait.began':
			if (step.status !== 'pending') return;
			step.until = event.until;
			return setStatus(state, step, 'sleeping');
		case 'wait.over':
			if (step.status === 'sleeping') setStatus(state, step, 'done');
			return;
		default:
			unknownEvent(state, event);
	}
}

/** What a newer release wrote is counted, so that a screen can say that it does not show everything. */
function unknownEvent(state: RunState, _event: never): void {
	state.unknown += 1;
}

function started(state: RunState, event: EventOf<'run.started'>): void {
	if (state.definition) return;
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
	beginRun(state, event.definition);
}

function reused(state: RunState, step: StepState, event: EventOf<'step.reused'>): void {
	if (step.status !== 'pending') return;
	step.output = event.output;
	step.route = event.route ?? null;
	step.made = 'reused';
	step.reused = event.from;
	setStatus(state, step, 'done');
}

function end(state: RunState, how: 'done' | 'rejected' | 'cancelled', at: number): void {
	state.ended = how;
	state.endedAt = at;
	state.front.steps.clear();
	for (const id in state.steps) {
		const step = state.steps[id];
		if (!step || step.status === 'done' || step.status === 'failed' || step.status === 'skipped') continue;
		const open = lastAttempt(step);
		if (open?.status === 'running') {
			open.status = 'interrupted';
			open.endedAt = at;
		}
		// Not through setStatus: nothing follows from it any more.
		step.status = 'skipped';
		step.because = 'ended';
		step.request = null;
		step.asked = null;
	}
}
