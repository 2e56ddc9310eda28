import { descendants } from '$lib/workflow';
import { localId } from './coords';
import type { EventOf } from './event';
import { breakOff, dropBlock, needsAround, noteWait, reopen, setStatus, siblingsOf } from './flow';
import { reviewRules } from './review';
import { saySentBack } from './sent-back';
import type { RunState, StepState, Voided } from './state';
import { freshLadder } from './step-ladder';

/** How gates change: asked, decided, passed, put off; and what becomes of them when something before them changes. */

export function requested(state: RunState, step: StepState, event: EventOf<'review.requested'>): void {
	if (step.status !== 'pending') return;
	const { at, draft, because = null, deadline = null } = event;
	step.request = { at, draft, because, deadline, later: null };
	if (deadline !== null) state.front.timed.add(step.id);
	setStatus(state, step, 'waiting');
}

export function decided(state: RunState, step: StepState, event: EventOf<'review.decided'>): void {
	if (step.status !== 'waiting' || !step.request) return;
	step.decisions.push(event);
	close(state, step);
	if (event.decision === 'changes') return sendBack(state, step, event);
	step.route = event.route ?? null;
	if (event.decision === 'rejected' && (step.inside || event.route !== undefined)) {
		// One item of many was rejected, or the author gave the no a way of its own: what hangs on it is left out, and the
		// others go on.
		setStatus(state, step, 'skipped', 'person');
	} else {
		if (event.decision !== 'rejected') step.output = event.reviewed ?? event.draft;
		setStatus(state, step, 'done');
	}
}

/** Nobody was asked, or nobody came. */
export function passed(state: RunState, step: StepState, event: EventOf<'review.passed'>): void {
	const isIt = event.why === 'condition' ? step.status === 'pending' : isAbout(step, event.draft.hash);
	if (!isIt) return;
	close(state, step);
	step.passed = event;
	step.passedElsewhere = false;
	step.output = event.draft;
	step.route = event.route ?? null;
	setStatus(state, step, 'done');
}

export function expired(state: RunState, step: StepState, event: EventOf<'review.expired'>): void {
	if (!isAbout(step, event.draft.hash)) return;
	close(state, step);
	step.expired = event;
	if (step.inside) setStatus(state, step, 'skipped', 'person');
	else setStatus(state, step, 'done');
}

export function postponed(step: StepState, event: EventOf<'review.postponed'>): void {
	if (step.request && isAbout(step, event.draft.hash)) step.request = { ...step.request, later: event.until };
}

/** The approval of the run that this one repeats. */
export function voided(step: StepState, event: EventOf<'review.voided'>): void {
	const { approved, from } = event;
	step.voided = { how: 'approved', content: approved, at: from.at, run: from.number };
}

function isAbout(step: StepState, hash: string): boolean {
	return step.status === 'waiting' && step.request?.draft.hash === hash;
}

function close(state: RunState, step: StepState): void {
	step.request = null;
	step.voided = null;
	step.passed = null;
	state.front.timed.delete(step.id);
}

/** What runs again when a gate asks for changes: the step that is asked, and all that hangs on it. */
export function sentBackBy(state: RunState, gate: StepState, revise: string | undefined): StepState[] {
	return after(state, gate, targetOf(state, gate, revise));
}

function targetOf(state: RunState, gate: StepState, revise: string | undefined): string {
	return revise ?? reviewRules(state, gate.id)?.revise ?? localId(gate.id);
}

/** All of it as the next revision. */
function sendBack(state: RunState, gate: StepState, event: EventOf<'review.decided'>): void {
	const target = targetOf(state, gate, event.revise);
	const steps = sentBackBy(state, gate, event.revise);
	const feedback = { reason: saySentBack(event), draft: event.draft };
	for (const step of steps) {
		if (step.revision <= event.revision) step.revision = event.revision + 1;
		beginAnew(state, step, gate);
		if (localId(step.id) === target) step.feedback = feedback;
	}
	reopen(state, steps);
}

/** A person put something else in the place of an output: what rests on it is begun anew, and no approval of it holds. */
export function changedByHand(state: RunState, step: StepState, event: EventOf<'output.changed'>): void {
	if (step.status !== 'done') return;
	step.output = event.output;
	step.made = 'person';
	step.changed = [...step.changed, event];
	const steps = after(state, step, null);
	for (const one of steps) {
		// Only what has begun gets a number of its own: ids of attempts are made of it.
		if (one.status !== 'pending' || one.attempts.length > 0) {
			one.revision += 1;
			one.voids = [...one.voids, one.revision];
		}
		beginAnew(state, one, null);
	}
	reopen(state, steps);
}

/** Steps that hang on one; with `from`, on another one that is named, and these two. */
function after(state: RunState, step: StepState, from: string | null): StepState[] {
	const own = localId(step.id);
	const again = new Set([
		...(from === null ? [] : [from, own]),
		...descendants(from ?? own, needsAround(state, step))
	]);
	return siblingsOf(state, step).filter((one) => again.has(localId(one.id)));
}

/** As if it had not begun; what was tried stays to be read. `by` is the gate that was decided just now. */
function beginAnew(state: RunState, step: StepState, by: StepState | null): void {
	if (step !== by) step.voided = voidOf(step) ?? step.voided;
	noteWait(step, 'pending', state.updatedAt);
	breakOff(step, state.updatedAt);
	dropBlock(state, step);
	state.front.timed.delete(step.id);
	Object.assign(step, {
		status: 'pending',
		because: null,
		output: null,
		made: null,
		reused: null,
		failures: 0,
		fallbacks: 0,
		instead: { inputs: {}, provider: null },
		ladder: freshLadder(),
		without: false,
		route: null,
		asked: null,
		request: null,
		passed: null,
		expired: null,
		feedback: null
	} satisfies Partial<StepState>);
}

/** What a gate held that does not hold any more; null for what is no gate, or held nothing. */
function voidOf(step: StepState): Voided | null {
	const run = null;
	// What was approved says more than what was only shown since.
	if (step.request && step.voided) return step.voided;
	if (step.request) return { how: 'shown', content: step.request.draft, at: step.request.at, run };
	if (step.status !== 'done') return null;
	if (step.passed) return { how: 'passed', content: step.passed.draft, at: step.passed.at, run };
	const last = step.decisions.at(-1);
	if (!last || last.decision === 'changes' || last.decision === 'rejected') return null;
	return { how: 'approved', content: last.reviewed ?? last.draft, at: last.at, run };
}
