import { ok } from '$lib/core';
import { defineFormat } from '../contract';
import { linesOf } from '../pdf/lines';
import { openPdf } from '../pdf/open';
import { gatherProse } from '../prose';
import { Refused } from '../reading';
import { corrupt, noText } from '../refusals';

const LISTED = 12;

export default defineFormat({
	id: 'pdf',
	title: 'PDF',
	extensions: ['pdf'],
	media: 'text/plain',
	example: {
		name: 'letter.pdf',
		content: [
			'%PDF-1.4',
			'1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
			'2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
			'3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj',
			'4 0 obj<</Length 71>>stream',
			'BT /F1 10 Tf 20 150 Td (Refunds rose.) Tj 0 -12 Td (By 4% in all.) Tj ET',
			'endstream endobj',
			'5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj',
			'trailer<</Root 1 0 R>>'
		].join('\n'),
		expect: { text: 'Refunds rose.\nBy 4% in all.\n', unit: 'line', table: null, warnings: [] }
	},
	sniff: (bytes) => new TextDecoder('windows-1252').decode(bytes.subarray(0, 1024)).includes('%PDF-'),
	draw: async (file, page, reading) => (await import('../pdf/draw')).drawPage(file, page, reading),
	async read(file, reading) {
		const pdf = await openPdf(file);
		const prose = gatherProse(reading);
		const silent: number[] = [];
		const damaged: number[] = [];
		try {
			for (let number = 1; number <= pdf.numPages; number += 1) {
				await reading.pause({ unit: 'page', done: number - 1, total: pdf.numPages });
				try {
					const page = await pdf.getPage(number);
					const lines = await linesOf(page);
					if (lines.length === 0) silent.push(number);
					prose.gap();
					for (const line of lines) {
						if (line.isApart) prose.gap();
						prose.add(line.text, { in: 'page', page: number, box: line.box });
					}
					page.cleanup();
				} catch (cause) {
					if (cause instanceof Refused) throw cause;
					damaged.push(number);
				}
			}
		} finally {
			await pdf.loadingTask.destroy();
		}
		if (silent.length === 0 && prose.isEmpty)
			throw corrupt(file.name, 'a PDF', 'none of its pages can be read');
		if (prose.isEmpty) throw noText(file.name, 'its pages are pictures, as a scanner makes them');
		const warnings: string[] = [];
		if (silent.length > 0) warnings.push(`No text is on ${listed(silent)}; pictures in a PDF are not read.`);
		if (damaged.length > 0) warnings.push(`What is on ${listed(damaged)} could not be read.`);
		return ok({
			name: file.name,
			media: 'text/plain',
			unit: 'line',
			table: null,
			warnings,
			...prose.done()
		});
	}
});

function listed(pages: readonly number[]): string {
	const more = pages.length > LISTED ? ` and ${pages.length - LISTED} more` : '';
	return `${pages.length === 1 ? 'page' : 'pages'} ${pages.slice(0, LISTED).join(', ')}${more}`;
}
