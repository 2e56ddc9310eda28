import 'fake-indexeddb/auto';
import type { Workflow } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { actWorkflow, approve } from './testing-act';
import {
	open,
	outputOf,
	start,
	stateOf,
	status,
	transform,
	workflow,
	type Made,
	type Tab
} from './testing-flow';

// A called workflow has inputs of its own. A run that has an input of the same name must not be seen through them.

const inner = (steps: Made[]): Workflow =>
	workflow(steps, { id: 'inner', inputs: [{ id: 'topic', title: 'Topic' }] });

/** Runs a workflow whose own topic is “rivers”, and which calls the inner one with another. */
async function call(tab: Tab, called: Workflow, topic: Made | null = transform('made', '"lakes"')) {
	await tab.api.saveWorkflow(called);
	const given = topic ? `steps.${String(topic['id'])}.output` : 'inputs.topic';
	const calling = { id: 'call', kind: 'workflow', inputs: { topic: given }, with: { workflow: 'inner' } };
	return start(tab, workflow([...(topic ? [topic] : []), calling]));
}

/** What a document says: a person typed it elsewhere, and nobody here. */
const foreign: Made = { id: 'asked', kind: 'model', job: 'extract', permissions: { model: 'any' } };

describe('a called workflow', () => {
	it('sees in its expressions and conditions what it was called with', async () => {
		const { tab } = await open();
		const loop = {
			...{ id: 'again', kind: 'loop', with: { until: 'run.inputs.topic = "lakes"', max: 3 } },
			steps: [transform('said', 'run.inputs.topic')]
		};
		const runId = await call(tab, inner([loop]));
		await status(tab, runId, 'done');
		expect(await outputOf(tab, runId, 'call')).toBe('lakes');
		expect((await stateOf(tab, runId)).steps['call[0]/again']?.block?.count).toBe(1);
		tab.engine.close();
	});

	it('waits until the time that it was called with', async () => {
		const { tab } = await open();
		const nap = { id: 'nap', kind: 'wait', job: 'decide', with: { until: '{{inputs.topic}}' } };
		const called = inner([nap, transform('up', '"up"', { needs: ['nap'] })]);
		const runId = await call(tab, called, transform('made', '"2026-01-01"'));
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).steps['call[0]/nap']?.until).toBe(Date.parse('2026-01-01T00:00'));
		tab.engine.close();
	});

	it('proposes what it was called with, and a field that nobody here typed has to be confirmed', async () => {
		const { tab, executor } = await open();
		executor.answer = () => ({
			...{ ok: true, egress: [] },
			value: {
				...{ text: '17', finish: 'stop', model: 'test', evidence: [], warnings: [] },
				usage: { input: 1, output: 1 }
			}
		});
		const [propose, ...others] = actWorkflow({
			url: 'https://api.example.org/tickets/{{inputs.topic}}',
			json: { about: 1 }
		}).steps as unknown as Made[];
		const runId = await call(tab, inner([propose ?? {}, ...others]), foreign);
		await expect(approve(tab, runId, undefined, 'call[0]/review')).rejects.toThrow('“url”');
		const text = (await outputOf(tab, runId, 'call[0]/propose')) as string;
		expect(JSON.parse(text)).toMatchObject({ url: 'https://api.example.org/tickets/17' });
		tab.engine.close();
	});

	it('names a file by what the person typed, and by nothing else', async () => {
		const { tab } = await open();
		const saving = inner([
			transform('text', '"A text"'),
			{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.text.output' } },
			{
				...{ id: 'save', kind: 'save', job: 'act', inputs: { value: 'steps.review.output' } },
				with: { path: 'Out/{{inputs.topic}}.md' }
			}
		]);
		const typed = await call(tab, saving, null);
		await approve(tab, typed, undefined, 'call[0]/review');
		await status(tab, typed, 'done');
		expect((await tab.database.entries.toArray()).map(({ path }) => path)).toEqual(['Out/rivers.md']);
		const made = await call(tab, saving, foreign);
		await approve(tab, made, undefined, 'call[0]/review');
		await status(tab, made, 'failed');
		const { attempts } = (await stateOf(tab, made)).steps['call[0]/save'] ?? {};
		expect(attempts?.at(-1)?.failure?.code).toBe('save.not-typed');
		tab.engine.close();
	});

	it('passes on how open that is to all that is made of it', async () => {
		const { tab } = await open();
		const runId = await call(tab, inner([transform('said', 'run.inputs.topic')]), foreign);
		await status(tab, runId, 'done');
		expect((await stateOf(tab, runId)).steps['call']?.output?.labels.trust).toBe('untrusted');
		tab.engine.close();
	});
});
