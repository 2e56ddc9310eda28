import type { Failure } from '$lib/core';

/** An error that carries a failure in our own words through code that only knows errors. */
export class ModelRefused extends Error {
	constructor(
		readonly failure: Failure,
		options?: ErrorOptions
	) {
		super(failure.message, options);
	}
}

/** The failure that an error, or what it was caused by, carries: a guard's, or a provider's. Null where none does. */
export function carriedFailure(cause: unknown): Failure | null {
	for (let error = cause, depth = 0; error instanceof Error && depth < 5; error = error.cause, depth += 1) {
		if (!('failure' in error)) continue;
		const { failure: carried } = error;
		if (carried !== null && typeof carried === 'object' && 'code' in carried && 'message' in carried) {
			return carried as Failure;
		}
	}
	return null;
}
