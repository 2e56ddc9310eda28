import { attemptPlace, failure, type Failure } from '$lib/core';
import { isSealed } from '$lib/pass';

/** Nobody has leave for a policy of this name, so where policies hold it is refused. */
export const UNLISTED = 'galley-unlisted';

let policed: boolean | null | undefined;

/**
 * Does a content security policy of Galley hold in this scope? Asked of the browser by a thing that every such policy
 * refuses. Null is unknown: a browser without Trusted Types, or the development server.
 */
export function isPoliced(): boolean | null {
	policed ??= look();
	return policed;
}

function look(): boolean | null {
	const { trustedTypes } = globalThis as {
		trustedTypes?: { createPolicy(name: string, rules: object): void };
	};
	if (!trustedTypes || import.meta.env.DEV) return null;
	try {
		trustedTypes.createPolicy(UNLISTED, {});
		return false;
	} catch {
		return true;
	}
}

/** Why nothing may leave from this worker for a call: no policy holds here, or the run that asks is sealed. */
export async function barred(call: string): Promise<Failure | null> {
	if (isPoliced() === false) return unguarded();
	const runId = attemptPlace(call)?.runId;
	return runId && (await isSealed(runId)) ? sealedRun() : null;
}

/** The failure of whatever wants to leave for a sealed run. */
export function sealedRun(): Failure {
	return failure(
		'egress.sealed',
		'This run is sealed: nothing may leave the device for it, so nothing was sent. Everything before is kept. ' +
			'To send something, start a run that is not sealed.'
	);
}

/** A host that sets no headers: on a first visit the workers start before the service worker can add the policies. */
function unguarded(): Failure {
	return failure(
		'egress.unguarded',
		'Galley was loaded for the first time and its guard was not in place yet, so nothing was sent and everything before ' +
			'is kept. It is tried again with the guard; if that fails too, reload the page once, then retry.',
		{ retryable: true, details: { worker: 'spent' } }
	);
}
