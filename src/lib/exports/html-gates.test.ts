import { hashOf, OPEN, type ValueRef } from '$lib/core';
import { foldAll, valuesOf, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { exportFormats, type ExportValue } from './index';

const texts = new Map<string, string>();
function ref(text: string): ValueRef {
	texts.set(hashOf(text), text);
	return { hash: hashOf(text), media: 'text/markdown', bytes: text.length, labels: OPEN, from: [] };
}

const step = (id: string, more: object) => ({ id, title: id, kind: 'model', job: 'draft', ...more });
const gate = (id: string, draft: string, config: object) =>
	step(id, { kind: 'review', job: 'decide', inputs: { draft: `steps.${draft}.output` }, with: config });

const definition = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	steps: [
		step('draft', {}),
		gate('small', 'draft', { askWhen: 'amount > 500' }),
		gate('look', 'draft', { buttons: [{ id: 'pay', title: 'Pay <it>', outcome: 'approve' }] })
	]
});
const draft = ref('We pay 120.');
const about = { revision: 1, draft };
const events: RunEvent[] = [
	{
		type: 'run.started',
		...{
			at: 1,
			number: 1,
			title: 'Run',
			date: '2026-11-24',
			workflowVersion: 1,
			definition,
			definitionHash: 'h'
		},
		...{ trigger: { kind: 'person' }, inputs: {}, sources: {} },
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
	},
	{ type: 'attempt.started', at: 2, stepId: 'draft', attemptId: 'a', revision: 1, attempt: 1, inputs: {} },
	{
		type: 'attempt.succeeded',
		...{ at: 3, stepId: 'draft', attemptId: 'a', output: draft, ms: 1 },
		...{ evidence: [], flags: [], verdicts: [], egress: [] }
	},
	{
		type: 'review.passed',
		...{ at: 4, stepId: 'small', ...about, why: 'condition', because: 'amount is 120, not over 500' }
	},
	{ type: 'review.requested', at: 5, stepId: 'look', ...about },
	{
		type: 'review.decided',
		...{ at: 60_000, stepId: 'look', ...about, decision: 'approved-with-edits', reason: '', ticks: ['True'] },
		...{ reviewed: ref('We pay 121.'), words: { added: 1, removed: 1 }, by: 'Ines', flagsSeen: 2 },
		button: { id: 'pay', title: 'Pay <it>' },
		comments: [{ quote: 'pay 120', before: 'We ', after: '.', at: 3, text: 'Too little.' }]
	}
];

it('a reader sees who decided what, by which button, what was remarked, and that nobody was asked', async () => {
	const state = foldAll('r', events);
	const values = new Map<string, ExportValue>();
	for (const { hash, media, bytes } of valuesOf(state))
		values.set(hash, { hash, media, content: texts.get(hash) ?? '', bytes });
	const made = await exportFormats
		.find((format) => format.id === 'html')
		?.make({
			...{ state, records: [], workflowRecords: [], notes: [], entries: [], values, exportedAt: 0 },
			omitted: new Set<string>(),
			settle: (html: string) => html,
			sanitise: (html: string) => html
		});
	const html = made?.ok ? String(made.value.content) : '';
	expect(html).toContain('nobody was asked');
	expect(html).toContain('amount is 120, not over 500');
	expect(html).toContain(
		'<strong>Pay &lt;it&gt;</strong> <span class="soft">approved with edits · Ines · 1970-01-01 00:01 UTC · +1 −1 words · 2 flags seen</span>'
	);
	expect(html).toContain('<li><q>pay 120</q> Too little.</li>');
	expect(html).toContain('We pay 121.');
});
