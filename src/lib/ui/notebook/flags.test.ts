import { foldAll, upstreamOf, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { gateFlags } from './flags';

const definition = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	steps: [
		{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft' },
		{ id: 'review', title: 'Review', kind: 'review', job: 'decide', inputs: { draft: 'steps.draft.output' } }
	]
});
const output = {
	...{ hash: 'a'.repeat(64), media: 'text/markdown', bytes: 1, from: [] },
	labels: { trust: 'trusted' as const, reach: 'may-leave' as const }
};
const attempt = { at: 2, attemptId: 'a', stepId: 'draft' };
const events: RunEvent[] = [
	{
		...{ type: 'run.started', at: 1, number: 1, title: 'R', date: '2026-11-24', workflowVersion: 1 },
		...{ definition, definitionHash: 'h', trigger: { kind: 'person' }, inputs: {}, sources: {} },
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
	},
	{ type: 'attempt.started', ...attempt, revision: 1, attempt: 1, inputs: {} },
	{
		...{ type: 'attempt.prepared', ...attempt, prompt: output, cut: [] },
		given: [
			{ id: 'n1', instruction: 'Be brief.' },
			{ id: 'n2', instruction: 'Name the week.' }
		]
	},
	{
		...{ type: 'attempt.succeeded', ...attempt, output, evidence: [], egress: [], ms: 1 },
		flags: [
			{ kind: 'uncertain', text: 'Is it so?' },
			{ kind: 'check', text: 'A rule is broken.' }
		],
		verdicts: [
			{ noteId: 'n1', verdict: 'held', reason: 'It is brief.' },
			{ noteId: 'n2', verdict: 'missed', reason: 'No week is named.' }
		]
	}
];

it('a note that was missed is flagged before anything else, with what it said; one that held is not', () => {
	const state = foldAll('r', events);
	expect(gateFlags(state, upstreamOf(state, 'review')).map(({ word, text }) => `${word}: ${text}`)).toEqual([
		'Missed note: “Name the week.” was applied. No week is named.',
		'Check failed: A rule is broken.',
		'Uncertain: Is it so?'
	]);
});
