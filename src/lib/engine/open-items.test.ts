import 'fake-indexeddb/auto';
import { expect, it } from 'vitest';
import { says, TestExecutor } from './testing';
import { open, outputOf, status, stateOf, workflow, type Made } from './testing-flow';

const steps: Made[] = [
	{ id: 'collect', kind: 'collect', job: 'collect' },
	{
		...{ id: 'draft', kind: 'model', job: 'draft', instructions: 'Write.', permissions: { model: 'any' } },
		inputs: { documents: 'steps.collect.output' }
	},
	{
		...{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
		with: { criteria: ['Sums are right', 'Names are right'] }
	},
	{
		...{ id: 'save', kind: 'save', job: 'act', inputs: { value: 'steps.review.output' } },
		with: { path: 'Out/{{inputs.week}}.md' }
	}
];
const weekly = workflow(steps, {
	inputs: [{ id: 'week', title: 'Week' }],
	output: { title: 'Report {{inputs.week}}' },
	sources: [
		{ id: 'open', title: 'Open', kind: 'open-items' },
		{ id: 'notes', title: 'Notes', kind: 'text', reach: 'local-only' }
	]
});

it('carries what a review left open into the next runs, with its age, until somebody settles it', async () => {
	const { tab } = await open(new TestExecutor(() => says('Rivers are long.\n\n- [ ] Ask about the locks')));
	await tab.api.saveWorkflow(weekly);
	const run = async (week: string, ticks: string[], close?: string) => {
		const source = { kind: 'text' as const, name: 'notes.md', text: week };
		const begun = await tab.api.startRun('flow', { inputs: { week }, sources: { notes: [source] } });
		if (!begun.ok) throw new Error(begun.failure.message);
		const runId = begun.value;
		await status(tab, runId, 'waiting');
		const text = JSON.stringify(await outputOf(tab, runId, 'collect'));
		const draftHash = (await stateOf(tab, runId)).steps['review']?.request?.draft.hash ?? '';
		const told = await tab.api.openItems(weekly, { week });
		const item = told.ok && told.value?.openItems.find(({ text }) => text === close);
		if (item) expect(await tab.api.closeItem(runId, item.key)).toMatchObject({ ok: true });
		expect(await tab.api.approve({ runId, stepId: 'review', draftHash, ticks })).toMatchObject({ ok: true });
		await status(tab, runId, 'done');
		return { runId, text };
	};
	const before = async (week: string) => {
		const found = await tab.api.openItems(weekly, { week });
		return found.ok ? (found.value?.openItems ?? []).map(({ text, runs }) => `${text} ${runs}`) : found;
	};

	expect(await before('2026-W44')).toEqual([]);
	const first = await run('2026-W44', ['Sums are right']);
	expect((await stateOf(tab, first.runId)).sources['open']).toEqual([]);
	expect(await before('2026-W45')).toEqual(['Names are right 1', 'Ask about the locks 1']);

	const second = await run('2026-W45', ['Sums are right']);
	expect(second.text).toContain('Not ticked: Names are right (open for 1 run, since “Report 2026-W44”)');
	// It quotes what the review saw, so it may go no further than that.
	expect((await stateOf(tab, second.runId)).sources['open']?.[0]?.labels).toEqual({
		trust: 'untrusted',
		reach: 'local-only'
	});

	const third = await run('2026-W46', ['Names are right', 'Sums are right'], 'Ask about the locks');
	expect(third.text).toContain('Names are right (open for 2 runs, since “Report 2026-W44”)');
	expect(await before('2026-W47')).toEqual([]);
	// A report that is made late is told of what was open then.
	expect(await before('2026-W45')).toEqual(['Names are right 1', 'Ask about the locks 1']);
});
