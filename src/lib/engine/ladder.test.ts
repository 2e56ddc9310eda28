import 'fake-indexeddb/auto';
import { lastAttempt } from '$lib/run';
import { describe, expect, it } from 'vitest';
import type { Settings } from './settings';
import { says, until } from './testing';
import { type Tab, start, stateOf, status, transform, workflow } from './testing-flow';
import {
	ask,
	held,
	ladderExecutor,
	near,
	open,
	refuses,
	remote,
	settingsWith,
	type Answers
} from './testing-ladder';

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
});
