import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { lastAttempt } from '$lib/run';
import type { Settings } from './protocol';
import { reportWorkflow, says, TestDevice, until } from './testing';
import { start, stateOf, status, transform, workflow, type Made, type Tab } from './testing-flow';
import {
	EURO,
	ladderExecutor,
	near,
	refuses,
	remote,
	settingsWith,
	told,
	type Answers
} from './testing-ladder';

const ask = (more: Made = {}): Made => ({
	id: 'draft',
	title: 'Draft',
	kind: 'model',
	job: 'draft',
	inputs: { topic: 'inputs.topic' },
	instructions: 'Write.',
	retry: { attempts: 1, delaySeconds: 0 },
	permissions: { model: 'any' },
	...more
});

async function open(answers: Answers, settings: Settings) {
	const { executor, left } = ladderExecutor(answers);
	const device = new TestDevice();
	const tab = await device.tab(executor);
	await tab.api.saveSettings(settings);
	return { tab, left, device, executor };
}

const held = async (tab: Tab, runId: string, stepId = 'draft') => {
	await until('a held call', async () => Boolean((await stateOf(tab, runId)).steps[stepId]?.asked));
	const step = (await stateOf(tab, runId)).steps[stepId];
	const call = step?.ladder.held;
	if (!call || !step.asked) throw new Error('nothing is held');
	return { call, why: step.asked.why, at: { runId, stepId, hash: call.prompt.hash } };
};

const types = async (tab: Tab, runId: string) =>
	(await tab.store.records(`run:${runId}`)).map((record) => (record.event as { type: string }).type);

describe('down the ladder', () => {
	it('goes on to the next model of the device, says so in the log, and names who answered', async () => {
		const other = {
			...near,
			id: 'other',
			title: 'Other',
			choice: { ...near.choice, config: { name: 'other' } }
		};
		const { tab, left } = await open(
			{
				near: (request) =>
					request.provider.config['name'] === 'near' ? refuses('model.out-of-memory') : says('done')
			},
			settingsWith([near, other])
		);
		const runId = await start(tab, workflow([ask()]));
		await status(tab, runId, 'done');
		const state = await stateOf(tab, runId);
		const step = state.steps['draft'];
		expect(step?.ladder.switched).toMatchObject([
			{ from: { title: 'Near' }, to: { title: 'Other' }, because: 'model.out-of-memory' }
		]);
		expect(step && lastAttempt(step)).toMatchObject({
			status: 'succeeded',
			rung: { id: 'other', title: 'Other', place: 2, of: 2 },
			provider: { title: 'Other' }
		});
		expect(left).toEqual([]);
		tab.engine.close();
	});

	it('tries a model as often as the step allows before it leaves it', async () => {
		let tries = 0;
		const { tab } = await open(
			{ near: () => ((tries += 1), refuses('model.timeout', true)), far: () => says('x') },
			settingsWith([near, remote('far')])
		);
		const runId = await start(tab, workflow([ask({ retry: { attempts: 2, delaySeconds: 0 } })]));
		await held(tab, runId);
		expect(tries).toBe(2);
		tab.engine.close();
	});

	it('fails as before where nothing is left, and a person can choose another one for it', async () => {
		const { tab } = await open(
			{ near: () => refuses('model.not-loaded'), far: () => says('by far') },
			settingsWith([near])
		);
		const runId = await start(tab, workflow([ask()]));
		await status(tab, runId, 'failed');
		await tab.api.retryStep(runId, 'draft', remote('far').choice);
		await status(tab, runId, 'done');
		expect(lastAttempt((await stateOf(tab, runId)).steps['draft']!)?.rung).toMatchObject({
			title: 'FAR',
			place: 1
		});
		tab.engine.close();
	});

	it('keeps to the device where the step says so, and to the size or the model that it wants', async () => {
		const big = remote('big');
		const { tab, left } = await open(
			{ near: () => says('near'), big: () => says('big') },
			settingsWith([near, big])
		);
		const runId = await start(
			tab,
			workflow([
				ask({ id: 'small', model: { tier: 'small' } }),
				ask({ id: 'device', model: { privacy: 'device' } }),
				ask({ id: 'exact', model: { exact: 'BIG', privacy: 'may-leave' } }),
				ask({ id: 'gone', model: { exact: 'nobody' } })
			])
		);
		await status(tab, runId, 'failed');
		const { steps } = await stateOf(tab, runId);
		const who = (id: string) => lastAttempt(steps[id]!)?.rung?.id;
		expect([who('small'), who('device'), who('exact')]).toEqual(['near', 'near', 'big']);
		expect(lastAttempt(steps['gone']!)?.failure?.code).toBe('model.none-fits');
		expect(left).toHaveLength(1);
		tab.engine.close();
	});

	it('a model is part of what makes a result equal', async () => {
		const { tab } = await open({ near: () => says('near') }, settingsWith([near]));
		const first = await start(tab, workflow([ask()]));
		await status(tab, first, 'done');
		const again = await start(tab, workflow([ask()]));
		await status(tab, again, 'done');
		expect((await stateOf(tab, again)).steps['draft']?.made).toBe('reused');
		const other = { ...near, choice: { ...near.choice, config: { name: 'near', seed: 2 } } };
		await tab.api.saveSettings(settingsWith([other]));
		const third = await start(tab, workflow([ask()]));
		await status(tab, third, 'done');
		expect((await stateOf(tab, third)).steps['draft']?.made).toBeNull();
		tab.engine.close();
	});
});

