import type { Json, Value } from '$lib/core';
import { workflowSchema } from '$lib/workflow';
import { afterAll, expect, it } from 'vitest';
import type { StepSpec } from './protocol';
import { BUILT_IN } from '$lib/core';
import { pdf } from '../../../tests/fixtures/corpus/pages';
import { workerExecutor } from './worker-executor';

const executor = workerExecutor();
afterAll(() => executor.close());

const orders: Value = {
	content: [{ total: 3 }, { total: 4 }],
	media: 'application/json',
	labels: { trust: 'untrusted', reach: 'local-only' },
	from: []
};
const quiet = { prepared: async () => undefined, emit: () => undefined, loading: () => undefined };

/** An attempt of one step, as the engine hands it to the executor. */
function spec(attemptId: string, kind: string, given: Record<string, Json>): StepSpec {
	const steps = [{ id: 'one', title: 'One', kind, job: 'extract' as const, with: given }];
	const [step] = workflowSchema.parse({ format: 1, id: 'w', title: 'W', steps }).steps;
	if (!step) throw new Error('a workflow with a step has a step');
	return {
		attemptId,
		step,
		run: { id: 'r1', number: 1, date: '2026-11-24', title: 'T', inputs: {} },
		sources: [],
		inputs: { orders: [orders] },
		evidence: {},
		schemas: {},
		scope: { index: 2 },
		instructions: '',
		notes: [],
		feedback: null,
		provider: BUILT_IN,
		marker: 'm4rk3r'
	};
}

async function run(attemptId: string, kind: string, given: Record<string, Json>, signal?: AbortSignal) {
	const { result } = await executor.run(
		spec(attemptId, kind, given),
		quiet,
		signal ?? new AbortController().signal
	);
	return result.ok ? result.value.output.content : result.failure.code;
}

const sum = 'return { sum: inputs.orders.reduce((all, one) => all + one.total, 0), index }';

it('runs expressions and code through the real workers', async () => {
	expect(
		await run('a1', 'transform', { expression: '{ "sum": $sum(orders.total), "index": index }' })
	).toEqual({
		sum: 7,
		index: 2
	});
	expect(await run('a2', 'code', { code: sum })).toEqual({ sum: 7, index: 2 });
});

it('ends code that hangs and lets the other steps go on meanwhile', async () => {
	const order: string[] = [];
	const note = (name: string) => (outcome: unknown) => {
		order.push(name);
		return outcome;
	};
	const hangs = run('b1', 'code', { code: "return new Array(1e9) + ''", timeoutSeconds: 1 }).then(
		note('hangs')
	);
	const others = [
		run('b2', 'code', { code: sum }).then(note('code')),
		run('b3', 'transform', { expression: '$count(orders)' }).then(note('transform'))
	];
	expect(await Promise.all(others)).toEqual([{ sum: 7, index: 2 }, 2]);
	expect(await hangs).toMatch(/^code\.(timeout|memory)$/);
	expect(order.at(-1)).toBe('hangs');
	expect(await run('b4', 'code', { code: sum })).toEqual({ sum: 7, index: 2 });
});

it('ends code whose step is stopped', async () => {
	const stop = new AbortController();
	const begun = performance.now();
	const running = run('c1', 'code', { code: 'for (;;) {}', timeoutSeconds: 60 }, stop.signal);
	setTimeout(() => stop.abort(), 500);
	expect(typeof (await running)).toBe('string');
	expect(performance.now() - begun).toBeLessThan(2_000);
	expect(await run('c2', 'transform', { expression: '1' })).toBe(1);
});

it('ends the step worker when an expression is stuck inside one of its own parts', async () => {
	const stop = new AbortController();
	const begun = performance.now();
	const expression = '$contains($pad("", 60, "a") & "b", /^(a+)+$/)';
	const stuck = run('d1', 'transform', { expression }, stop.signal);
	setTimeout(() => stop.abort(), 300);
	expect(await stuck).toBe('worker.died');
	expect(performance.now() - begun).toBeLessThan(4_000);
	expect(await run('d2', 'transform', { expression: '1 + 1' })).toBe(2);
});

it('tells which file a step reads and how far it is, while it reads it', async () => {
	const lines = Array.from({ length: 45 }, (_, line) => `Line ${line} with some words to read in it.`);
	const long = pdf(Array.from({ length: 300 }, () => lines));
	const { source } = workflowSchema
		.parse({
			...{ format: 1, id: 'w', title: 'W', steps: [] },
			sources: [{ id: 'files', title: 'Files', kind: 'files' }]
		})
		.sources.map((one) => ({ source: one }))[0] ?? { source: undefined };
	if (!source) throw new Error('there is a source');
	const value: Value = {
		...{ content: long, media: 'application/pdf', name: 'long.pdf', from: [] },
		labels: { trust: 'untrusted', reach: 'may-leave' }
	};
	const told: string[] = [];
	const { result } = await executor.run(
		{ ...spec('e1', 'collect', {}), sources: [{ source, values: [{ value, hash: 'h' }] }] },
		{ ...quiet, reading: (said) => void told.push(said) },
		new AbortController().signal
	);
	expect(result.ok).toBe(true);
	expect(told[0]).toBe('Reading “long.pdf”');
	expect(told.slice(1).join('\n')).toMatch(/^Reading “long.pdf”, page \d+ of 300$/m);
});
