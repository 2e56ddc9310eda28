import 'fake-indexeddb/auto';
import { valuesOf } from '$lib/run';
import { describe, expect, it } from 'vitest';
import { until } from './testing';
import { start, stateOf, status, workflow, type Made, type Tab } from './testing-flow';
import { ask, held, near, open, remote, settingsWith, told, type Answers } from './testing-ladder';

const SCHEMA = {
	type: 'object',
	properties: { revenue: { type: 'number' } },
	required: ['revenue'],
	additionalProperties: false
};
const typed = (attempts: number): Made =>
	ask({
		output: { type: 'json', media: 'application/json', schema: SCHEMA },
		retry: { attempts, delaySeconds: 0 }
	});

/** Models that say one thing after the other; what is said last is said for ever. */
function saying(...texts: string[]) {
	const prompts: string[] = [];
	const answer: Answers[string] = (request) => {
		prompts.push(request.user);
		return told(texts[prompts.length - 1] ?? texts[texts.length - 1] ?? '', 10, 5);
	};
	return { prompts, answer };
}

const attemptsOf = async (tab: Tab, runId: string) =>
	(await stateOf(tab, runId)).steps['draft']?.attempts ?? [];
const contentOf = (tab: Tab, ref: { hash: string } | null | undefined) =>
	tab.store.value(ref?.hash ?? '').then((stored) => (stored.ok ? stored.value.content : null));

describe('an answer that is not in the form asked for', () => {
	it('is shown to the model again with what is wrong in it; all of it is kept', async () => {
		const { prompts, answer } = saying('It was 48.', '{"revenue": "48"}', 'Here: {"revenue": 48,}');
		const { tab } = await open({ near: answer }, settingsWith([near]));
		const runId = await start(tab, workflow([typed(3)]));
		await status(tab, runId, 'done');
		const [first, second, third] = await attemptsOf(tab, runId);

		expect(first).toMatchObject({
			status: 'failed',
			failure: { code: 'model.not-json' },
			usage: { input: 10, output: 5 },
			repairs: null
		});
		expect(await contentOf(tab, first?.kept)).toBe('It was 48.');
		expect(second).toMatchObject({ failure: { code: 'model.schema' }, repairs: first?.id });
		expect(await contentOf(tab, second?.kept)).toBe('{"revenue": "48"}');
		expect(third).toMatchObject({
			status: 'succeeded',
			repairs: second?.id,
			repaired: { how: 'mended', error: expect.stringContaining('JSON') as string }
		});
		expect(await contentOf(tab, third?.repaired?.answer)).toBe('Here: {"revenue": 48,}');
		expect(await contentOf(tab, third?.output)).toBe('{"revenue":48}');
		expect(valuesOf(await stateOf(tab, runId)).map(({ hash }) => hash)).toContain(
			third?.repaired?.answer.hash
		);

		expect(prompts[0]).not.toContain('<<<answer');
		expect(prompts[1]).toMatch(/<<<answer \S+>>>\nIt was 48\.\n<<<end/);
		expect(prompts[2]).toMatch(/<<<answer \S+>>>\n\{"revenue": "48"\}\n<<<end/);
		expect(prompts[2]).toMatch(/<<<problems \S+>>>\n- revenue has to be a number, not text\n<<<end/);
		expect(await contentOf(tab, third?.prompt)).toContain(prompts[2]);
		tab.engine.close();
	});

	it('is asked about so often as the step allows, and then is no output', async () => {
		const { prompts, answer } = saying('I would rather not.');
		const { tab } = await open({ near: answer }, settingsWith([near], { lastResort: 'person' }));
		const runId = await start(tab, workflow([typed(2)]));
		await status(tab, runId, 'failed');
		expect(prompts).toHaveLength(2);
		expect((await stateOf(tab, runId)).steps['draft']?.output).toBeNull();

		// A person who tries it again wants a fresh start.
		await tab.api.retryStep(runId, 'draft');
		await until('another try', () => prompts.length > 2);
		expect(prompts[2]).not.toContain('<<<answer');
		tab.engine.close();
	});

	it('is not sent to a server again without the person’s word, since that was for other bytes', async () => {
		const { answer } = saying('It was 48.', '{"revenue": 48}');
		const { tab, left } = await open({ far: answer }, settingsWith([remote('far')]));
		const runId = await start(tab, workflow([{ ...typed(2), model: { privacy: 'ask' } }]));
		const first = await held(tab, runId);
		await tab.api.allowCall(first.at, 'once');
		await until('the first call', () => left.length === 1);
		const second = await held(tab, runId);
		expect(second.at.hash).not.toBe(first.at.hash);
		expect(left).toHaveLength(1);
		await tab.api.allowCall(second.at, 'once');
		await status(tab, runId, 'done');
		expect(left).toHaveLength(2);
		tab.engine.close();
	});
});
