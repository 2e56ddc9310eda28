import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';
import { expect, test, vi } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import { messages } from '../../../tests/fixtures/corpus/messages';
import { documents, workbooks } from '../../../tests/fixtures/corpus/office';
import { webPages } from '../../../tests/fixtures/corpus/pages';
import { texts } from '../../../tests/fixtures/corpus/texts';
import type { Entry } from '../../../tests/fixtures/corpus/entry';
import { placesIn, sayPlaces } from '$lib/core';
import { checkInvariants } from './conformance';
import { formats, readFile } from './index';

vi.setConfig({ testTimeout: 60_000 });

/** Made by the libraries that other programs write with. */
const written: Entry[] = [
	{
		format: 'docx',
		name: 'written.docx',
		async make() {
			const children = [
				new Paragraph({ text: 'Week 12', heading: HeadingLevel.HEADING_1 }),
				new Paragraph({
					children: [new TextRun('Refunds '), new TextRun({ text: 'rose', bold: true }), new TextRun('.')]
				}),
				new Paragraph({ text: 'North', bullet: { level: 0 } })
			];
			return new Uint8Array(await Packer.toBuffer(new Document({ sections: [{ children }] })));
		},
		text: '# Week 12\n\nRefunds rose.\n\n- North\n',
		says: [
			['rose', 'paragraph 2'],
			['North', 'paragraph 3']
		]
	},
	{
		format: 'xlsx',
		name: 'written.xlsx',
		async make() {
			const rows = [
				[{ value: 'region' }, { value: 'revenue' }, { value: 'day' }],
				[
					{ value: 'North' },
					{ type: Number, value: 1204.5 },
					{ type: Date, value: new Date(Date.UTC(2026, 2, 25)), format: 'dd/mm/yyyy' }
				]
			];
			return new Uint8Array(await writeXlsxFile(rows, { sheet: 'Sales' }).toBuffer());
		},
		text: 'region,revenue,day\nNorth,1204.5,2026-03-25\n',
		says: [['1204.5', 'Sheet “Sales”, B2']]
	}
];

const corpus = [...texts, ...workbooks, ...documents, ...webPages, ...messages, ...written];

test('every format has four files or more', () => {
	const counts = formats.map((format) => corpus.filter((entry) => entry.format === format.id).length);
	// Those that need a browser stand in the browser's own test.
	const inBrowser = formats.filter((_, index) => (counts[index] ?? 0) < 4).map((format) => format.id);
	expect(inBrowser).toEqual(['image', 'pdf']);
});

test.each(corpus.map((entry) => [entry.name, entry] as const))('%s', async (_, entry) => {
	await expectEntry(entry);
});

test('nothing in the corpus touched the prototype of all objects', () => {
	expect(Object.keys(Object.prototype)).toEqual([]);
	expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

/** Reads a file of the corpus and compares everything that it is known for. */
async function expectEntry(entry: Entry): Promise<void> {
	const result = await readFile({ name: entry.name, bytes: await entry.make() });
	checkInvariants(result);
	if (!result.ok || entry.code) {
		expect(result.ok ? 'read' : result.failure.code, result.ok ? '' : result.failure.message).toBe(
			entry.code
		);
		return;
	}
	const { text, spans, warnings, parts } = result.value;
	if (entry.text !== undefined) expect(text).toBe(entry.text);
	for (const [words, place] of entry.says ?? []) {
		const at = text.lastIndexOf(words);
		expect(at, `“${words}” in ${JSON.stringify(text)}`).toBeGreaterThanOrEqual(0);
		expect(sayPlaces(placesIn(text, spans, at, at + words.length))).toBe(place);
	}
	if (entry.parts) expect(parts?.map((part) => part.name)).toEqual(entry.parts);
	if (entry.warns) expect(warnings.join(' ')).toContain(entry.warns);
}
