import type { Failure } from './failure';

/** Either a value or a {@link Failure}. Exceptions are left for bugs. */
export type Result<T, F = Failure> = { ok: true; value: T } | { ok: false; failure: F };

/** A success that carries nothing. */
export const DONE: Result<void> = { ok: true, value: undefined };

export function ok<T>(value: T): { ok: true; value: T } {
	return { ok: true, value };
}

export function fail<F = Failure>(failure: F): { ok: false; failure: F } {
	return { ok: false, failure };
}
