import type { Json } from '$lib/core';
import { expect, it } from 'vitest';
import { evaluate, isTrue } from './expression';
import { explain } from './explain';

async function told(condition: string, data: Record<string, Json>) {
	const found = await evaluate(condition, data);
	return explain(condition, data, found.ok && isTrue(found.value));
}

it.each([
	['amount > 500', { amount: 120 }, 'amount is 120, not over 500'],
	['amount > 500', { amount: 620 }, 'amount is 620, over 500'],
	[
		'amount > 500 or $count(people) >= 100',
		{ amount: 3, people: [1, 2] },
		'amount is 3, not over 500, and $count(people) is 2, less than 100'
	],
	['amount > 500 and (who = "board")', { amount: 900, who: 'team' }, 'who is “team”, not “board”'],
	['draft.confidence < 0.7', { draft: { confidence: 0.9 } }, 'draft.confidence is 0.9, not under 0.7'],
	['amount > limit', { amount: 1, limit: 5 }, 'amount is 1, not over limit (5)'],
	['label in ["a", "b"]', { label: 'c' }, 'label is “c”, not among ["a","b"]'],
	['amount * 2 > 5', { amount: 1 }, 'this does not hold: amount * 2 > 5']
])('%s of %j', async (condition, data, says) => {
	expect(await told(condition, data)).toEqual({ says, unknown: [] });
});

it('what is compared and is not there is named, however the condition turns out', async () => {
	expect((await told('amount > 500 or gate.flags > 0', { gate: { flags: 0 } })).unknown).toEqual(['amount']);
	// A count of nothing is 0, also where nobody knows what there is.
	expect((await told('$count(items[amount > 500]) > 0', {})).unknown).toEqual(['items']);
	expect((await told('$count(items[amount > 500]) > 0', { items: [] })).unknown).toEqual([]);
	expect((await told('$exists(note)', {})).unknown).toEqual([]);
	expect((await told('a.b < 3', { a: { b: null } })).unknown).toEqual(['a.b']);
});