describe('before anything leaves', () => {
	const models = [near, remote('far')];
	const asks = ask({ model: { privacy: 'ask' } });
	const answers: Answers = { near: () => refuses('model.no-adapter'), far: () => says('from afar') };

	it('asks with host, model and the very text; once sends exactly that; nothing before', async () => {
		const { tab, left } = await open(answers, settingsWith(models));
		const runId = await start(tab, workflow([asks]));
		const { call, why, at } = await held(tab, runId);
		expect((await tab.database.runs.get(runId))?.waiting).toMatchObject({ why: 'consent', stepId: 'draft' });
		expect(why).toBe('consent');
		expect(call).toMatchObject({ origin: 'https://far.example', model: 'far-1', withheld: [] });
		expect(left).toEqual([]);
		expect(await tab.api.allowCall({ ...at, hash: 'other' }, 'once')).toMatchObject({ ok: false });
		expect(left).toEqual([]);
		await tab.api.allowCall(at, 'once');
		await status(tab, runId, 'done');
		const shown = await tab.store.value(call.prompt.hash);
		expect(left).toHaveLength(1);
		expect(shown.ok && shown.value.content).toBe(`${left[0]?.system}\n\n${left[0]?.user}`);
		expect(lastAttempt((await stateOf(tab, runId)).steps['draft']!)).toMatchObject({ consent: 'once' });
		// For once means for once.
		const next = await start(tab, workflow([asks]), 'lakes');
		await held(tab, next);
		expect(left).toHaveLength(1);
		tab.engine.close();
	});

	it('survives the end of the tab: the question is still there, and nothing was sent', async () => {
		const { tab, left, device } = await open(answers, settingsWith(models));
		const runId = await start(tab, workflow([asks]));
		await held(tab, runId);
		tab.engine.close();
		const next = await device.tab(ladderExecutor(answers).executor);
		const { at } = await held(next, runId);
		expect(left).toEqual([]);
		await next.api.allowCall(at, 'once');
		await status(next, runId, 'done');
		next.engine.close();
	});

	it('for this workflow is kept, lets other items go, and counts no more once it is taken back', async () => {
		const { tab, left } = await open(answers, settingsWith(models));
		const document = workflow([
			transform('list', '["a","b","c"]'),
			{
				id: 'each',
				kind: 'map',
				inputs: { over: 'steps.list.output' },
				with: { concurrency: 3 },
				steps: [ask({ inputs: { item: 'item' }, model: { privacy: 'ask' } })]
			}
		]);
		const runId = await start(tab, document);
		for (const index of [0, 1, 2]) await held(tab, runId, `each[${index}]/draft`);
		const { at } = await held(tab, runId, 'each[1]/draft');
		await tab.api.allowCall(at, 'workflow');
		await status(tab, runId, 'done');
		expect(left).toHaveLength(3);
		const { consents } = (await tab.database.settings.get('settings'))?.value as Settings;
		expect(consents).toMatchObject([{ workflowId: 'flow', answer: 'allow', origin: 'https://far.example' }]);
		const more = await start(tab, workflow([asks]), 'seas');
		await status(tab, more, 'done');
		expect(lastAttempt((await stateOf(tab, more)).steps['draft']!)?.consent).toBe('workflow');
		await tab.api.saveSettings(settingsWith(models));
		const third = await start(tab, workflow([asks]), 'hills');
		await held(tab, third);
		expect(left).toHaveLength(4);
		tab.engine.close();
	});

	it('refused, it goes on to nobody and is a person’s work; never is never, also in the next run', async () => {
		const { tab, left } = await open(answers, settingsWith(models));
		const runId = await start(tab, workflow([asks]));
		const { at } = await held(tab, runId);
		await tab.api.refuseCall(at, 'workflow', 'next');
		await until('help', async () => (await stateOf(tab, runId)).steps['draft']?.asked?.why === 'escalation');
		await tab.api.answerStep(runId, 'draft', 'By hand.', '');
		await status(tab, runId, 'done');
		const next = await start(tab, workflow([asks]), 'lakes');
		await status(tab, next, 'failed');
		expect((await tab.database.runs.get(next))?.failure?.code).toBe('consent.never');
		expect(left).toEqual([]);
		expect(await types(tab, next)).not.toContain('call.held');
		tab.engine.close();
	});

	it('a value that is called local-only goes to no model elsewhere, neither itself nor what was made of it', async () => {
		const TOKEN = 'PLANTED-7f3a';
		const device: string[] = [];
		const { tab, left } = await open(
			{
				near: (request) => (device.push(request.user), says(`copied ${TOKEN}`)),
				far: () => says('far')
			},
			settingsWith([near, remote('far')])
		);
		const base = reportWorkflow({
			sources: [
				{ id: 'notes', title: 'Notes', kind: 'text', reach: 'local-only' },
				{ id: 'open', title: 'Open', kind: 'text' }
			] as never
		});
		const { tab: _tab, ...document } = { tab, ...base };
		document.steps = workflow([
			ask({ id: 'near', inputs: { notes: 'sources.notes' }, model: { tier: 'small' } }),
			transform('part', '{ "first": $substring(text, 0, 40) }', { inputs: { text: 'steps.near.output' } }),
			ask({
				id: 'direct',
				inputs: { notes: 'sources.notes' },
				model: { exact: 'far', privacy: 'may-leave' }
			}),
			ask({
				id: 'derived',
				inputs: { text: 'steps.near.output' },
				model: { exact: 'far', privacy: 'may-leave' }
			}),
			ask({ id: 'member', inputs: { part: 'steps.part.output.first' }, model: { exact: 'far' } }),
			ask({
				id: 'words',
				inputs: { topic: 'inputs.week' },
				instructions: 'About {{steps.part.output.first}}.',
				model: { exact: 'far' }
			}),
			ask({
				id: 'withheld',
				inputs: { notes: 'sources.notes', open: 'sources.open' },
				optional: ['notes'],
				model: { exact: 'far', privacy: 'may-leave' }
			})
		]).steps;
		await tab.api.saveWorkflow(document);
		const text = (name: string, said: string) => [{ kind: 'text' as const, name, text: said }];
		const started = await tab.api.startRun('report', {
			inputs: { week: 'W47' },
			sources: { notes: text('n.txt', `secret ${TOKEN}`), open: text('o.txt', 'open words') }
		});
		if (!started.ok) throw new Error(started.failure.message);
		const runId = started.value;
		await status(tab, runId, 'failed');
		const { steps } = await stateOf(tab, runId);
		for (const id of ['direct', 'derived', 'member', 'words'])
			expect([id, lastAttempt(steps[id]!)?.failure?.code]).toEqual([id, 'label.local-only']);
		expect(lastAttempt(steps['withheld']!)).toMatchObject({ status: 'succeeded', withheld: ['notes'] });
		expect(device.join()).toContain(TOKEN);
		expect(left).toHaveLength(1);
		expect(JSON.stringify(left)).not.toContain(TOKEN);
		expect(JSON.stringify(left)).toContain('open words');
		tab.engine.close();
	});
});

