import 'fake-indexeddb/auto';
import { describe, expect, it } from 'vitest';
import { TestExecutor } from './testing';
import {
	NEVER,
	open,
	outputOf,
	start,
	stateOf,
	status,
	transform,
	workflow,
	type Made
} from './testing-flow';

it('runs another workflow as a step, as it was when the run started', async () => {
	const { tab } = await open();
	const called = workflow(
		[transform('shout', '$uppercase(word) & "!"', { inputs: { word: 'inputs.word' } })],
		{ id: 'shouting', inputs: [{ id: 'word', title: 'Word' }] }
	);
	expect((await tab.api.saveWorkflow(called)).ok).toBe(true);
	const caller = workflow([
		{ id: 'hold', kind: 'ask', job: 'collect', with: { question: 'Go on?' } },
		{
			id: 'call',
			kind: 'workflow',
			needs: ['hold'],
			inputs: { word: 'inputs.topic' },
			with: { workflow: 'shouting' }
		}
	]);
	const runId = await start(tab, caller);
	await status(tab, runId, 'waiting');
	const changed = workflow([transform('shout', '"changed"')], { id: 'shouting' });
	expect((await tab.api.saveWorkflow(changed)).ok).toBe(true);
	expect((await tab.api.answerStep(runId, 'hold', 'yes', '')).ok).toBe(true);
	await status(tab, runId, 'done');
	expect(await outputOf(tab, runId, 'call')).toBe('RIVERS!');
	const state = await stateOf(tab, runId);
	expect(state.steps['call']?.def.with['frozen']).toMatchObject({ version: 1, title: 'Flow' });
	const circle = workflow([{ id: 'me', kind: 'workflow', with: { workflow: 'flow' } }]);
	await tab.api.saveWorkflow(circle);
	const refused = await tab.api.startRun('flow', { inputs: { topic: 'x' }, sources: {} });
	expect(!refused.ok && refused.failure.code).toBe('call.circle');
	tab.engine.close();
});

describe('asking and waiting', () => {
	it('asks in the middle of a run; the answer is the output, and is given once', async () => {
		const { tab } = await open();
		const asking = workflow([
			{ id: 'who', kind: 'ask', job: 'collect', with: { question: 'For whom?' } },
			transform('greet', '"Dear " & who.name', { inputs: { who: 'steps.who.output' } })
		]);
		const runId = await start(tab, asking);
		await status(tab, runId, 'waiting');
		expect((await tab.database.runs.get(runId))?.waiting).toMatchObject({
			why: 'ask',
			question: 'For whom?'
		});
		expect((await tab.api.answerStep(runId, 'who', { name: 'Ada' }, '')).ok).toBe(true);
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'greet')).toBe('Dear Ada');
		const twice = await tab.api.answerStep(runId, 'who', { name: 'Bob' }, '');
		expect(!twice.ok && twice.failure.code).toBe('run.ended');
		tab.engine.close();
	});

	it('takes no answer that does not fit its form, and fills in what was left empty, however deep', async () => {
		const { tab } = await open();
		const address = {
			...{ type: 'object', required: ['zip', 'country', 'express'] },
			properties: {
				zip: { type: 'string', pattern: '^[0-9]+$' },
				country: { type: 'string', default: 'DE' },
				express: { type: 'boolean' }
			}
		};
		const schema = {
			...{ type: 'object', required: ['address', 'lines'] },
			properties: { address, lines: { type: 'array', items: address } }
		};
		const runId = await start(
			tab,
			workflow([{ id: 'who', kind: 'ask', job: 'collect', with: { question: 'Where to?', schema } }])
		);
		await status(tab, runId, 'waiting');
		const wrong = { address: { zip: 'here' }, lines: [] };
		expect(await tab.api.answerStep(runId, 'who', wrong, '')).toMatchObject({
			failure: { code: 'answer.schema' }
		});
		expect((await stateOf(tab, runId)).steps['who']?.status).toBe('waiting');
		const right = { address: { zip: '1' }, lines: [{ zip: '2', country: 'FR' }] };
		expect((await tab.api.answerStep(runId, 'who', right, '')).ok).toBe(true);
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'who')).toEqual({
			address: { zip: '1', country: 'DE', express: false },
			lines: [{ zip: '2', country: 'FR', express: false }]
		});
		tab.engine.close();
	});

	it('sleeps until its time, survives a closed tab, and can be cut short', async () => {
		const { tab, device } = await open();
		const waiting = (seconds: number, id: string) =>
			workflow(
				[
					{ id: 'nap', kind: 'wait', job: 'decide', with: { seconds } },
					transform('after', '"up"', { needs: ['nap'] })
				],
				{
					id
				}
			);
		const short = await start(tab, waiting(0.2, 'short'));
		await status(tab, short, 'sleeping');
		tab.engine.close();
		const next = await device.tab(new TestExecutor(NEVER));
		await status(next, short, 'done');
		const long = await start(next, waiting(1_900_000, 'long'));
		await status(next, long, 'sleeping');
		expect((await next.api.skipStep(long, 'nap', 'Now.')).ok).toBe(true);
		await status(next, long, 'done');
		expect((await stateOf(next, long)).steps['after']?.status).toBe('done');
		next.engine.close();
	});

	it('pauses: what is in flight ends, nothing is begun, and a resumed run goes on', async () => {
		const { tab } = await open();
		const runId = await start(
			tab,
			workflow([
				{ id: 'who', kind: 'ask', job: 'collect', with: { question: 'Who?' } },
				transform('after', '"x"', { needs: ['who'] })
			])
		);
		await status(tab, runId, 'waiting');
		expect((await tab.api.pauseRun(runId, 'Lunch.')).ok).toBe(true);
		expect((await tab.api.answerStep(runId, 'who', 'me', '')).ok).toBe(true);
		await status(tab, runId, 'paused');
		await new Promise((resolve) => setTimeout(resolve, 60));
		expect((await stateOf(tab, runId)).steps['after']?.attempts).toEqual([]);
		expect((await tab.api.resumeRun(runId)).ok).toBe(true);
		await status(tab, runId, 'done');
		tab.engine.close();
	});
});

