import type { EgressRow } from '$lib/core';
import type { Asking } from './asking';
import { guardedFetch, knock } from './guard';

/** The way out of one call: to one origin, or to none, with the rows of everything that left by it. */
export interface Way {
	fetch: typeof globalThis.fetch;
	knock(): Promise<boolean>;
	rows: EgressRow[];
}

export function wayTo(real: typeof globalThis.fetch, origin: string | null, asking: Asking): Way {
	const rows: EgressRow[] = [];
	const allowed = origin === null ? [] : [origin];
	const rules = { allowed, asking, onRow: (row: EgressRow) => void rows.push(row) };
	return { fetch: guardedFetch(real, rules), knock: () => knock(real, origin ?? '', rules), rows };
}
