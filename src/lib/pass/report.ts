import type { LedgerEvent } from '$lib/core';

/** Where every worker and page says what it sent or was kept from sending; the engine writes it down. */
export const EGRESS_CHANNEL = 'galley-egress';

let channel: BroadcastChannel | undefined;

/** Tells the engines of all tabs. */
export function broadcast(event: LedgerEvent): void {
	channel ??= new BroadcastChannel(EGRESS_CHANNEL);
	channel.postMessage(event);
}
