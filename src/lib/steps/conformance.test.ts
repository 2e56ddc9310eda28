import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import type { Json } from '$lib/core';
import { JOBS, validate } from '$lib/workflow';
import { kindRules, stepKind, stepKinds } from './registry';
import { runStep } from './run-step';
import { fakeContext } from './testing';

const files = Object.keys(import.meta.glob('./kinds/*.ts'));

it('finds every file in kinds/', () => {
	const names = files.map((path) => path.replace('./kinds/', '').replace('.ts', ''));
	expect(stepKinds().map((kind) => kind.kind)).toEqual(names.sort());
	expect(stepKind('made-up')).toBeNull();
});

describe.each(stepKinds().map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
	it('has words for people and jobs that workflows know', () => {
		expect(kind.title).not.toBe('');
		expect(kind.summary).toMatch(/\.$/);
		expect(kind.jobs.length).toBeGreaterThan(0);
		for (const job of kind.jobs) expect(JOBS).toContain(job);
	});

	it('reads its own example, and refuses what it does not know', () => {
		expect(kind.config.safeParse(kind.example).success).toBe(true);
		expect(kind.config.safeParse({ ...kind.example, surelyNot: 1 }).success).toBe(false);
	});

	it('has a schema that a form can be drawn from', () => {
		const schema = z.toJSONSchema(kind.config, { io: 'input' });
		const fields = Object.values(schema.properties ?? {});
		expect(fields.length).toBeGreaterThan(0);
		for (const field of fields) expect(typeof field === 'object' && field.title).toBeTruthy();
	});

	it('finds nothing wrong with its own example, where it looks closer', async () => {
		expect((await kind.check?.(kind.config.parse(kind.example))) ?? []).toEqual([]);
	});

	it('runs, unless only a person or the host does it', () => {
		if (kind.run === undefined) expect(kind.gate === true || kind.host === true).toBe(true);
		else expect(kind.host === true).toBe(false);
		if (kind.acts) expect(kind.jobs).toContain('act');
	});

	it('settles with a failure, not a throw, when it is given nothing', async () => {
		const { context } = fakeContext({
			kind: name,
			with: JSON.parse(JSON.stringify(kind.example)) as Record<string, Json>
		});
		const run = await runStep(name, { ...context, inputs: {} });
		expect(run.egress).toEqual([]);
		if (!run.result.ok) {
			expect(run.result.failure.code).not.toBe('unexpected');
			expect(run.result.failure.message).toMatch(/\.$/);
		}
	});
});

it('gives validation what it has to know', () => {
	const step = (id: string, kind: string, more: object = {}) => ({
		id,
		title: id,
		kind,
		job: 'draft',
		...more
	});
	const document = {
		format: 1,
		id: 'w',
		title: 'W',
		steps: [
			step('a', 'collect', { with: { sources: 'notes' } }),
			step('b', 'review', { needs: ['a'] }),
			step('c', 'save', { needs: ['a'], with: { path: 'x/{{steps.a.output}}' } }),
			step('d', 'unheard-of')
		]
	};
	const codes = validate(document, kindRules()).problems.map(
		(problem) => `${problem.stepId} ${problem.code}`
	);
	expect(codes).toEqual(
		expect.arrayContaining([
			'a schema',
			'b input.missing',
			'c act.without-gate',
			'c input.missing',
			'c schema',
			'd kind.unknown'
		])
	);
});
