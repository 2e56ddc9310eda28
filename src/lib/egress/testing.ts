import type { Failure, LedgerEvent } from '$lib/core';
import type { Asking } from './asking';

/** Somebody who asks, and what the ledger is told of it. */
export function testAsking(bar: () => Failure | null = () => null): Asking & { told: LedgerEvent[] } {
	const told: LedgerEvent[] = [];
	return {
		purpose: 'model',
		call: 'run/draft/1.1',
		told,
		report: (event) => void told.push(event),
		barred: async () => bar()
	};
}
