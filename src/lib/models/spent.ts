import type { Failure } from '$lib/core';

/** Goes into a failure's details: the worker in which it happened is of no more use, a fresh one may do better. */
export const SPENT = { worker: 'spent' };

/** Must the worker that told this failure be replaced before anything else is asked of it? */
export function isSpent(failure: Failure): boolean {
	return failure.details?.['worker'] === SPENT.worker;
}
