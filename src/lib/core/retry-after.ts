import type { Failure } from './failure';

/**
 * Longest time, in seconds, that Galley waits by itself because a server asked for it: a day, as daily limits do. What is
 * longer is told, and a person decides.
 */
export const LONGEST_RETRY_AFTER = 86_400;

/** For how many seconds a server asked to be left alone, at the failure that it answered with; null where it did not. */
export function retryAfterOf(failure: Failure | null | undefined): number | null {
	const told = failure?.details?.['retryAfterSeconds'];
	return typeof told === 'number' ? told : null;
}
