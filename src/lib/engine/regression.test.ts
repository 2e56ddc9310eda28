import 'fake-indexeddb/auto';
import type { Workflow } from '$lib/workflow';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from './settings';
import { says, TestExecutor } from './testing';
import { open, start, stateOf, status, transform, workflow, type Made } from './testing-flow';

const NOTE = 'Give money without decimals.';
const OBEYED = 'The week made € 4.';
const IGNORED = 'The week made € 4.20.';

const draft = (instructions: string): Made => ({
	...{ id: 'draft', kind: 'model', job: 'draft', instructions, permissions: { model: 'any' } },
	inputs: { facts: 'steps.facts.output' }
});
const weekly = (instructions: string): Workflow =>
	workflow([
		transform('facts', '{ "topic": run.inputs.topic }'),
		draft(instructions),
		{
			...{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
			with: { question: 'Fine?' }
		},
		{
			...{ id: 'save', kind: 'save', job: 'act', inputs: { value: 'steps.review.output' } },
			with: { path: 'Out/{{inputs.topic}}.md' }
		}
	]);

/** A run that was approved with a note in force; the model forgets it where the instructions speak of poetry. */
async function approved() {
	const executor = new TestExecutor(({ user }) => says(/poem/.test(user) ? IGNORED : OBEYED));
	const { tab } = await open(executor);
	const kept = await tab.api.confirmNote({
		...{ instruction: NOTE, scope: { kind: 'everywhere' }, before: '', after: '', from: null }
	});
	const runId = await start(tab, weekly('Write.'));
	await status(tab, runId, 'waiting');
	const draftHash = (await stateOf(tab, runId)).steps['review']?.request?.draft.hash ?? '';
	await tab.api.approve({ runId, stepId: 'review', draftHash, ticks: [] });
	await status(tab, runId, 'done');
	return { tab, runId, executor, noteId: kept.ok ? kept.value : '' };
}

/** Everything that the device holds, by count. */
async function held({ tab, runId }: Awaited<ReturnType<typeof approved>>) {
	const { database, store } = tab;
	return {
		counts: await Promise.all(
			[
				database.events,
				database.runs,
				database.entries,
				database.results,
				database.values,
				database.packs
			].map((table) => table.count())
		),
		records: (await store.records(`run:${runId}`)).length,
		notes: await database.notes.toArray()
	};
}

describe('an approved run as a case that a changed workflow is held against', () => {
	it('names the corrections that would come back, and keeps, writes and sends nothing', async () => {
		const made = await approved();
		const before = await held(made);
		made.executor.ran = [];
		const found = await made.tab.api.heldAgainst(weekly('Write a poem.'), made.runId);
		if (!found.ok) throw new Error(found.failure.message);
		expect(found.value.cases).toMatchObject([
			{
				stepId: 'draft',
				before: OBEYED,
				after: IGNORED,
				back: [{ noteId: made.noteId, instruction: NOTE }],
				kept: 0
			}
		]);
		// What did not change was not done again, and nothing after the gate was.
		expect(made.executor.ran.map((id) => id.split('/')[1])).toEqual(['draft']);
		expect(await held(made)).toEqual(before);
	});

	it('says that none would where the new draft keeps them', async () => {
		const { tab, runId } = await approved();
		const found = await tab.api.heldAgainst(weekly('Write soberly.'), runId);
		expect(found.ok && found.value.cases).toMatchObject([{ back: [], kept: 1 }]);
	});

	it('does every step anew with another model, and asks none that is elsewhere', async () => {
		const { tab, runId, executor } = await approved();
		await tab.api.saveSettings({
			...DEFAULT_SETTINGS,
			provider: { id: 'wllama', title: 'Other', onDevice: true, config: { file: 'x.gguf' } }
		});
		executor.ran = [];
		expect((await tab.api.heldAgainst(weekly('Write.'), runId)).ok).toBe(true);
		expect(executor.ran.map((id) => id.split('/')[1])).toEqual(['facts', 'draft']);
		await tab.api.saveSettings({
			...DEFAULT_SETTINGS,
			provider: { id: 'openai-compatible', title: 'Far', onDevice: false, config: { model: 'm' } }
		});
		expect(await tab.api.heldAgainst(weekly('Write.'), runId)).toMatchObject({
			failure: { code: 'trial.elsewhere' }
		});
	});

	it('says why there is no new draft', async () => {
		const { tab, runId, executor } = await approved();
		executor.answer = () => says('');
		const found = await tab.api.heldAgainst(weekly('Write a poem.'), runId);
		const [one] = found.ok ? found.value.cases : [];
		expect(one?.after).toBeNull();
		expect(one?.failed).toContain('nothing');
		expect(one).toMatchObject({ back: [], kept: 0, unjudged: 0 });
	});
});

it('a version that was saved although corrections come back says why', async () => {
	const { tab } = await open();
	await tab.api.saveWorkflow(weekly('Write.'));
	await tab.api.saveWorkflow(weekly('Write a poem.'), 'The new report has cents on purpose.');
	expect(await tab.database.workflows.get('flow')).toMatchObject({
		version: 2,
		reason: 'The new report has cents on purpose.'
	});
	await tab.api.saveWorkflow(weekly('Write more.'));
	expect((await tab.database.workflows.get('flow'))?.reason).toBeUndefined();
});