describe('before anything is paid', () => {
	const far = remote('far', { price: EURO });
	const free: Made = { model: { privacy: 'may-leave' }, with: { maxTokens: 100 } };

	it('holds a call that would go beyond the budget of the run, with what it would cost', async () => {
		const { tab, left } = await open(
			{ far: () => told('paid', 1_000, 100) },
			settingsWith([far], { budget: { run: { amount: 1.2, currency: 'EUR' }, month: null } })
		);
		const runId = await start(
			tab,
			workflow([ask({ id: 'first', ...free }), ask({ id: 'draft', needs: ['first'], ...free })])
		);
		const { call, why, at } = await held(tab, runId);
		expect(left).toHaveLength(1);
		expect(why).toBe('budget');
		expect(call.budget).toEqual({
			of: 'run',
			limit: { amount: 1.2, currency: 'EUR' },
			spent: 1.1,
			unknown: 0
		});
		expect(call.estimate.cost?.amount).toBeCloseTo((call.estimate.input + 100) / 1_000);
		await tab.api.allowCall(at, 'once', { amount: 5, currency: 'EUR' });
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).ladder?.budget).toEqual({ amount: 5, currency: 'EUR' });
		expect((await tab.database.runs.get(runId))?.spends).toMatchObject([
			{ model: 'FAR', calls: 2, unknown: 0, money: { EUR: 2.2 } }
		]);
		tab.engine.close();
	});

	it('of calls at once none slips past the budget', async () => {
		const { tab, left } = await open(
			{ far: () => told('paid', 100, 100) },
			settingsWith([far], { budget: { run: { amount: 0.8, currency: 'EUR' }, month: null } })
		);
		const runId = await start(tab, workflow(['a', 'b', 'c', 'd', 'e'].map((id) => ask({ id, ...free }))));
		await status(tab, runId, 'waiting');
		const { steps } = await stateOf(tab, runId);
		const stopped = Object.values(steps).filter((step) => step.asked?.why === 'budget');
		expect(stopped.length + left.length).toBe(5);
		expect(left.length * 0.2).toBeLessThanOrEqual(0.8);
		expect(stopped.length).toBeGreaterThan(0);
		tab.engine.close();
	});

	it('the month counts over runs; on this device costs nothing; an unknown price is asked about, never 0', async () => {
		const month = { amount: 1.2, currency: 'EUR' };
		const { tab, left } = await open(
			{ far: () => told('paid', 1_000, 100), bare: () => told('x', 1, 1), near: () => says('near') },
			settingsWith([far], { budget: { run: null, month } })
		);
		const first = await start(tab, workflow([ask(free)]));
		await status(tab, first, 'done');
		const second = await start(tab, workflow([ask(free)]), 'lakes');
		const { call, at } = await held(tab, second);
		expect(call.budget).toMatchObject({ of: 'month', spent: 1.1 });
		await tab.api.saveSettings(settingsWith([far, near], { budget: { run: null, month } }));
		await tab.api.refuseCall(at, 'once', 'on-device');
		await until('help', async () => (await stateOf(tab, second)).steps['draft']?.asked?.why === 'escalation');
		const third = await start(tab, workflow([ask(free)]), 'hills');
		await tab.api.refuseCall((await held(tab, third)).at, 'once', 'on-device');
		await status(tab, third, 'done');
		expect(left).toHaveLength(1);
		await tab.api.saveSettings(settingsWith([remote('bare')], { budget: { run: null, month } }));
		const fourth = await start(tab, workflow([ask(free)]), 'seas');
		const bare = await held(tab, fourth);
		expect(bare.call.estimate.cost).toBeNull();
		await tab.api.allowCall(bare.at, 'workflow');
		await status(tab, fourth, 'done');
		expect((await tab.database.runs.get(fourth))?.spends).toMatchObject([{ unknown: 1, money: {} }]);
		tab.engine.close();
	});
});
