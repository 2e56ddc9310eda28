import 'fake-indexeddb/auto';
import { ok, type Json } from '$lib/core';
import { cellsOf, unseenBy, type RunEvent } from '$lib/run';
import type { Workflow } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { says, TestDevice, TestExecutor, until, type Answer } from './testing';
import { open, outputOf, start, stateOf, status, transform, workflow, type Made } from './testing-flow';

describe('a branch', () => {
	const routed = workflow([
		transform('score', '{ "amount": run.inputs.topic = "big" ? 900 : 10 }'),
		{
			id: 'route',
			kind: 'branch',
			job: 'decide',
			inputs: { score: 'steps.score.output' },
			with: { routes: [{ id: 'large', when: 'score.amount > 100' }], otherwise: 'small' }
		},
		transform('ask-boss', '"boss"', { when: { step: 'route', route: ['large'] } }),
		transform('just-do', '"done"', { when: { step: 'route', route: ['small'] } }),
		transform('tell', '{ "boss": boss, "done": done, "note": note }', {
			inputs: {
				boss: 'steps.ask-boss.output',
				done: 'steps.just-do.output',
				note: 'steps.ask-boss.output',
				topic: 'inputs.topic',
				tone: 'inputs.tone',
				day: 'run.date'
			},
			optional: ['boss', 'done', 'topic', 'tone', 'day'],
			defaults: { note: 'no note' }
		})
	]);
	routed.inputs.push({ id: 'tone', title: 'Tone', type: 'text', required: false });

	it('takes one way, skips the other, and the join says what it did not see', async () => {
		const { tab } = await open();
		const runId = await start(tab, routed, 'small');
		await status(tab, runId, 'done');
		const state = await stateOf(tab, runId);
		expect(state.steps['route']?.route).toBe('small');
		expect(state.steps['ask-boss']).toMatchObject({ status: 'skipped', because: 'route', attempts: [] });
		expect(await outputOf(tab, runId, 'tell')).toEqual({ done: 'done', boss: null, note: 'no note' });
		expect(state.steps['tell'] && unseenBy(state.steps['tell'])).toEqual(['boss', 'note', 'tone']);
		const other = await start(tab, routed, 'big');
		await status(tab, other, 'done');
		expect((await stateOf(tab, other)).steps['just-do']?.status).toBe('skipped');
		tab.engine.close();
	});
});

describe('a branch whose condition fails', () => {
	const broken = (id: string, fallback?: Made[]) =>
		workflow(
			[
				{
					id: 'route',
					kind: 'branch',
					job: 'decide',
					with: { routes: [{ id: 'large', when: '$error("broken")' }], otherwise: 'small' },
					...(fallback ? { fallback } : {})
				},
				transform('left', '"large"', { when: { step: 'route', route: ['large'] } }),
				transform('right', '"small"', { when: { step: 'route', route: ['small'] } })
			],
			{ id }
		);

	it('goes the way that a person says, and asks again for one that it does not have', async () => {
		const { tab } = await open();
		const runId = await start(tab, broken('asked'));
		await status(tab, runId, 'failed');
		expect(await tab.api.answerStep(runId, 'route', 'elsewhere', '')).toMatchObject({
			failure: { code: 'answer.no-way' }
		});
		expect(await tab.api.answerStep(runId, 'route', { route: 'large' }, '')).toEqual(ok(undefined));
		await status(tab, runId, 'done');
		const { steps } = await stateOf(tab, runId);
		expect([steps['left']?.status, steps['right']?.status]).toEqual(['done', 'skipped']);
		expect(await outputOf(tab, runId, 'route')).toMatchObject({ route: 'large' });
		tab.engine.close();
	});

	it('goes the way that its default names', async () => {
		const { tab } = await open();
		const runId = await start(tab, broken('default', [{ use: 'value', value: 'small' }]));
		await status(tab, runId, 'done');
		const { steps } = await stateOf(tab, runId);
		expect([steps['left']?.status, steps['right']?.status]).toEqual(['skipped', 'done']);
		tab.engine.close();
	});

	it('has no way changed behind what went it', async () => {
		const { tab } = await open();
		const document = broken('changed', [{ use: 'value', value: 'small' }]);
		const asking = { id: 'ask', kind: 'ask', job: 'collect', with: { question: 'Fine?' } };
		document.steps.push(...workflow([asking]).steps);
		const runId = await start(tab, document);
		await status(tab, runId, 'waiting');
		await until('the way', async () => (await stateOf(tab, runId)).steps['right']?.status === 'done');
		const wasHash = (await stateOf(tab, runId)).steps['route']?.output?.hash ?? '';
		const change = { runId, stepId: 'route', wasHash, content: 'large', reason: '' };
		expect(await tab.api.changeOutput(change)).toMatchObject({ failure: { code: 'change.way' } });
		tab.engine.close();
	});
});

