import type { Blocker, LedgerEvent, LedgerPlace, Purpose } from '$lib/core';

/**
 * The egress ledger: a stream of facts about requests, kept like every other stream, and the row that each request has. What
 * of it belongs to a run says its log as well; the ledger has everything that went out of this device, or wanted to.
 */

/** One request, or one that was stopped. Sizes are bytes of bodies; null is unknown. */
export interface LedgerRow {
	id: string;
	at: number;
	/** Null while its answer comes, and for ever where the worker died under it. */
	endedAt: number | null;
	runId: string | null;
	workflowId: string | null;
	stepId: string | null;
	attemptId: string | null;
	purpose: Purpose;
	origin: string | null;
	method: string | null;
	/** What left, or may have: null until that is known. */
	sent: number | null;
	/** Bytes of path and query. */
	address: number;
	received: number | null;
	status: number | null;
	answered: string | null;
	/** What the service worker counted; null where it was not in between. */
	seen: { sent: number; received: number } | null;
	decision: 'allowed' | 'blocked';
	blocked: { by: Blocker; code: string; what: string } | null;
	/** The facts that it was made from. */
	told: LedgerEvent['type'][];
}

/** The row after a fact about its request; facts come from several workers, so in any order. */
export function foldRequest(before: LedgerRow | null, event: LedgerEvent): LedgerRow {
	const known = before ?? fresh(event);
	if (known.told.includes(event.type)) return known;
	const row = { ...known, told: [...known.told, event.type] };
	switch (event.type) {
		case 'request.began': {
			const { purpose, origin, method, address } = event;
			const sent = row.decision === 'blocked' ? 0 : event.sent;
			const earlier = Math.min(row.at, event.at);
			return { ...row, ...placed(row, event.place), at: earlier, purpose, origin, method, address, sent };
		}
		case 'request.ended': {
			const { status, received, answered = null } = event;
			return { ...row, endedAt: event.at, status, received, answered };
		}
		case 'request.seen':
			return { ...row, seen: { sent: event.sent, received: event.received } };
		case 'request.blocked': {
			const { by, code, what } = event;
			return {
				...row,
				...placed(row, event.place),
				purpose: row.purpose === 'none' ? event.purpose : row.purpose,
				origin: event.origin ?? row.origin,
				method: event.method ?? row.method,
				endedAt: row.endedAt ?? event.at,
				decision: 'blocked',
				blocked: { by, code, what },
				sent: 0,
				received: 0
			};
		}
	}
}

function fresh({ id, at }: LedgerEvent): LedgerRow {
	return {
		id,
		at,
		endedAt: null,
		runId: null,
		workflowId: null,
		stepId: null,
		attemptId: null,
		purpose: 'none',
		origin: null,
		method: null,
		sent: null,
		address: 0,
		received: null,
		status: null,
		answered: null,
		seen: null,
		decision: 'allowed',
		blocked: null,
		told: []
	};
}

function placed(row: LedgerRow, place: LedgerPlace | undefined): LedgerRow | LedgerPlace {
	return place ?? row;
}

/** Host and port of a row's origin; empty where none is known. */
export function ledgerHost(row: LedgerRow): string {
	return row.origin?.replace(/^[a-z]+:\/\//, '') ?? '';
}

/** True for a request of which nobody can say whether it arrived. */
export function uncertain(row: LedgerRow): boolean {
	return row.decision === 'allowed' && row.status === null && (row.received ?? 0) === 0;
}

/** Sums of several rows. */
export interface LedgerTotal {
	requests: number;
	sent: number;
	received: number;
	blocked: number;
	/** Of the requests that went out, those nobody knows the arrival of. */
	uncertain: number;
}

export function totalOf(rows: readonly LedgerRow[]): LedgerTotal {
	const total: LedgerTotal = { requests: 0, sent: 0, received: 0, blocked: 0, uncertain: 0 };
	for (const row of rows) {
		if (row.decision === 'blocked') {
			total.blocked += 1;
			continue;
		}
		total.requests += 1;
		total.sent += row.sent ?? 0;
		total.received += row.received ?? 0;
		if (uncertain(row)) total.uncertain += 1;
	}
	return total;
}
