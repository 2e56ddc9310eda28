import { hashOf, OPEN, type ValueRef } from '$lib/core';
import { chain, emptyHead, foldAll, valuesOf, type CorrectionNote, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import type { ExportSource, ExportValue } from './contract';
import { itemsOf, withOnly } from './selection';

const texts = new Map<string, string>();
function ref(text: string, media = 'text/markdown'): ValueRef {
	texts.set(hashOf(text), text);
	return { hash: hashOf(text), media, bytes: text.length, labels: OPEN, from: [], name: 'v' };
}

/** A small run that was given a note, made a draft and saved it. */
export function source(draft: string): ExportSource {
	const definition = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W <b>',
		steps: [{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft' }]
	});
	const attempt = { at: 2, attemptId: 'r/draft/1.1', stepId: 'draft' };
	const events: RunEvent[] = [
		{
			type: 'run.started',
			at: 1,
			number: 1,
			title: 'Week <script>',
			date: '2026-11-23',
			trigger: { kind: 'person' },
			workflowVersion: 1,
			definition,
			definitionHash: 'h',
			inputs: {},
			sources: {},
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
		},
		{ type: 'attempt.started', ...attempt, revision: 1, attempt: 1, inputs: { value: [ref(draft)] } },
		{
			type: 'attempt.prepared',
			...attempt,
			prompt: ref('PROMPT', 'text/plain'),
			given: [{ id: 'n', instruction: 'Be <i>kind</i>.' }],
			cut: []
		},
		{
			type: 'attempt.succeeded',
			...attempt,
			output: ref(draft),
			evidence: [],
			flags: [],
			verdicts: [],
			saved: { entryId: 'e', path: 'Reports/W.md', version: 2 },
			egress: [],
			ms: 1
		},
		{ type: 'run.finished', at: 3, status: 'done' }
	];
	const state = foldAll('r', events);
	const values = new Map<string, ExportValue>();
	for (const one of valuesOf(state)) {
		const content = texts.get(one.hash) ?? '';
		values.set(one.hash, { hash: one.hash, media: one.media, content, bytes: content.length });
	}
	const bytes = new Uint8Array([0, 255, 128, 7]);
	values.set(hashOf(bytes), {
		hash: hashOf(bytes),
		media: 'application/octet-stream',
		content: bytes,
		bytes: 4
	});
	const note: CorrectionNote = {
		id: 'n',
		instruction: 'Be kind.',
		scope: { kind: 'everywhere' },
		before: '',
		after: '',
		from: null,
		status: 'active',
		createdAt: 1,
		updatedAt: 1
	};
	return {
		state,
		records: chain(emptyHead('run:r'), events),
		workflowRecords: chain(emptyHead('workflow:w'), [
			{ type: 'workflow.saved', at: 0, version: 1, hash: 'h', document: definition }
		]),
		notes: [note],
		entries: [],
		values,
		omitted: new Set(),
		sanitise: (html) => html,
		settle: (html) => html,
		exportedAt: 1_700_000_000_000
	};
}

/** The same with a file that was given and data that was made of it; what is named stays out (`source:*`: all of a kind). */
export function richSource(without: string[] = []): ExportSource {
	const file = ref('week,SECRET\nW47,1\n', 'text/csv');
	const data = ref(
		'[{"n":"=HYPERLINK(\\"x\\")","total":-12.5,"SECRET":true},{"n":"b","total":3}]',
		'application/json'
	);
	const draft = ref(
		'# SECRET draft\n\n- one **bold** [link](https://example.org)\n\n| a | b |\n| - | - |\n| 1 | 2 |\n'
	);
	const definition = workflowSchema.parse({
		format: 1,
		id: 'w',
		title: 'W <b>',
		sources: [{ id: 'files', title: 'Files', kind: 'files' }],
		steps: [
			{ id: 'data', title: 'Data', kind: 'transform', job: 'extract' },
			{ id: 'draft', title: 'Draft', kind: 'model', job: 'draft', inputs: { data: 'steps.data.output' } },
			{
				id: 'review',
				title: 'Review',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.draft.output' }
			}
		]
	});
	const attempt = (stepId: string) => ({ at: 2, attemptId: `r/${stepId}/1.1`, stepId });
	const ends = { evidence: [], flags: [], verdicts: [], egress: [], ms: 1 };
	const begins = { revision: 1, attempt: 1 };
	const prompt = ref('PROMPT with SECRET', 'text/plain');
	const events: RunEvent[] = [
		{
			type: 'run.started',
			at: 1,
			number: 1,
			title: 'Week',
			date: '2026-11-23',
			trigger: { kind: 'person' },
			workflowVersion: 1,
			definition,
			definitionHash: 'h',
			inputs: { week: 'W47' },
			sources: { files: [{ ...file, name: 'week.csv' }] },
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
		},
		{ type: 'attempt.started', ...attempt('data'), ...begins, inputs: { files: [file] } },
		{ type: 'attempt.succeeded', ...attempt('data'), output: data, ...ends },
		{ type: 'attempt.started', ...attempt('draft'), ...begins, inputs: { data: [data] } },
		{
			type: 'attempt.prepared',
			...attempt('draft'),
			prompt,
			given: [{ id: 'n', instruction: 'Be kind, NOTED.' }],
			cut: []
		},
		{
			type: 'attempt.succeeded',
			...attempt('draft'),
			output: draft,
			...ends,
			flags: [{ kind: 'uncertain', text: 'SECRET is flagged' }],
			verdicts: [{ noteId: 'n', verdict: 'missed', reason: 'Not NOTED.' }]
		},
		{ type: 'review.requested', at: 4, stepId: 'review', revision: 1, draft },
		{
			type: 'review.decided',
			at: 5,
			stepId: 'review',
			revision: 1,
			decision: 'approved',
			draft,
			reviewed: draft,
			reason: '',
			ticks: [],
			by: 'Ines'
		},
		{ type: 'run.finished', at: 6, status: 'done' },
		{ type: 'prose.written', at: 7, id: 'p1', before: 'review', text: 'An earlier OWN text.' },
		{ type: 'prose.written', at: 8, id: 'p1', before: 'review', text: 'My OWN **text**.', by: 'Ines' },
		{ type: 'prose.written', at: 9, id: 'p2', before: null, text: 'OWN words at the end.' }
	];
	const state = foldAll('r', events);
	const values = new Map<string, ExportValue>();
	for (const { hash, media } of valuesOf(state)) {
		const content = texts.get(hash) ?? '';
		values.set(hash, { hash, media, content, bytes: content.length });
	}
	const whole: ExportSource = {
		...source('x'),
		state,
		records: chain(emptyHead('run:r'), events),
		values,
		notes: source('x').notes.map((note) => ({ ...note, instruction: 'Be kind, NOTED.' }))
	};
	if (without.length === 0) return whole;
	const isOut = (id: string) =>
		without.some((one) => one === id || (one.endsWith('*') && id.startsWith(one.slice(0, -1))));
	return withOnly(
		whole,
		new Set(
			itemsOf(whole)
				.map(({ id }) => id)
				.filter((id) => !isOut(id))
		)
	);
}
