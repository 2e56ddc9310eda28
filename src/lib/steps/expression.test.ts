import { describe, expect, it } from 'vitest';
import type { Json } from '$lib/core';
import { evaluate, EXPRESSION_MS, expressionProblem, isTrue } from './expression';

const DATA: Record<string, Json> = {
	orders: [{ total: 3 }, { total: 4.5 }],
	label: 'urgent',
	run: { number: 3 }
};

async function result(expression: string): Promise<Json | undefined> {
	const found = await evaluate(expression, DATA);
	return found.ok ? found.value : found.failure.code;
}

describe('an expression', () => {
	it('selects, computes and reshapes into plain JSON', async () => {
		expect(await result('$sum(orders.total)')).toBe(7.5);
		expect(await result('{ "n": run.number, "all": orders.total }')).toEqual({ n: 3, all: [3, 4.5] });
		expect(await result('orders[total > 4]')).toEqual({ total: 4.5 });
		expect(await result('nothing.there')).toBeUndefined();
	});

	it('reaches no prototype and nothing of the host', async () => {
		for (const way of [
			'constructor',
			'__proto__',
			'label.constructor',
			'$.constructor.constructor',
			'$string.constructor'
		])
			expect(await result(way)).toBeUndefined();
		for (const name of ['globalThis', 'self', 'fetch', 'process', 'indexedDB']) {
			expect(await result(name)).toBeUndefined();
			expect(await result(`$${name}`)).toBeUndefined();
			expect(await result(`$${name}("x")`)).toBe('expression.failed');
		}
	});

	it('hands no function on', async () => {
		expect(await result('function($x) { $x }')).toBe('expression.function');
		expect(await result('{ "f": $sum }')).toBe('expression.function');
	});

	it('is stopped when it does not end, nests too deep or grows too long', async () => {
		const begun = performance.now();
		expect(await evaluate('($f := function($n) { $f($n + 1) }; $f(1))', DATA)).toMatchObject({
			ok: false,
			failure: { code: 'expression.failed', details: { reason: 'D1012' } }
		});
		expect(performance.now() - begun).toBeLessThan(EXPRESSION_MS + 1_000);
		expect(await evaluate('($f := function($n) { 1 + $f($n + 1) }; $f(1))', DATA)).toMatchObject({
			failure: { details: { reason: 'D1011' } }
		});
		expect(await evaluate('[1..5000000]', DATA)).toMatchObject({ failure: { details: { reason: 'D2015' } } });
	});

	it('names the place of a mistake', async () => {
		expect(await expressionProblem('$sum(orders.total)')).toBeNull();
		expect(await expressionProblem('$sum(orders.total')).toMatch(/at character 17\)\.$/);
		expect(await expressionProblem('/(/')).toMatch(/\.$/);
		const failed = await evaluate('label + 1', DATA);
		expect(!failed.ok && failed.failure.message).toMatch(/\+.*at character \d+\)\. Mend it/);
	});
});

it.each<[boolean, Json | undefined]>([
	[false, undefined],
	[false, null],
	[false, 0],
	[false, ''],
	[false, []],
	[false, {}],
	[false, [0, '']],
	[true, [0, 'a']],
	[true, { a: null }],
	[true, -1]
])('%s is the truth of %j', (truth, value) => expect(isTrue(value)).toBe(truth));
