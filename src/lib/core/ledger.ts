/** Facts of the egress ledger. They stand here because workers report them, the engine records them and screens show them. */

/** What a request is for. `none`: nobody that Galley knows of asked for it. */
export type Purpose = 'model' | 'act' | 'test' | 'download' | 'page' | 'none';

/** Who stopped a request: the guard inside a worker, a policy of the browser, or the service worker. */
export type Blocker = 'guard' | 'policy' | 'service-worker';

/** Where in a run a request belongs. */
export interface LedgerPlace {
	runId: string;
	workflowId: string;
	stepId: string;
	attemptId: string;
}

interface LedgerFact {
	/** ms since 1970. */
	at: number;
	/** Of the request: all facts about one have the same. */
	id: string;
}

/** What the facts about the beginning of a request have in common. */
interface Asked extends LedgerFact {
	purpose: Purpose;
	/** The call that it belongs to; where a step asked, the id of its attempt. */
	call: string | null;
	/** Added by the engine, where the call is an attempt. */
	place?: LedgerPlace | undefined;
}

/**
 * What happens to a request. Of an address only its origin is kept, since paths and queries can hold secrets. Sizes are bytes
 * of bodies; null is unknown.
 */
export type LedgerEvent =
	| (Asked & {
			type: 'request.began';
			origin: string;
			method: string;
			sent: number;
			/** Bytes of path and query, in which something can leave too. */
			address: number;
	  })
	| (LedgerFact & {
			type: 'request.ended';
			status: number | null;
			received: number | null;
			/** Origin that answered, where it was another one than was asked. */
			answered?: string | undefined;
	  })
	/** The service worker's own count of a request that went through it. */
	| (LedgerFact & { type: 'request.seen'; sent: number; received: number })
	| (Asked & {
			type: 'request.blocked';
			by: Blocker;
			/** A failure code, or the directive of the policy. */
			code: string;
			/** Who tried and how, such as `fetch in step`; no address. */
			what: string;
			origin: string | null;
			method: string | null;
	  });

/** Run, step and attempt of an attempt's id, `<run>/<step>/<revision>.<attempt>`; null for what is none. */
export function attemptPlace(call: string): Omit<LedgerPlace, 'workflowId'> | null {
	const parts = /^([^/]+)\/(.+)\/\d+\.\d+$/.exec(call);
	return parts?.[1] && parts[2] ? { runId: parts[1], stepId: parts[2], attemptId: call } : null;
}
