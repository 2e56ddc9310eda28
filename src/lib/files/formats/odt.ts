import { ok } from '$lib/core';
import { defineFormat } from '../contract';
import { holdsPart, openOffice } from '../office';
import { gatherProse } from '../prose';
import { encrypted, noText } from '../refusals';
import { readXml } from '../xml';

const MAIN = 'content.xml';
/** Says of each part whether it is locked. */
const MANIFEST = 'META-INF/manifest.xml';

export default defineFormat({
	id: 'odt',
	title: 'OpenDocument text',
	extensions: ['odt'],
	media: 'text/markdown',
	example: {
		name: 'letter.odt',
		content: {
			entries: {
				mimetype: 'application/vnd.oasis.opendocument.text',
				'content.xml':
					'<office:document-content><office:body><office:text><text:h text:outline-level="1">Week 12</text:h><text:p>Refunds<text:s/>rose.</text:p></office:text></office:body></office:document-content>'
			}
		},
		expect: {
			text: '# Week 12\n\nRefunds rose.\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 2, end: 9, place: { in: 'paragraph', paragraph: 1 } },
				{ start: 11, end: 24, place: { in: 'paragraph', paragraph: 2 } }
			]
		}
	},
	sniff: (bytes) => holdsPart(bytes, 'application/vnd.oasis.opendocument.text'),
	async read(file, reading) {
		const office = openOffice(file, 'an OpenDocument text', reading);
		if (office.has(MANIFEST)) {
			const open = (name: string) => {
				if (name === 'manifest:encryption-data') throw encrypted(file.name);
			};
			await readXml(file, await office.part(MANIFEST), { open }, reading);
		}
		const prose = gatherProse(reading);
		let [paragraphs, text, inText, skipping, lists, rows] = [0, '', 0, 0, 0, 0];
		let level = 0;
		let cells: { text: string; place: { in: 'paragraph'; paragraph: number } }[] | null = null;
		const flush = () => {
			const said = text.replace(/[ \t]+$/gm, '').trim();
			text = '';
			if (said === '') return;
			paragraphs += 1;
			const place = { in: 'paragraph' as const, paragraph: paragraphs };
			const cell = cells?.at(-1);
			if (cell) {
				if (cell.text === '') cell.place = place;
				cell.text += cell.text === '' ? said : ` ${said}`;
				return;
			}
			if (lists === 0) prose.gap();
			prose.add(said, place, level > 0 ? `${'#'.repeat(level)} ` : lists > 0 ? '- ' : '');
		};
		await readXml(
			file,
			await office.part(MAIN),
			{
				open(name, attribute) {
					// What was deleted, and what somebody noted on the margin, is no text of the document.
					if (name === 'text:tracked-changes' || name === 'office:annotation') skipping += 1;
					if (skipping > 0) return;
					if (name === 'text:p' || name === 'text:h') {
						inText += 1;
						level = name === 'text:h' ? Math.min(6, Number(attribute('text:outline-level') ?? 1) || 1) : 0;
					} else if (name === 'text:s')
						text += ' '.repeat(Math.min(100, Number(attribute('text:c') ?? 1) || 1));
					else if (name === 'text:tab') text += '\t';
					else if (name === 'text:line-break') text += '\n';
					else if (name === 'text:list') {
						if (lists === 0) prose.gap();
						lists += 1;
					} else if (name === 'table:table') rows = 0;
					else if (name === 'table:table-row') cells = [];
					else if (name === 'table:table-cell')
						cells?.push({ text: '', place: { in: 'paragraph', paragraph: 0 } });
				},
				close(name) {
					if (name === 'text:tracked-changes' || name === 'office:annotation') {
						skipping -= 1;
						return;
					}
					if (skipping > 0) return;
					if (name === 'text:p' || name === 'text:h') {
						inText -= 1;
						if (inText === 0) flush();
					} else if (name === 'text:list') lists -= 1;
					else if (name === 'table:table-row' && cells) {
						const found = cells;
						cells = null;
						if (found.every((cell) => cell.text === '')) return;
						if (rows === 0) prose.gap();
						prose.row(found, rows === 0);
						rows += 1;
					}
				},
				text(piece) {
					if (inText > 0 && skipping === 0) text += piece.replace(/\s+/g, ' ');
				}
			},
			reading
		);
		if (prose.isEmpty) throw noText(file.name, 'its pages hold no words, perhaps only pictures');
		return ok({
			name: file.name,
			media: 'text/markdown',
			unit: 'line',
			table: null,
			warnings: [],
			...prose.done()
		});
	}
});
