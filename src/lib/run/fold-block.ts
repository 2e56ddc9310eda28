import type { EventOf } from './event';
import { nextRound, openBlock, setStatus } from './flow';
import { openAttempt } from './fold-attempt';
import type { RunState, StepState } from './state';

/** How events about a block change it. */

export function opened(state: RunState, step: StepState, event: EventOf<'block.opened'>): void {
	if (!openAttempt(step, event.attemptId) || step.block || !step.def.steps?.length) return;
	openBlock(state, step, {
		attemptId: event.attemptId,
		count: event.count,
		list: event.list ?? null,
		next: 0,
		active: 0,
		ended: 0,
		stuck: 0,
		judged: 0,
		because: '',
		items: []
	});
}

export function roundJudged(state: RunState, step: StepState, event: EventOf<'round.judged'>): void {
	const { block } = step;
	if (!openAttempt(step, event.attemptId) || !block || event.round !== block.count) return;
	if (block.judged >= event.round) return;
	block.judged = event.round;
	block.because = event.because;
	if (event.again) nextRound(state, step);
}

/** The attempt stays open: what is inside is done, and a retry only asks again what failed. */
export function blockFailed(state: RunState, step: StepState, event: EventOf<'block.failed'>): void {
	const attempt = openAttempt(step, event.attemptId);
	if (!attempt || !step.block) return;
	attempt.failure = event.failure;
	step.failures += 1;
	setStatus(state, step, 'failed');
}
