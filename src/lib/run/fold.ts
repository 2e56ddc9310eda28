import { complete } from './complete';
import type { EventOf, RunEvent } from './event';
import {
	begun,
	failed,
	intended,
	interrupted,
	openAttempt,
	prepared,
	reused,
	succeeded,
	unknownOutcome
} from './fold-attempt';
import { blockFailed, opened, roundJudged } from './fold-block';
import { allowed, held, refused, switched } from './fold-ladder';
import { answered, asked, fellBack, retried, skipped } from './fold-person';
import { changedByHand, decided, expired, passed, postponed, requested, voided } from './fold-review';
import { beginRun, noteWait, setStatus } from './flow';
import { emptyRun, lastAttempt, type RunState, type StepState } from './state';
import { foldItem } from './open-items';
import { foldProse } from './prose';

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
	const { front: was } = state;
	const front = { ...was, steps: new Set(was.steps), timed: new Set(was.timed) };
	return { ...state, steps, front, sources: { ...state.sources } };
}

function copyStep(step: StepState): StepState {
	return {
		...step,
		attempts: step.attempts.map((attempt) => ({ ...attempt })),
		decisions: [...step.decisions],
		answers: [...step.answers],
		instead: { ...step.instead, inputs: { ...step.instead.inputs } },
		ladder: { ...step.ladder },
		block: step.block && { ...step.block, items: step.block.items.map((item) => ({ ...item })) },
		flow: { ...step.flow }
	};
}

/**
 * Folds in place, for an owner who shares the state with nobody (a host, a log reader): copying a run of
 * thousands of steps for each event would be quadratic.
 */
export function apply(state: RunState, record: RunEvent): RunState {
	const event = complete(record);
	state.length += 1;
	if (event.type === 'prose.written') {
		foldProse(state, event);
		return state;
	}
	state.updatedAt = event.at;
	if (state.ended) return state;
	switch (event.type) {
		case 'run.started':
			started(state, event);
			break;
		case 'run.derived':
			state.derived = event;
			break;
		case 'run.configured':
			state.reuse = event.reuse;
			break;
		case 'run.guarded':
			// A seal is for good, and what once did not hold cannot be said to have held.
			state.guard = {
				sealed: state.guard?.sealed === true || event.sealed,
				enforced: state.guard?.enforced !== false && event.enforced
			};
			break;
		case 'run.laddered':
			state.ladder = { models: event.models, lastResort: event.lastResort, budget: event.budget ?? null };
			break;
		case 'run.imported':
			state.imported = true;
			for (const step of Object.values(state.steps)) {
				step.foreign = step.decisions.length;
				step.passedElsewhere = step.passed !== null;
				step.ladder.allowed = [];
			}
			break;
		case 'run.paused':
			state.paused = true;
			break;
		case 'run.resumed':
			state.paused = false;
			break;
		case 'source.replaced':
			state.sources = { ...state.sources, [event.sourceId]: event.values };
			break;
		case 'item.closed':
		case 'item.reopened':
			foldItem(state, event);
			break;
		case 'run.cancelled':
			end(state, 'cancelled', event.at);
			break;
		case 'run.finished':
			end(state, event.status, event.at);
			break;
		default:
			if (!STEP_EVENTS.has(event.type)) state.unknown += 1;
			else applyToStep(state, event);
	}
	return state;
}

/** Events about one step. */
type StepEvent = Extract<RunEvent, { stepId: string }>;

/** All of them; what is not here was written by a newer release, and is counted so that a screen can say so. */
const STEP_EVENTS: ReadonlySet<string> = new Set(
	Object.keys({
		'attempt.started': 1,
		'attempt.prepared': 1,
		'attempt.keyed': 1,
		'attempt.succeeded': 1,
		'attempt.failed': 1,
		'attempt.interrupted': 1,
		'branch.taken': 1,
		'block.opened': 1,
		'round.judged': 1,
		'block.failed': 1,
		'fallback.used': 1,
		'person.asked': 1,
		'person.answered': 1,
		'step.skipped': 1,
		'step.retried': 1,
		'step.reused': 1,
		'rung.switched': 1,
		'call.held': 1,
		'call.allowed': 1,
		'call.refused': 1,
		'review.requested': 1,
		'review.decided': 1,
		'review.passed': 1,
		'review.expired': 1,
		'review.postponed': 1,
		'review.voided': 1,
		'output.changed': 1,
		'wait.began': 1,
		'wait.over': 1,
		'effect.intended': 1,
		'effect.unknown': 1,
		'effect.settled': 1
	} satisfies Record<StepEvent['type'], 1>)
);

function applyToStep(state: RunState, event: StepEvent): void {
	// Only its own: a record may name anything, `constructor` too.
	const step = Object.hasOwn(state.steps, event.stepId) ? state.steps[event.stepId] : undefined;
	if (!step) return;
	switch (event.type) {
		case 'attempt.started':
			return begun(state, step, event);
		case 'attempt.prepared':
			return prepared(step, event);
		case 'attempt.keyed': {
			const attempt = openAttempt(step, event.attemptId);
			if (attempt) attempt.key = event.key;
			return;
		}
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
		case 'rung.switched':
			return switched(step, event);
		case 'call.held':
			return held(state, step, event);
		case 'call.allowed':
			return allowed(state, step, event);
		case 'call.refused':
			return refused(state, step, event);
		case 'review.requested':
			return requested(state, step, event);
		case 'review.decided':
			return decided(state, step, event);
		case 'review.passed':
			return passed(state, step, event);
		case 'review.expired':
			return expired(state, step, event);
		case 'review.postponed':
			return postponed(step, event);
		case 'review.voided':
			return voided(step, event);
		case 'output.changed':
			return changedByHand(state, step, event);
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
			if (step.status !== 'sleeping') return;
			if (event.from)
				Object.assign(step, { made: 'reused', reused: event.from } satisfies Partial<StepState>);
			return setStatus(state, step, 'done');
	}
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

function end(state: RunState, how: 'done' | 'rejected' | 'cancelled', at: number): void {
	state.ended = how;
	state.endedAt = at;
	state.front.steps.clear();
	state.front.timed.clear();
	for (const id in state.steps) {
		const step = state.steps[id];
		if (!step || step.status === 'done' || step.status === 'failed' || step.status === 'skipped') continue;
		const open = lastAttempt(step);
		if (open?.status === 'running') {
			open.status = 'interrupted';
			open.endedAt = at;
		}
		// Not through setStatus: nothing follows from it any more.
		noteWait(step, 'skipped', at);
		step.status = 'skipped';
		step.because = 'ended';
		step.request = null;
		step.asked = null;
	}
}
