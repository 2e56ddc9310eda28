import type { Json } from '$lib/core';
import { expect, test } from 'vitest';
import { evaluate, expressionProblem } from './expression';

const said: Json = [
	{ topic: 'Refunds', source: 'mail', n: 1 },
	{ topic: ' refunds', source: 'report', n: 2 },
	{ topic: 'Delays', source: 'mail', n: 3 },
	{ topic: 'delays', source: 'mail', n: 4 },
	{ topic: 'REFUNDS', source: 'mail', n: 5 }
];

async function result(expression: string): Promise<Json | undefined> {
	expect(await expressionProblem(expression)).toBeNull();
	const found = await evaluate(expression, { said });
	if (!found.ok) throw new Error(found.failure.message);
	return found.value;
}

test('what is written in several ways is one, counted, the most frequent first', async () => {
	expect(await result('$groupBy(said, "topic").{ "topic": key, "times": count, "all": items.n }')).toEqual([
		{ topic: 'Refunds', times: 3, all: [1, 2, 5] },
		{ topic: 'Delays', times: 2, all: [3, 4] }
	]);
	expect(await result('$uniqueBy(said, "topic").n')).toEqual([1, 3]);
	expect(await result('$uniqueBy(["a", "A ", "b"])')).toEqual(['a', 'b']);
});

test('what several sources say is told from what one says often', async () => {
	expect(await result('$seenInSeveral(said, "topic", "source").{ "topic": key, "in": sources }')).toEqual({
		topic: 'Refunds',
		in: ['mail', 'report']
	});
	// Nothing is seen in several sources because it is missing in all of them.
	expect(await result('$count($seenInSeveral(said, "none", "source"))')).toBe(0);
	expect(await result('$count($uniqueBy([{ "a": 1, "b": 2 }, { "b": 2, "a": 1 }]))')).toBe(1);
	expect(await result('$count($seenInSeveral(said, "topic", "__proto__"))')).toBe(0);
});
