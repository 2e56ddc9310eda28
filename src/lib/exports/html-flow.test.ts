import { hashOf, OPEN, type ValueRef } from '$lib/core';
import { foldAll, valuesOf, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import { expect, it } from 'vitest';
import { exportFormats, type ExportValue } from './index';

const texts = new Map<string, { text: string; media: string }>();
function ref(text: string, media = 'text/markdown'): ValueRef {
	texts.set(hashOf(text), { text, media });
	return { hash: hashOf(text), media, bytes: text.length, labels: OPEN, from: [] };
}

const at = (stepId: string) => ({ at: 2, stepId, attemptId: `r/${stepId}/1.1` });
const begun = (stepId: string): RunEvent => ({
	type: 'attempt.started',
	...at(stepId),
	revision: 1,
	attempt: 1,
	inputs: {}
});
const done = (stepId: string, output: ValueRef): RunEvent => ({
	type: 'attempt.succeeded',
	...at(stepId),
	...{ output, evidence: [], flags: [], verdicts: [], egress: [], ms: 1 }
});

/** The second try of the first letter. */
const again = { attemptId: 'r/each[0]/letter/1.2' };

const definition = workflowSchema.parse({
	format: 1,
	id: 'w',
	title: 'W',
	steps: [
		{
			id: 'route',
			title: 'Route',
			kind: 'branch',
			job: 'decide',
			with: { routes: [{ id: 'big', when: 'true' }], otherwise: 'small' }
		},
		{ id: 'boss', title: 'Boss', kind: 'model', job: 'draft', when: { step: 'route', route: ['small'] } },
		{
			id: 'each',
			title: 'Each',
			kind: 'map',
			job: 'draft',
			needs: ['route'],
			with: { onFail: 'collect' },
			steps: [{ id: 'letter', title: 'Letter', kind: 'model', job: 'draft' }]
		},
		{ id: 'tone', title: 'Tone', kind: 'ask', job: 'decide', with: { question: 'How?' } }
	]
});

const events: RunEvent[] = [
	{
		type: 'run.started',
		at: 1,
		number: 1,
		title: 'Run',
		date: '2026-11-24',
		trigger: { kind: 'person' },
		workflowVersion: 1,
		definition,
		definitionHash: 'h',
		inputs: {},
		sources: {},
		provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
	},
	begun('route'),
	{ type: 'branch.taken', ...at('route'), route: 'big' },
	done('route', ref('{"route":"big"}', 'application/json')),
	begun('each'),
	{
		type: 'block.opened',
		...at('each'),
		count: 2,
		list: ref('[{"name":"Acme <b>"},{"name":"Birch"}]', 'application/json')
	},
	begun('each[0]/letter'),
	{
		type: 'attempt.failed',
		...at('each[0]/letter'),
		failure: { code: 'model.not-json', message: 'It was prose.', retryable: true },
		kept: ref('Dear <nobody>'),
		egress: [],
		ms: 1
	},
	{ ...begun('each[0]/letter'), ...again, attempt: 2, repairs: 'r/each[0]/letter/1.1' } as RunEvent,
	{
		...done('each[0]/letter', ref('Dear Acme')),
		...again,
		repaired: { answer: ref('Well: “Dear Acme”'), how: 'taken-out', error: 'No JSON <yet>.' }
	} as RunEvent,
	begun('each[1]/letter'),
	{
		type: 'attempt.failed',
		...at('each[1]/letter'),
		failure: { code: 'x', message: 'Cut off.', retryable: false },
		egress: [],
		ms: 1
	},
	{ type: 'person.asked', at: 3, stepId: 'tone', why: 'ask' },
	{ type: 'person.answered', at: 4, stepId: 'tone', output: ref('Kindly'), reason: '' }
];

it('a run with a branch, items and an answer reads in its order, each item in a fold of its own', async () => {
	const state = foldAll('r', events);
	const values = new Map<string, ExportValue>();
	for (const one of valuesOf(state)) {
		const stored = texts.get(one.hash);
		if (stored)
			values.set(one.hash, { hash: one.hash, media: stored.media, content: stored.text, bytes: one.bytes });
	}
	const made = await exportFormats
		.find((format) => format.id === 'html')
		?.make({
			...{ state, records: [], workflowRecords: [], notes: [], entries: [], values, exportedAt: 0 },
			omitted: new Set(),
			sanitise: (html) => html,
			settle: (html) => html
		});
	const html = made?.ok ? String(made.value.content) : '';
	expect(html).toContain('took the way “big”');
	expect(html).toContain('not on this way');
	expect(html).toContain('2 of 2 items ended · 1 failed');
	expect(html).toContain('<summary>Item 1 of 2: Acme &lt;b&gt;</summary>');
	expect(html).toContain('<summary>Item 2 of 2: Birch</summary>');
	expect(html).toContain('filled in by a person');
	expect(html).toContain('<p>Try 1: It was prose.</p><pre>Dear &lt;nobody&gt;</pre>');
	expect(html).toContain(
		'<p>Try 2: It was asked to put its last answer right. Taken out of the answer: No JSON &lt;yet&gt;.</p><pre>Well: “Dear Acme”</pre>'
	);
	const order = ['Each</h2>', 'Item 1 of 2', 'Dear Acme', 'Item 2 of 2', 'Cut off.', 'Tone</h2>', 'Kindly'];
	const places = order.map((part) => html.indexOf(part));
	expect(places).toEqual([...places].sort((a, b) => a - b));
	expect(places).not.toContain(-1);
});
