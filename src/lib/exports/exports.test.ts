import { hashOf, OPEN, type ValueRef } from '$lib/core';
import { chain, emptyHead, foldAll, valuesOf, type CorrectionNote, type RunEvent } from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exportFormats, packBundle, unpackBundle, type ExportSource, type ExportValue } from './index';
import { markdownToHtml } from './markdown';

const texts = new Map<string, string>();
function ref(text: string, media = 'text/markdown'): ValueRef {
	texts.set(hashOf(text), text);
	return { hash: hashOf(text), media, bytes: text.length, labels: OPEN, from: [], name: 'v' };
}

function source(draft: string): ExportSource {
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
		sanitise: (html) => html,
		exportedAt: 1_700_000_000_000
	};
}

describe('the JSON bundle', () => {
	it('gives back exactly what went in, bytes included', () => {
		const given = source('# Draft\n');
		const back = unpackBundle(packBundle(given));
		expect(back).toEqual({
			ok: true,
			value: {
				runs: [{ id: 'r', records: given.records }],
				workflows: [{ id: 'w', records: given.workflowRecords }],
				notes: given.notes,
				entries: [],
				values: [...given.values.values()]
			}
		});
	});

	it('refuses a file in which anything was changed', () => {
		const packed = packBundle(source('# Draft\n'));
		for (const [from, to] of [
			['# Draft', '# Forged'],
			['"at": 2', '"at": 9'],
			['Week <script>', 'Week'],
			['"run:r"', '"run:other"']
		] as const) {
			expect(packed).toContain(from);
			const read = unpackBundle(packed.replace(from, to));
			expect(read.ok ? 'accepted' : read.failure.code).toBe('bundle.changed');
		}
	});

	it('refuses what is no bundle, with a sentence, whatever it is', () => {
		for (const text of [
			'',
			'{',
			'[]',
			'null',
			'{"galley":"bundle"}',
			'{"galley":"bundle","format":2}',
			'{"__proto__":{}}'
		]) {
			const read = unpackBundle(text);
			expect(read.ok).toBe(false);
			if (!read.ok) expect(read.failure.message).toMatch(/\.$/);
		}
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				expect(unpackBundle(JSON.stringify(value)).ok).toBe(false);
			})
		);
	});
});

describe('the readable page', () => {
	it('needs nothing but itself and runs nothing', async () => {
		const html = exportFormats.find((format) => format.id === 'html');
		const made = await html?.make(
			source('# Hi\n\n<script>alert(1)</script> ![x](https://evil.example/p.png) [go](javascript:alert(1))\n')
		);
		const page = made?.ok ? String(made.value.content) : '';
		expect(page).not.toMatch(/<script|<img|href=|src=|url\(|@import/);
		expect(page).toContain('Week &lt;script&gt;');
		expect(page).toContain('PROMPT');
		expect(page).toContain('Be &lt;i&gt;kind&lt;/i&gt;.');
		expect(page).toContain("default-src 'none'");
	});

	it('begins with what was saved', async () => {
		const html = exportFormats.find((format) => format.id === 'html');
		const made = await html?.make(source('# Finished\n'));
		const page = made?.ok ? String(made.value.content) : '';
		expect(page).toMatch(/Reports\/W\.md, version 2[^]*Finished[^]*How it came about[^]*Draft/);
	});

	it('shows HTML in Markdown as text, whatever it is', () => {
		fc.assert(
			fc.property(fc.string(), (text) => {
				expect(markdownToHtml(`${text}\n\n<img src=x onerror=alert(1)>`)).not.toMatch(
					/<(img|script|iframe|a|svg)[\s>]/
				);
			})
		);
	});
});

it('every format has a title, a sentence and makes a file', async () => {
	for (const format of exportFormats) {
		expect(format.summary).toMatch(/\.$/);
		const made = await format.make(source('x'));
		expect(made.ok && made.value.name.endsWith(`.${format.extension}`)).toBe(true);
	}
});
