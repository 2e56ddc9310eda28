import type { EgressRow } from '$lib/core';
import { lastAttempt, type AttemptState, type RunState, type StepState } from './state';

/** What has begun to act outside, and has no outcome that is known. */
export interface OpenEffect {
	step: StepState;
	attempt: AttemptState;
}

/** The steps of which nobody knows how their acting ended: it is going on, or a person has yet to look. */
export function openEffects(steps: readonly StepState[]): OpenEffect[] {
	return steps.flatMap((step) => {
		const attempt = lastAttempt(step);
		const isOpen = attempt?.intent && (attempt.status === 'running' || attempt.status === 'unknown');
		return attempt && isOpen ? [{ step, attempt }] : [];
	});
}

/** Steps, and all steps inside them. */
export function withInner(state: RunState, steps: readonly StepState[]): StepState[] {
	const blocks = steps.map(({ id }) => `${id}[`);
	const inner = Object.values(state.steps).filter(({ id }) => blocks.some((block) => id.startsWith(block)));
	return [...steps, ...inner];
}

/** A request that went out, or may have, and of which no row says so: it was cut off, or a person looked where it arrived. */
export function unsaidRequest({ intent, inputs, status, egress }: AttemptState): EgressRow[] {
	const [, method, url] = /^([A-Z]+) (https?:\S+)$/.exec(intent?.says ?? '') ?? [];
	if (!method || !url || egress.length > 0 || status === 'failed' || !URL.canParse(url)) return [];
	// What was approved is about what was sent: its text holds the body and the headers.
	const sent = (inputs['proposal'] ?? []).reduce((sum, { bytes }) => sum + bytes, 0);
	return [{ origin: new URL(url).origin, method, status: null, sent, received: null }];
}
