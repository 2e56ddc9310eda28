import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bundleIn, exportFormats, packBundle, unpackBundle } from './index';
import { markdownToHtml } from './markdown';
import { source } from './testing';

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
		expect(
			page.replace(/<script( type="application\/json" id="galley-(data|seal)")?>[^]*?<\/script>/g, '')
		).not.toMatch(/<script|<img|href=|src=|url\(|@import/);
		expect(page.match(/<script>/g)).toHaveLength(1);
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

	it('that carries two runs is read as neither', async () => {
		const html = exportFormats.find((format) => format.id === 'html');
		const made = await html?.make(source('# Hi\n'));
		const page = made?.ok ? String(made.value.content) : '';
		expect(bundleIn(page)).toContain('"galley"');
		const [block] = /<script type="application\/json" id="galley-data">[^]*?<\/script>/.exec(page) ?? [];
		expect(bundleIn(page.replace('<body>', () => `<body><!-- ${block} -->`))).toBeNull();
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
