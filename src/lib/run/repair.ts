import type { ValueRef } from '$lib/core';
import type { StepState } from './state';

/** An answer that was not in the form asked for, which the next try shows to the model again. */
export interface Repair {
	/** The attempt that it is of. */
	attemptId: string;
	answer: ValueRef;
	/** What a check found wrong in it. */
	problems: string[];
}

/** Codes of answers that came whole and do not fit. */
const MISFITS = ['model.not-json', 'model.schema'];

/**
 * What the next try is to put right; null when it begins from nothing. Such tries count as any other, so their number is
 * the step's own limit. Another model, and a person who wants a fresh start, begin from nothing.
 */
export function repairOf(step: StepState): Repair | null {
	if (step.failures === 0) return null;
	const last = step.attempts.findLast(({ status }) => status === 'failed' || status === 'succeeded');
	if (last?.revision !== step.revision || !last.kept || !MISFITS.includes(last.failure?.code ?? ''))
		return null;
	const problems = last.failure?.details?.['problems'];
	return {
		attemptId: last.id,
		answer: last.kept,
		problems: Array.isArray(problems) ? problems.map(String) : []
	};
}
