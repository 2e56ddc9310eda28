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
	{ id: 'review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } },
	{
		...{ id: 'save', kind: 'save', job: 'act', inputs: { value: 'steps.review.output' } },
		with: { path: 'Out/{{inputs.topic}}.md' }
	}
];
const weekly = workflow(steps, {
	sources: [
		{ id: 'since', title: 'Changes', kind: 'changes' },
		{ id: 'notes', title: 'Notes', kind: 'text', reach: 'local-only' }
	]
});

it('gives a step what differs from the last approved run, and keeps it as near as the files that it quotes', async () => {
	const { tab } = await open(new TestExecutor(() => says('Rivers are long.')));
	await tab.api.saveWorkflow(weekly);
	const run = async (topic: string, notes: string) => {
		const source = { kind: 'text' as const, name: 'notes.md', text: notes };
		const started = await tab.api.startRun('flow', { inputs: { topic }, sources: { notes: [source] } });
		if (!started.ok) throw new Error(started.failure.message);
		await status(tab, started.value, 'waiting');
		return started.value;
	};
	const first = await run('rivers', 'One boat.\nTwo locks.');
	// The first run has nothing to differ from, and is not held up by that.
	expect((await stateOf(tab, first)).sources['since']).toEqual([]);
	const draftHash = (await stateOf(tab, first)).steps['review']?.request?.draft.hash ?? '';
	await tab.api.approve({ runId: first, stepId: 'review', draftHash, ticks: [], text: 'Rivers are wide.' });
	await status(tab, first, 'done');

	const second = await run('lakes', 'One boat.\nThree locks.');
	const collected = JSON.stringify(await outputOf(tab, second, 'collect'));
	expect(collected).toContain('Topic: rivers → lakes');
	expect(collected).toContain('− Two locks.');
	expect(collected).not.toContain('+ One boat.');
	expect(collected).toContain('“long” → “wide”');
	expect((await stateOf(tab, second)).sources['since']?.[0]?.labels).toEqual({
		trust: 'untrusted',
		reach: 'local-only'
	});
});
