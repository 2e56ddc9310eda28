import type { LedgerEvent } from '$lib/core';
import { emptyRun, foldRequest, type LedgerRow, type RunState } from '$lib/run';
import { describe, expect, it } from 'vitest';
import { leftBy } from './left';

const run = (guard: RunState['guard']): RunState => ({ ...emptyRun('r'), guard });
const row = (id: string, ...more: LedgerEvent[]): LedgerRow => {
	const began: LedgerEvent = {
		...{ type: 'request.began', at: 1, id, purpose: 'model', call: null },
		...{ origin: 'https://api.example.org', method: 'POST', sent: 10, address: 1 }
	};
	return more.reduce(foldRequest, foldRequest(null, began));
};
const stopped: LedgerEvent = {
	...{ type: 'request.blocked', at: 2, id: 'b', purpose: 'model', call: null, by: 'guard', code: 'x' },
	...{ what: 'fetch', origin: null, method: null }
};

describe('“0 bytes left this device”', () => {
	const held = { sealed: false, enforced: true };

	it('is said where the browser enforced it and the ledger is known to have nothing', () => {
		expect(leftBy(run(held), []).provesNothing).toBe(true);
	});

	it('is not said of a run that does not say so, that ran where nothing was enforced, or before the ledger is read', () => {
		expect(leftBy(run(null), []).provesNothing).toBe(false);
		expect(leftBy(run({ sealed: true, enforced: false }), []).provesNothing).toBe(false);
		expect(leftBy(run(held), null).provesNothing).toBe(false);
	});

	it('is not said when the ledger knows of a request that the log does not', () => {
		const left = leftBy(run(held), [row('a')]);
		expect(left).toMatchObject({ provesNothing: false, sent: 0, unsure: 10 });
		expect(left.origins).toEqual(['https://api.example.org']);
	});
});

it('counts what arrived and what was stopped apart', () => {
	const ended: LedgerEvent = { type: 'request.ended', at: 3, id: 'a', status: 200, received: 5 };
	const left = leftBy(run({ sealed: false, enforced: true }), [row('a', ended), row('b', stopped)]);
	expect(left).toMatchObject({ sent: 10, unsure: 0 });
	expect(left.requests).toHaveLength(1);
	expect(left.stopped).toHaveLength(1);
});