describe('a map', () => {
	const each = (onFail: string, inner: Made[], more: Made = {}): Workflow =>
		workflow([
			transform('list', '[{ "n": 1 }, { "n": 2 }, { "n": 0 }, { "n": 4 }]'),
			{
				id: 'each',
				kind: 'map',
				inputs: { over: 'steps.list.output' },
				with: { concurrency: 2, onFail, ...more },
				steps: inner
			},
			transform('after', '{ "all": each }', { inputs: { each: 'steps.each.output' } })
		]);
	const half = transform('half', 'item.n = 0 ? $error("no zero") : { "half": item.n / 2, "at": index }', {
		retry: { attempts: 2, delaySeconds: 0 }
	});

	it('is opened, gone through and closed while the disk has none of it yet', async () => {
		const { tab, executor } = await open();
		const commit = tab.store.commit.bind(tab.store);
		let release = () => {};
		const held = new Promise<void>((go) => (release = go));
		tab.store.commit = async (one) => {
			if (one.records.some(({ event }) => event.type === 'attempt.started')) await held;
			return commit(one);
		};
		const runId = await start(tab, each('collect', [transform('twice', '{ "n": item.n * 2 }')]));
		await until('the step after it', () => executor.ran.includes(`${runId}/after/1.1`));
		expect((await stateOf(tab, runId)).steps['list']?.status).toBe('pending');
		release();
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'after')).toEqual({ all: [{ n: 2 }, { n: 4 }, { n: 0 }, { n: 8 }] });
		tab.engine.close();
	});

	it('does its items, keeps the order, and puts a failure in its place', async () => {
		const { tab } = await open();
		const runId = await start(tab, each('collect', [half]));
		await status(tab, runId, 'done');
		const all = (await outputOf(tab, runId, 'after')) as { all: Json[] };
		expect(all.all).toMatchObject([
			{ half: 0.5, at: 1 },
			{ half: 1, at: 2 },
			{ failed: true, item: 3, code: 'expression.failed' },
			{ half: 2, at: 4 }
		]);
		const state = await stateOf(tab, runId);
		expect(cellsOf(state).map((cell) => cell.id)).toEqual([
			'list',
			'each',
			'each[0]/half',
			'each[1]/half',
			'each[2]/half',
			'each[3]/half',
			'after'
		]);
		tab.engine.close();
	});

	it('leaves a failed item out, or stops and goes on when it was mended by hand', async () => {
		const { tab } = await open();
		const without = await start(tab, each('skip', [half]));
		await status(tab, without, 'done');
		expect(((await outputOf(tab, without, 'each')) as Json[]).length).toBe(3);
		const stopped = await start(tab, { ...each('stop', [half], { concurrency: 1 }), id: 'stopping' });
		await status(tab, stopped, 'failed');
		const state = await stateOf(tab, stopped);
		expect(state.steps['each[3]/half']).toBeUndefined();
		expect(await tab.api.answerStep(stopped, 'each[2]/half', { half: 0, at: 3 }, 'By hand.')).toEqual(
			ok(undefined)
		);
		await status(tab, stopped, 'done');
		expect(await outputOf(tab, stopped, 'each')).toMatchObject([{}, {}, { half: 0 }, { half: 2 }]);
		tab.engine.close();
	});

	it('takes its fallback when an item has failed for good, and what was done inside stays to be read', async () => {
		const { tab } = await open();
		const document = each('stop', [half], { concurrency: 1 });
		const map = document.steps[1];
		if (map)
			map.fallback = [
				{ use: 'source', input: 'over', from: 'run.date' },
				{ use: 'value', value: [] }
			];
		const runId = await start(tab, document);
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'after')).toEqual({ all: [] });
		const { steps } = await stateOf(tab, runId);
		const [first, second] = steps['each']?.attempts ?? [];
		expect(first?.failure?.code).toBe('block.stuck');
		expect(first?.failure?.message).toContain('“half” did not succeed: ');
		expect(second?.failure?.code).toBe('map.no-list');
		expect([steps['each[0]/half']?.status, steps['each[2]/half']?.status]).toEqual(['done', 'failed']);
		expect(await tab.api.answerStep(runId, 'each[2]/half', 1, '')).toMatchObject({ ok: false });
		tab.engine.close();
	});

	it('has a gate for each item: items that wait hold up no others, one is sent back, one is rejected', async () => {
		const { tab } = await open();
		const gated = each('stop', [
			transform('draft', '"Item " & item.n'),
			{
				id: 'gate',
				title: 'Gate',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.draft.output' },
				with: { question: 'Fine?' }
			},
			transform('final', '"Final: " & text', { inputs: { text: 'steps.gate.output' } })
		]);
		const runId = await start(tab, gated);
		await until('four gates', async () => {
			const state = await stateOf(tab, runId);
			return [0, 1, 2, 3].every((item) => state.steps[`each[${item}]/gate`]?.status === 'waiting');
		});
		const decide = async (item: number, how: 'approve' | 'askForChanges' | 'reject') => {
			const stepId = `each[${item}]/gate`;
			const draftHash = (await stateOf(tab, runId)).steps[stepId]?.request?.draft.hash ?? '';
			const given = { runId, stepId, draftHash, ticks: [] };
			if (how === 'approve') return tab.api.approve(given);
			return tab.api[how]({ ...given, reason: 'Again.' });
		};
		for (const item of [0, 2]) expect(await decide(item, 'approve')).toEqual(ok(undefined));
		expect(await decide(1, 'askForChanges')).toEqual(ok(undefined));
		expect(await decide(3, 'reject')).toEqual(ok(undefined));
		await until('revision 2', async () => {
			const gate = (await stateOf(tab, runId)).steps['each[1]/gate'];
			return gate?.status === 'waiting' && gate.revision === 2;
		});
		expect(await decide(1, 'approve')).toEqual(ok(undefined));
		await status(tab, runId, 'done');
		const list = (await outputOf(tab, runId, 'each')) as string[];
		expect(list).toEqual(['Final: Item 1', 'Final: Item 2', 'Final: Item 0']);
		const draft = (await stateOf(tab, runId)).steps['each[1]/draft'];
		expect(draft?.attempts.map((attempt) => attempt.revision)).toEqual([1, 2]);
		tab.engine.close();
	});

	it('refuses what is no list, and takes an empty one', async () => {
		const { tab } = await open();
		const wrong = each('stop', [half]);
		const [list] = wrong.steps;
		if (list) list.with = { expression: '{ "no": "list" }' };
		const failed = await start(tab, wrong);
		await status(tab, failed, 'failed');
		expect((await tab.database.runs.get(failed))?.failure?.code).toBe('map.no-list');
		for (const [max, way] of [
			[3, 'raise the limit'],
			[1_000, 'in several steps']
		] as const) {
			const long = { ...each('stop', [half], { max }), id: `long-${max}` };
			const [list] = long.steps;
			if (list) list.with = { expression: `[1..${max + 1}]` };
			const refused = await start(tab, long);
			await status(tab, refused, 'failed');
			const said = (await tab.database.runs.get(refused))?.failure;
			expect([said?.code, said?.message]).toEqual(['map.too-many', expect.stringContaining(way)]);
		}
		const empty = structuredClone(wrong);
		if (empty.steps[0]) empty.steps[0].with = { expression: '[]' };
		const runId = await start(tab, { ...empty, id: 'empty' });
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'each')).toEqual([]);
		tab.engine.close();
	});
});

