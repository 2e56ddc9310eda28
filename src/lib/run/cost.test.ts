import { expect, it } from 'vitest';
import { addSpend, costOf, estimateOf, fitsBudget, NO_SPEND, tokensPerSecond } from './cost';

const price = { input: 3, output: 15, currency: 'USD' };

it.each([
	[{ input: 1_000_000, output: 200_000 }, price, { amount: 6, currency: 'USD' }],
	[{ input: 0, output: 0 }, price, { amount: 0, currency: 'USD' }],
	[{ input: null, output: 5 }, price, null],
	[{ input: 5, output: null }, price, null],
	[{ input: 5, output: 5 }, undefined, null],
	[null, price, null]
])('%j at %j costs %j', (usage, at, expected) => {
	expect(costOf(usage, at)).toEqual(expected);
});

it('is estimated with the longest answer, and unknown without a price', () => {
	expect(estimateOf(1_000_000, 1_000_000, price).cost).toEqual({ amount: 18, currency: 'USD' });
	expect(estimateOf(1_000_000, null, price).output).toBe(4_000);
	expect(estimateOf(1, 1, null).cost).toBeNull();
});

it.each([
	[1, 0.5, 0.5, 'within'],
	[1, 0.5, 0.51, 'beyond'],
	[0, 0, 0.0001, 'beyond'],
	[0, 0, 0, 'within']
])('a budget of %d with %d spent and %d to come: %s', (amount, spent, cost, expected) => {
	expect(fitsBudget({ amount, currency: 'EUR' }, spent, { amount: cost, currency: 'EUR' })).toBe(expected);
});

it('another currency, or no price, is unknown', () => {
	const limit = { amount: 1, currency: 'EUR' };
	expect(fitsBudget(limit, 0, { amount: 0.1, currency: 'USD' })).toBe('unknown');
	expect(fitsBudget(limit, 0, null)).toBe('unknown');
});

it('adds currencies apart, and what is unknown to what is unknown', () => {
	const one = { ...NO_SPEND, calls: 1, remote: 1, money: { EUR: 1 }, input: 3 };
	const two = { ...NO_SPEND, calls: 2, remote: 1, unknown: 1, money: { EUR: 2, USD: 4 }, output: 5 };
	expect(addSpend(one, two)).toMatchObject({
		calls: 3,
		remote: 2,
		unknown: 1,
		money: { EUR: 3, USD: 4 },
		input: 3,
		output: 5
	});
	expect(tokensPerSecond({ usage: { input: 1, output: 50 }, ms: 2_000 })).toBe(25);
	expect(tokensPerSecond({ usage: { input: 1, output: null }, ms: 2_000 })).toBeNull();
});
