import type { EventOf } from './event';
import { setStatus } from './flow';
import { lastAttempt, type RunState, type StepState } from './state';
import { freshLadder } from './step-ladder';

/** How a person's part changes a step, where it is no review: questions, and what is done after a failure. */

/** A failure that the run has gone on from is final: what came after it rests on it. */
export function isStuck(step: StepState): boolean {
	return step.status === 'failed' && !step.flow.settled;
}

/** True between two tries: the last one failed, and the next one begins by itself. */
export function isPausing(step: StepState): boolean {
	return step.status === 'pending' && step.failures > 0 && lastAttempt(step)?.status === 'failed';
}

export function retried(state: RunState, step: StepState, event: EventOf<'step.retried'>): void {
	if (event.provider) state.provider = event.provider;
	const isEscalated = step.status === 'waiting' && step.asked?.why === 'escalation';
	if (!isStuck(step) && !isEscalated && !isPausing(step)) return;
	step.failures = 0;
	step.asked = null;
	step.without = false;
	// A fresh start begins at the top of the ladder again; a model that was chosen for this step stands there.
	const person = event.provider ?? step.ladder.person;
	step.ladder = { ...freshLadder(), person, switched: step.ladder.switched, byHand: true };
	// A block that failed by itself is still open: what failed is asked again, nothing inside is done again.
	const attempt = lastAttempt(step);
	if (step.block && attempt?.status === 'running') attempt.failure = null;
	setStatus(state, step, step.block ? 'running' : 'pending');
}

export function fellBack(state: RunState, step: StepState, event: EventOf<'fallback.used'>): void {
	const fallback = step.def.fallback?.[event.place];
	if (step.status !== 'pending' || event.place !== step.fallbacks || fallback?.use !== event.use) return;
	step.fallbacks += 1;
	step.failures = 0;
	switch (fallback.use) {
		case 'value':
			if (!event.output) return;
			step.output = event.output;
			step.made = 'default';
			step.route = event.route ?? null;
			return setStatus(state, step, 'done');
		case 'source':
			step.instead.inputs[fallback.input] = fallback.from;
			return;
		case 'provider':
			step.instead.provider = event.provider ?? null;
			step.ladder.tried = [];
			return;
		case 'person':
			step.asked = { at: event.at, why: 'escalation', about: lastAttempt(step)?.kept ?? null };
			return setStatus(state, step, 'waiting');
		case 'without':
			step.without = true;
			return setStatus(state, step, 'failed');
	}
}

export function asked(state: RunState, step: StepState, event: EventOf<'person.asked'>): void {
	if (step.status !== 'pending') return;
	step.asked = { at: event.at, why: event.why, about: event.about ?? null };
	setStatus(state, step, 'waiting');
}

export function answered(
	state: RunState,
	step: StepState,
	event: EventOf<'person.answered' | 'effect.settled'>
): void {
	if (event.type === 'effect.settled') return settled(state, step, event);
	// A failed step can be filled in by hand too, and so can one that waits for an answer.
	if (!isStuck(step) && !(step.status === 'waiting' && step.asked)) return;
	step.answers.push(event);
	step.asked = null;
	step.output = event.output;
	step.made = 'person';
	step.route = event.route ?? step.route;
	step.failures = 0;
	setStatus(state, step, 'done');
}

function settled(state: RunState, step: StepState, event: EventOf<'effect.settled'>): void {
	const attempt = lastAttempt(step);
	if (step.asked?.why !== 'unknown' || attempt?.id !== event.attemptId) return;
	step.asked = null;
	attempt.status = event.happened ? 'succeeded' : 'failed';
	setStatus(state, step, event.happened ? 'done' : 'pending');
}

export function skipped(state: RunState, step: StepState): void {
	if (!isStuck(step) && !isPausing(step) && step.status !== 'waiting' && step.status !== 'sleeping') return;
	step.asked = null;
	step.request = null;
	// Whoever cuts a wait short says that the time has come, not that what follows shall not be.
	if (step.status === 'sleeping') setStatus(state, step, 'done');
	else setStatus(state, step, 'skipped', 'person');
}