it('a block that failed takes the fallback of the block around it', async () => {
	const { tab } = await open();
	const loop = { kind: 'loop', job: 'evaluate', with: { until: 'true' } };
	const inner = { ...loop, id: 'inner', title: 'Inner', steps: [transform('bad', '$error("no")')] };
	const around = { ...loop, id: 'around', steps: [inner] };
	const after = transform('after', '"Without it"', {
		inputs: { it: 'steps.around.output' },
		optional: ['it']
	});
	const runId = await start(tab, workflow([{ ...around, fallback: [{ use: 'without' }] }, after]));
	await status(tab, runId, 'done');
	const { steps } = await stateOf(tab, runId);
	expect(steps['around']).toMatchObject({ status: 'failed', without: true });
	expect(await outputOf(tab, runId, 'after')).toBe('Without it');
	tab.engine.close();
});

describe('a loop', () => {
	const grow = (until: string, max: number) =>
		workflow([
			{
				id: 'grow',
				kind: 'loop',
				with: { until, max },
				steps: [transform('more', '(loop.last ? loop.last : 1) * 2')]
			}
		]);

	it('goes round until its condition holds, and sees the round before', async () => {
		const { tab } = await open();
		const runId = await start(tab, grow('output >= 16', 10));
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'grow')).toBe(16);
		expect((await stateOf(tab, runId)).steps['grow']?.block?.count).toBe(4);
		const short = await start(tab, { ...grow('output >= 16', 2), id: 'short' });
		await status(tab, short, 'done');
		const block = (await stateOf(tab, short)).steps['grow']?.block;
		expect(block?.because).toContain('after 2 rounds');
		expect(await outputOf(tab, short, 'grow')).toBe(4);
		tab.engine.close();
	});

	it('takes its fallback when its condition cannot be asked', async () => {
		const { tab } = await open();
		const document = grow('$error("never")', 3);
		if (document.steps[0]) document.steps[0].fallback = [{ use: 'value', value: 7 }];
		const runId = await start(tab, document);
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'grow')).toBe(7);
		tab.engine.close();
	});

	it('fails at a condition that cannot be asked, keeps its rounds, and only asks again', async () => {
		const { tab } = await open();
		const runId = await start(tab, grow('$error("never")', 3));
		await status(tab, runId, 'failed');
		expect((await stateOf(tab, runId)).steps['grow[0]/more']?.status).toBe('done');
		expect(await tab.api.retryStep(runId, 'grow')).toEqual(ok(undefined));
		await until('a second failure', async () => (await stateOf(tab, runId)).steps['grow']?.failures === 1);
		expect((await stateOf(tab, runId)).steps['grow[0]/more']?.attempts).toHaveLength(1);
		expect(await tab.api.answerStep(runId, 'grow', 7, '')).toEqual(ok(undefined));
		await status(tab, runId, 'done');
		tab.engine.close();
	});
});

