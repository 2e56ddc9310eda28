import type { EgressRow } from '$lib/core';
import { egressOf, hasArrived, uncertain, type LedgerRow, type RunState } from '$lib/run';

/** What left the device for a run, or may have, from its own log and, where this device made it, from the egress ledger. */
export interface Left {
	/** Requests that went out. */
	requests: readonly (LedgerRow | EgressRow)[];
	stopped: readonly LedgerRow[];
	/** Bytes that arrived for sure. */
	sent: number;
	/** Bytes of requests of which nobody knows whether they arrived; while a model answers, one of them is under way. */
	unsure: number;
	origins: readonly string[];
	sealed: boolean;
	/** Nothing left, and more than our own word says so: the browser's policies held wherever the run was carried out. */
	provesNothing: boolean;
}

/**
 * The ledger knows more than the log: tries whose worker died, and what was stopped. The log travels with an export, so of a
 * run from elsewhere it is all there is.
 */
export function leftBy(run: RunState, ledger: readonly LedgerRow[] | null): Left {
	const log = egressOf(run);
	const went = (ledger ?? []).filter(({ decision }) => decision === 'allowed').sort((a, b) => a.at - b.at);
	const requests = went.length >= log.length ? went : log;
	const sizes = requests.map((row) => ({ bytes: row.sent ?? 0, arrived: arrived(row) }));
	const sum = (is: boolean) => sizes.reduce((total, one) => total + (one.arrived === is ? one.bytes : 0), 0);
	return {
		requests,
		stopped: (ledger ?? []).filter(({ decision }) => decision === 'blocked'),
		sent: sum(true),
		unsure: sum(false),
		origins: [...new Set(requests.flatMap(({ origin }) => origin ?? []))],
		sealed: run.guard?.sealed === true,
		provesNothing: requests.length === 0 && run.guard?.enforced === true && ledger !== null
	};
}

export function isLedgerRow(row: LedgerRow | EgressRow): row is LedgerRow {
	return 'decision' in row;
}

function arrived(row: LedgerRow | EgressRow): boolean {
	return isLedgerRow(row) ? !uncertain(row) : hasArrived(row);
}
