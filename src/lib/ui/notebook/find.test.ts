import { fail, failure, ok } from '$lib/core';
import { apply, emptyRun, type RunEvent, type RunState } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import type { Content } from './context';
import { findIn, patternOf, type Found } from './find';

const LABELS = { trust: 'untrusted', reach: 'may-leave' } as const;
const ref = (hash: string, media = 'text/markdown') => ({ hash, media, bytes: 1, labels: LABELS, from: [] });
const VALUES: Record<string, Content> = {
	facts: { revenue: 48210.5, region: 'North (A)' },
	prompt: 'Write about the North.',
	draft: 'In the **north** we sold more. North again.'
};
const read = ({ hash }: { hash: string }) => {
	const value = VALUES[hash];
	return Promise.resolve(value === undefined ? fail(failure('storage.missing', 'Gone.')) : ok(value));
};

function runOf(): RunState {
	const definition = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W',
		steps: [
			{ id: 'facts', title: 'Facts', kind: 'transform', job: 'extract', with: { expression: '1' } },
			{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', inputs: { facts: 'steps.facts.output' } }
		]
	});
	const events = [
		{
			type: 'run.started',
			at: 1,
			number: 1,
			title: 'R',
			date: '2026-11-24',
			trigger: { kind: 'person' },
			workflowVersion: 1,
			definition,
			definitionHash: 'h',
			inputs: {},
			sources: {},
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
		},
		...(['facts', 'draft'] as const).flatMap((stepId) => {
			const at = { at: 2, stepId, attemptId: `r/${stepId}/1.1` };
			const inputs = stepId === 'draft' ? { facts: ref('facts', 'application/json') } : {};
			const output = ref(stepId, stepId === 'facts' ? 'application/json' : 'text/markdown');
			return [
				{ type: 'attempt.started', ...at, revision: 1, attempt: 1, inputs, provider: null },
				...(stepId === 'draft'
					? [{ type: 'attempt.prepared', ...at, prompt: ref('prompt', 'text/plain'), given: [], cut: [] }]
					: []),
				{ type: 'attempt.succeeded', ...at, output, evidence: [], egress: [], usage: null, ms: 1 }
			];
		})
	];
	const written = { type: 'prose.written', at: 3 };
	events.push(
		...([
			{ ...written, id: 'p1', before: 'draft', text: 'The ledger says less.' },
			{ ...written, id: 'p2', before: null, text: 'Ask who keeps the ledger.' }
		] as unknown as typeof events)
	);
	return (events as unknown as RunEvent[]).reduce((state, event) => apply(state, event), emptyRun('r'));
}

async function find(query: string, signal = new AbortController().signal): Promise<Found[]> {
	const found: Found[] = [];
	for await (const one of findIn(runOf(), query, read, signal)) found.push(one);
	return found;
}

describe('find in a run', () => {
	it('finds what stands in outputs and prompts, says where and how often, and tells no text twice', async () => {
		const found = await find('north');
		expect(found.map(({ cellId, where, count }) => [cellId, where, count])).toEqual([
			['facts', 'Output', 1],
			['draft', 'Output', 2],
			['draft', 'As sent', 1],
			['draft', 'Input', 1]
		]);
		expect(found[1]).toMatchObject({
			before: 'In the **',
			hit: 'north',
			after: '** we sold more. North again.'
		});
	});

	it('finds a number as it is stored and as it is shown', async () => {
		expect((await find('48,210.5')).map(({ cellId }) => cellId)).toContain('facts');
		expect((await find('48210.5')).map(({ cellId }) => cellId)).toContain('facts');
	});

	it('takes signs as signs and any white space as white space', async () => {
		expect((await find('north (a)')).map(({ cellId }) => cellId)).toContain('facts');
		expect(await find('sold   more')).toHaveLength(1);
		expect(await find('.*')).toEqual([]);
		expect(await find('  ')).toEqual([]);
		expect(patternOf('[')).toEqual(/\[/giu);
		for (const sign of '\\^$.*+?()[]{}|/-&~#<>=!:,"`\'')
			expect(`a${sign}b`.match(patternOf(`a${sign}b`) ?? 'none')?.[0]).toBe(`a${sign}b`);
	});

	it('finds the person’s own texts where they stand', async () => {
		const found = await find('ledger');
		expect(found.map(({ cellId, prose, where }) => [cellId, prose, where])).toEqual([
			['draft', 'p1', 'Above Draft'],
			['draft', 'p2', 'At the end']
		]);
	});

	it('leaves out what cannot be read, and stops when it is told to', async () => {
		delete VALUES['prompt'];
		expect((await find('write about')).length).toBe(0);
		const stop = new AbortController();
		stop.abort();
		expect(await find('more', stop.signal)).toEqual([]);
	});
});
