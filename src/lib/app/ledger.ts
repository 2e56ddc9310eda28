import type { LedgerRow } from '$lib/run';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** Which part of the egress ledger. Nothing said: all of it. */
export interface LedgerWish {
	runId?: string | undefined;
	workflowId?: string | undefined;
}

/** Rows of the egress ledger, the newest first. */
export function ledgerRows(wish: () => LedgerWish): Live<LedgerRow[]> {
	return live(() => {
		const { runId, workflowId } = wish();
		return async () => {
			const { requests } = database();
			const rows =
				runId !== undefined
					? await requests.where({ runId }).toArray()
					: workflowId !== undefined
						? await requests.where({ workflowId }).toArray()
						: await requests.toArray();
			return rows.sort((a, b) => b.at - a.at);
		};
	});
}
