import type { EventOf } from './event';
import { setStatus } from './flow';
import { openAttempt } from './fold-attempt';
import type { RunState, StepState } from './state';

/** How going down the ladder, and what a person says about a call that waits, change a step. */

export function switched(step: StepState, event: EventOf<'rung.switched'>): void {
	if (step.status !== 'pending') return;
	step.ladder.tried = [...step.ladder.tried, event.from.id];
	step.ladder.switched = [...step.ladder.switched, event];
	step.failures = 0;
}

export function held(state: RunState, step: StepState, event: EventOf<'call.held'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt) return;
	attempt.status = 'held';
	attempt.endedAt = event.at;
	attempt.prompt = event.prompt;
	attempt.estimate = event.estimate;
	step.ladder.held = event;
	step.asked = { at: event.at, why: event.why, about: event.prompt };
	setStatus(state, step, 'waiting');
}

export function allowed(state: RunState, step: StepState, event: EventOf<'call.allowed'>): void {
	if (event.raised && state.ladder) state.ladder = { ...state.ladder, budget: event.raised };
	if (!isAskedAbout(step, event)) return;
	step.ladder.allowed = [...step.ladder.allowed, event];
	step.asked = null;
	setStatus(state, step, 'pending');
}

export function refused(state: RunState, step: StepState, event: EventOf<'call.refused'>): void {
	if (!isAskedAbout(step, event)) return;
	step.ladder.refused = [...step.ladder.refused, event];
	step.ladder.tried = [...step.ladder.tried, event.rung.id];
	if (event.instead === 'on-device') step.ladder.onDevice = true;
	step.asked = null;
	step.failures = 0;
	setStatus(state, step, 'pending');
}

function isAskedAbout(step: StepState, event: EventOf<'call.allowed' | 'call.refused'>): boolean {
	return (
		step.status === 'waiting' && step.asked?.why === event.why && step.ladder.held?.rung.id === event.rung.id
	);
}
