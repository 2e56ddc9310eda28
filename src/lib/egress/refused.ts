import type { Failure } from '$lib/core';

/**
 * How a guarded function says no: the functions it stands in for can only throw. Whoever calls them finds the
 * {@link Failure} in `failure` and hands that on. Nothing has left the device when this is thrown, but for the request
 * that was answered with a redirect (`egress.redirect`).
 */
export class EgressRefused extends Error {
	override readonly name = 'EgressRefused';
	readonly failure: Failure;

	constructor(failure: Failure) {
		super(failure.message);
		this.failure = failure;
	}
}