it('goes on with a map in the middle after the tab has gone: no item that was done is done again', async () => {
	const device = new TestDevice();
	let asked = 0;
	const slow: Answer = async () => {
		asked += 1;
		if (asked > 3) await new Promise(() => undefined);
		return says(`# ${asked}`);
	};
	const first = await open(new TestExecutor(slow), device);
	const document = workflow([
		transform('list', '[1, 2, 3, 4, 5, 6]'),
		{
			id: 'each',
			kind: 'map',
			inputs: { over: 'steps.list.output' },
			with: { concurrency: 2 },
			steps: [
				{
					id: 'write',
					title: 'Write',
					kind: 'model',
					job: 'draft',
					instructions: 'Write about {{item}}.',
					permissions: { model: 'any' }
				}
			]
		}
	]);
	const runId = await start(first.tab, document);
	await until('three drafts', async () => {
		const state = await stateOf(first.tab, runId);
		return (
			Object.values(state.steps).filter((step) => step.def.id === 'write' && step.status === 'done')
				.length === 3
		);
	});
	first.tab.engine.close();
	const second = await open(new TestExecutor(() => says('# again')), device);
	await status(second.tab, runId, 'done');
	const events = (await second.tab.store.records(`run:${runId}`)).map((record) => record.event as RunEvent);
	const done = events.flatMap((event) => (event.type === 'attempt.succeeded' ? [event.stepId] : []));
	expect(new Set(done).size).toBe(done.length);
	// One: a model on the device answers one at a time, so the other item had not begun.
	expect(events.filter((event) => event.type === 'attempt.interrupted').length).toBe(1);
	expect(await outputOf(second.tab, runId, 'each')).toHaveLength(6);
	second.tab.engine.close();
});
