import { ok } from '$lib/core';
import { defineFormat } from '../contract';
import { holdsPart, openOffice } from '../office';
import { gatherProse } from '../prose';
import { noText } from '../refusals';
import { localName, relationsOf } from '../relations';
import { paragraphsOf, type SlideLine } from '../slide';
import { readXml } from '../xml';

const ROOT = 'ppt/presentation.xml';

export default defineFormat({
	id: 'pptx',
	title: 'PowerPoint slides',
	extensions: ['pptx', 'pptm'],
	media: 'text/markdown',
	example: {
		name: 'review.pptx',
		content: {
			entries: {
				'ppt/presentation.xml':
					'<p:presentation><p:sldIdLst><p:sldId r:id="a"/></p:sldIdLst></p:presentation>',
				'ppt/_rels/presentation.xml.rels':
					'<Relationships><Relationship Id="a" Type="x/slide" Target="slides/slide1.xml"/></Relationships>',
				'ppt/slides/slide1.xml':
					'<p:sld><p:cSld><p:spTree><p:sp><p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>Week 12</a:t></a:r></a:p></p:txBody></p:sp><p:sp><p:txBody><a:p><a:r><a:t>Refunds rose.</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>'
			}
		},
		expect: {
			text: '# Week 12\n\nRefunds rose.\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 2, end: 9, place: { in: 'slide', slide: 1, paragraph: 1 } },
				{ start: 11, end: 24, place: { in: 'slide', slide: 1, paragraph: 2 } }
			]
		}
	},
	sniff: (bytes) => holdsPart(bytes, ROOT),
	async read(file, reading) {
		const office = openOffice(file, 'a presentation', reading);
		const relations = await relationsOf(file, office, ROOT, reading);
		const slides: string[] = [];
		await readXml(
			file,
			await office.part(ROOT),
			{
				open(name, attribute) {
					if (localName(name) !== 'sldId') return;
					const path = relations.get(attribute('r:id') ?? '')?.path;
					if (path !== undefined && office.has(path)) slides.push(path);
				}
			},
			reading
		);
		const prose = gatherProse(reading);
		const silent: number[] = [];
		for (const [index, path] of slides.entries()) {
			const slide = index + 1;
			await reading.pause({ unit: 'slide', done: index, total: slides.length });
			const lines = await paragraphsOf(file, await office.part(path), reading);
			if (lines.length === 0) silent.push(slide);
			let paragraph = 0;
			const add = (line: SlideLine) => {
				if (line.cells) {
					const cells = line.cells.map((text) => {
						if (text !== '') paragraph += 1;
						return { text, place: { in: 'slide' as const, slide, paragraph } };
					});
					if (line.isFirstRow) prose.gap();
					prose.row(cells, line.isFirstRow);
					return;
				}
				paragraph += 1;
				prose.add(line.text, { in: 'slide', slide, paragraph }, line.isTitle ? '# ' : '');
				if (line.isTitle) prose.gap();
			};
			prose.gap();
			// A slide without a title is told apart from the one before all the same.
			if (lines.length > 0 && !lines[0]?.isTitle) {
				prose.add(`# Slide ${slide}`, null);
				prose.gap();
			}
			lines.forEach(add);
			const notes = [...(await relationsOf(file, office, path, reading)).values()].find(
				(one) => one.kind === 'notesSlide'
			);
			if (!notes || !office.has(notes.path)) continue;
			const spoken = await paragraphsOf(file, await office.part(notes.path), reading);
			const said = spoken.filter((line) => !line.cells && !/^\d+$/.test(line.text));
			if (said.length === 0) continue;
			prose.gap();
			prose.add('Notes of the speaker:', null);
			said.forEach((line) => add({ ...line, isTitle: false }));
		}
		if (prose.isEmpty) throw noText(file.name, 'its slides hold no words, perhaps only pictures');
		const warnings =
			silent.length > 0
				? [
						`${silent.length === 1 ? 'Slide' : 'Slides'} ${silent.join(', ')} ${silent.length === 1 ? 'has' : 'have'} no text; pictures are not read.`
					]
				: [];
		return ok({
			name: file.name,
			media: 'text/markdown',
			unit: 'line',
			table: null,
			warnings,
			...prose.done()
		});
	}
});
