import type { EgressRow } from '$lib/core';
import { mayReach } from './policy';
import { EgressRefused } from './refused';

export interface GuardRules {
	/** Origins that may be reached; see `mayReach`. */
	allowed: readonly string[];
	/** Called once for each request that was let through, when its answer has ended in whatever way. */
	onRow(row: EgressRow): void;
}

/**
 * A `fetch` that reaches only the allowed origins and notes what left. It follows no redirect, sends no cookie and no
 * referrer. A refused request rejects with {@link EgressRefused} and makes no row, for nothing left. `sent` counts the
 * bytes of the request's body, also when the request failed half-way; `received` those of the answer's body, unpacked.
 */
export function guardedFetch(fetch: typeof globalThis.fetch, rules: GuardRules): typeof globalThis.fetch {
	return async (input, init) => {
		const request = new Request(input, init);
		const reachable = mayReach(request.url, rules.allowed);
		if (!reachable.ok) throw new EgressRefused(reachable.failure);
		const body = request.body === null ? null : await request.arrayBuffer();
		const signal = init?.signal ?? (input instanceof Request ? input.signal : null);
		const row: EgressRow = {
			origin: reachable.value.origin,
			method: request.method,
			status: null,
			sent: body?.byteLength ?? 0,
			received: null
		};
		const finish = once(() => rules.onRow(row));
		try {
			signal?.throwIfAborted();
		} catch (reason) {
			row.sent = 0;
			finish();
			throw reason;
		}
		let response: Response;
		try {
			response = await fetch(request.url, {
				method: request.method,
				headers: request.headers,
				body,
				signal,
				redirect: 'error',
				credentials: 'omit',
				referrerPolicy: 'no-referrer',
				cache: 'no-store',
				mode: 'cors'
			});
		} catch (cause) {
			finish();
			throw cause;
		}
		row.status = response.status;
		row.received = 0;
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
