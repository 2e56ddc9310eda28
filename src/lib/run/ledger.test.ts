import { attemptPlace, type LedgerEvent } from '$lib/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldRequest, totalOf, uncertain, type LedgerRow } from './ledger';
import { ledgerEventSchema } from './ledger-schema';

const asked = { purpose: 'model', call: 'r/each[3]/draft/2.1' } as const;
const facts: LedgerEvent[] = [
	{
		type: 'request.began',
		at: 1,
		id: 'a',
		...asked,
		origin: 'https://x',
		method: 'POST',
		sent: 9,
		address: 1
	},
	{ type: 'request.seen', at: 2, id: 'a', sent: 9, received: 5 },
	{ type: 'request.ended', at: 3, id: 'a', status: 200, received: 5 }
];
const stopped: LedgerEvent = {
	...{ type: 'request.blocked', at: 4, id: 'a', purpose: 'none', call: null },
	...{ by: 'service-worker', code: 'egress.no-pass', what: 'x', origin: 'https://x', method: 'POST' }
};
const row = (events: readonly LedgerEvent[]) =>
	events.reduce<LedgerRow | null>((before, event) => foldRequest(before, event), null);
const shuffled = (all: readonly LedgerEvent[]) => fc.shuffledSubarray([...all], { minLength: all.length });
const plain = (one: LedgerRow | null) => one && { ...one, told: [...one.told].sort(), endedAt: 0, at: 0 };

describe('a row of the ledger', () => {
	it('is the same in whatever order its facts come, and however often', () => {
		fc.assert(
			fc.property(shuffled([...facts, ...facts]), (order) => {
				expect(plain(row(order))).toEqual(plain(row(facts)));
			})
		);
		expect(row(facts)).toMatchObject({ decision: 'allowed', sent: 9, received: 5, status: 200 });
	});

	it('says that nothing left of a request which the service worker stopped, whoever was heard first', () => {
		const ended: LedgerEvent = { type: 'request.ended', at: 5, id: 'a', status: null, received: null };
		const all = [facts[0], stopped, ended].filter((one) => one !== undefined);
		fc.assert(
			fc.property(shuffled(all), (order) => {
				expect(row(order)).toMatchObject({
					decision: 'blocked',
					sent: 0,
					purpose: 'model',
					origin: 'https://x'
				});
			})
		);
	});

	it('is unsure of what was never answered, and counts it as gone', () => {
		const open = row(facts.slice(0, 1));
		expect(open && uncertain(open)).toBe(true);
		expect(totalOf([open, row(facts), row([stopped])].filter((one) => one !== null))).toEqual({
			...{ requests: 2, sent: 18, received: 5, blocked: 1, uncertain: 1 }
		});
	});
});

it('takes the place of a request from the id of its attempt, blocks and all', () => {
	expect(attemptPlace(asked.call)).toEqual({ runId: 'r', stepId: 'each[3]/draft', attemptId: asked.call });
	for (const none of ['', 'r', 'r/draft', 'r/draft/x', '5b0d1c7e-1111'])
		expect(attemptPlace(none)).toBeNull();
});

it('refuses what is no fact: reports come over a channel that anything can write to', () => {
	for (const one of [...facts, stopped]) expect(ledgerEventSchema.safeParse(one).success).toBe(true);
	for (const no of [null, {}, { ...facts[0], sent: -1 }, { ...stopped, what: 'x'.repeat(201) }])
		expect(ledgerEventSchema.safeParse(no).success).toBe(false);
});
