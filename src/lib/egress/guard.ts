import { failure, isLoopback, type EgressRow } from '$lib/core';
import { blocked, opened, type Asking } from './asking';
import { mayReach } from './policy';
import { EgressRefused } from './refused';

export interface GuardRules {
	/** Origins that may be reached; see `mayReach`. */
	allowed: readonly string[];
	asking: Asking;
	/** Called once for each request that was let through, when its answer has ended in whatever way. */
	onRow(row: EgressRow): void;
}

/**
 * A `fetch` that reaches only the allowed origins and notes what left. It follows no redirect (an answer that is one
 * rejects with {@link EgressRefused}, `egress.redirect`), sends no cookie and no referrer. A request that is refused
 * before it is made rejects with {@link EgressRefused} and makes no row, for nothing left. `sent` counts the
 * bytes of the request's body, also when the request failed half-way; `received` those of the answer's body, unpacked.
 */
export function guardedFetch(fetch: typeof globalThis.fetch, rules: GuardRules): typeof globalThis.fetch {
	return async (input, init) => {
		const request = new Request(input, init);
		const reachable = mayReach(request.url, rules.allowed);
		if (!reachable.ok) throw blocked(rules.asking, reachable.failure, request);
		const barred = await rules.asking.barred();
		if (barred) throw blocked(rules.asking, barred, request);
		const body = request.body === null ? null : await request.arrayBuffer();
		const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
		const row: EgressRow = {
			origin: reachable.value.origin,
			method: request.method,
			status: null,
			sent: body?.byteLength ?? 0,
			received: null
		};
		try {
			signal?.throwIfAborted();
		} catch (reason) {
			row.sent = 0;
			rules.onRow(row);
			throw reason;
		}
		const entry = opened(rules.asking, reachable.value, row);
		const finish = once(() => {
			entry.ended(row);
			rules.onRow(row);
		});
		let response: Response;
		try {
			response = await fetch(entry.address, {
				method: request.method,
				headers: request.headers,
				body,
				signal,
				// Not `error`: a browser would not say that it was a redirect.
				redirect: 'manual',
				credentials: 'omit',
				referrerPolicy: 'no-referrer',
				cache: 'no-store',
				mode: 'cors'
			});
		} catch (cause) {
			finish();
			throw cause;
		}
		row.status = response.status || null;
		row.received = 0;
		if (isRedirect(response)) {
			finish();
			await response.body?.cancel();
			throw blocked(rules.asking, redirected(reachable.value.origin), null);
		}
		if (response.body === null) {
			finish();
			return response;
		}
		// A body that nobody reads any more neither ends nor fails; the signal is all that tells.
		signal?.addEventListener('abort', finish, { once: true });
		const counted = count(response.body, (bytes) => (row.received = (row.received ?? 0) + bytes), finish);
		return new Response(counted, {
			status: response.status,
			statusText: response.statusText,
			headers: response.headers
		});
	};
}

/** A browser shows no more of a redirect than that it is one. */
function isRedirect(response: Response): boolean {
	return response.type === 'opaqueredirect' || [301, 302, 303, 307, 308].includes(response.status);
}

function redirected(origin: string) {
	return failure(
		'egress.redirect',
		`${origin} wanted to send the request on to another address. Redirects are not followed, or text and keys could end up ` +
			'in a place that you did not choose; nothing was sent there, and every earlier step is kept. ' +
			'Check the address; if the server has moved, enter where it is now, then try again.',
		{ details: { origin } }
	);
}

/** How long somebody at the door is waited for, ms. */
const KNOCK_MS = 3_000;

/**
 * Does anybody answer at this origin, whether or not a page may read what? An empty request of which nothing comes back
 * but yes or no; it is in the ledger like any other. Only on this device: such a request follows redirects, and what a
 * program on this device could do with that it can do without Galley. Rejects for every other origin.
 */
export async function knock(
	fetch: typeof globalThis.fetch,
	origin: string,
	rules: GuardRules
): Promise<boolean> {
	const reachable = mayReach(origin, rules.allowed);
	if (!reachable.ok) throw new EgressRefused(reachable.failure);
	const barred = await rules.asking.barred();
	if (barred) throw new EgressRefused(barred);
	if (!isLoopback(reachable.value.hostname)) throw new Error('Only this device is knocked at.');
	let isThere = true;
	const row: EgressRow = {
		origin: reachable.value.origin,
		method: 'GET',
		status: null,
		sent: 0,
		received: null
	};
	const entry = opened(rules.asking, reachable.value, row);
	try {
		await fetch(entry.address, {
			mode: 'no-cors',
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			cache: 'no-store',
			signal: AbortSignal.timeout(KNOCK_MS)
		});
	} catch {
		isThere = false;
	}
	entry.ended(row);
	rules.onRow(row);
	return isThere;
}

/** The same bytes, counted. By hand: a TransformStream is not told when its reader aborts. */
export function count(
	body: ReadableStream<Uint8Array>,
	onBytes: (bytes: number) => void,
	onEnd: () => void
): ReadableStream<Uint8Array> {
	const reader = body.getReader();
	return new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const { done, value } = await reader.read();
					if (done) {
						onEnd();
						controller.close();
					} else {
						onBytes(value.byteLength);
						controller.enqueue(value);
					}
				} catch (cause) {
					onEnd();
					controller.error(cause);
				}
			},
			cancel(reason) {
				onEnd();
				return reader.cancel(reason);
			}
		},
		{ highWaterMark: 0 }
	);
}

export function once(action: () => void): () => void {
	let done = false;
	return () => {
		if (done) return;
		done = true;
		action();
	};
}
