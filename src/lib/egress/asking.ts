import type { Failure, LedgerEvent, Purpose } from '$lib/core';
import { addressBytes, broadcast, tagged } from '$lib/pass';
import { barred } from './barred';
import { originOf } from './policy';
import { EgressRefused } from './refused';

/** On whose behalf something goes out, and who is told of it for the ledger. */
export interface Asking {
	purpose: Purpose;
	/** Id of the call; where a step asks, of its attempt. */
	call: string;
	report: (event: LedgerEvent) => void;
	/** Why nothing may leave for this call now; null where nothing speaks against it. */
	barred(): Promise<Failure | null>;
}

/** As the workers of the app ask: the engines of all tabs are told, and what bars this worker or the run is looked at. */
export function asking(purpose: Purpose, call: string): Asking {
	return { purpose, call, report: broadcast, barred: () => barred(call) };
}

/** A request that is about to be made. */
export interface Opened {
	/** What to fetch: the address with the mark that the service worker looks for. */
	address: string;
	/** How it ended; sizes in bytes, null is unknown. */
	ended(how: { status: number | null; received: number | null; answered?: string }): void;
}

/** Notes the beginning of a request. It is on the way to the ledger before anything is on the way to the network. */
export function opened(
	{ purpose, call, report }: Asking,
	url: URL,
	{ method, sent }: { method: string; sent: number }
): Opened {
	const id = crypto.randomUUID();
	const { origin } = url;
	const address = addressBytes(url);
	report({ type: 'request.began', at: Date.now(), id, purpose, call, origin, method, sent, address });
	return {
		address: tagged(url.href, { call, request: id }),
		ended: ({ status, received, answered }) =>
			report({
				type: 'request.ended',
				at: Date.now(),
				id,
				status,
				received,
				...(answered === undefined ? {} : { answered })
			})
	};
}

/** Notes a request that is not made, or what an answer asked for and is not done; the error to throw for it. */
export function blocked(
	{ purpose, call, report }: Asking,
	why: Failure,
	request: { url: string; method: string } | null
): EgressRefused {
	report({
		type: 'request.blocked',
		at: Date.now(),
		id: crypto.randomUUID(),
		purpose,
		call,
		by: 'guard',
		code: why.code,
		what: request ? 'fetch' : 'following a redirect',
		origin: request && originOf(request.url),
		method: request && request.method
	});
	return new EgressRefused(why);
}