describe('after the last try', () => {
	const failing = (fallback: Made[], more: Made[] = []) =>
		workflow([
			transform('risky', '$error("no luck")', { retry: { attempts: 2, delaySeconds: 0 }, fallback }),
			transform('after', '{ "got": risky }', {
				inputs: { risky: 'steps.risky.output' },
				optional: ['risky'],
				needs: []
			}),
			...more
		]);

	it('goes on with a default value, or without', async () => {
		const { tab } = await open();
		const value = await start(tab, failing([{ use: 'value', value: 'plain' }]));
		await status(tab, value, 'done');
		expect(await outputOf(tab, value, 'after')).toEqual({ got: 'plain' });
		const state = await stateOf(tab, value);
		expect(state.steps['risky']).toMatchObject({ made: 'default', status: 'done' });
		expect(state.steps['risky']?.attempts.map((attempt) => attempt.status)).toEqual(['failed']);
		const without = await start(tab, { ...failing([{ use: 'without' }]), id: 'without' });
		await status(tab, without, 'done');
		expect(await outputOf(tab, without, 'after')).toEqual({ got: null });
		tab.engine.close();
	});

	it('asks a person with what there is, and takes what is filled in', async () => {
		const { tab } = await open();
		const runId = await start(tab, failing([{ use: 'person' }]));
		await status(tab, runId, 'waiting');
		expect((await tab.database.runs.get(runId))?.waiting?.why).toBe('escalation');
		expect((await tab.api.answerStep(runId, 'risky', 'by hand', 'It was down.')).ok).toBe(true);
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'after')).toEqual({ got: 'by hand' });
		tab.engine.close();
	});

	it('takes another way when the failure has an answer', async () => {
		const { tab } = await open();
		const runId = await start(
			tab,
			workflow([
				transform('risky', '$error("no luck")', { retry: { attempts: 1, delaySeconds: 0 } }),
				transform('plan-b', '"plan b"', { when: { step: 'risky', outcome: ['failed'] } }),
				transform('plan-a', '"plan a"', { when: { step: 'risky', outcome: ['done'] } })
			])
		);
		await status(tab, runId, 'done');
		const state = await stateOf(tab, runId);
		expect([state.steps['plan-b']?.status, state.steps['plan-a']?.status]).toEqual(['done', 'skipped']);
		const late = await tab.api.retryStep(runId, 'risky');
		expect(late.ok).toBe(false);
		tab.engine.close();
	});
});
