import { ok } from '$lib/core';
import type Mammoth from 'mammoth';
import { defineFormat, type RawFile } from '../contract';
import { readHtml } from '../html';
import { holdsPart, openOffice } from '../office';
import type { Reading } from '../reading';
import { corrupt, noText } from '../refusals';
import { readXml } from '../xml';

const MAIN = 'word/document.xml';
const HIDDEN =
	'Some of its text is hidden in Word. It was read all the same, so the text here may have words that nobody sees there.';

export default defineFormat({
	id: 'docx',
	title: 'Word document',
	extensions: ['docx', 'docm'],
	media: 'text/markdown',
	example: {
		name: 'letter.docx',
		content: {
			entries: {
				'[Content_Types].xml': '<Types><Default Extension="xml" ContentType="application/xml"/></Types>',
				'_rels/.rels':
					'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
				'word/document.xml':
					'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Dear Anna,</w:t></w:r></w:p><w:p><w:r><w:t>Refunds rose.</w:t></w:r></w:p></w:body></w:document>'
			}
		},
		expect: {
			text: 'Dear Anna,\n\nRefunds rose.\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 0, end: 10, place: { in: 'paragraph', paragraph: 1 } },
				{ start: 12, end: 25, place: { in: 'paragraph', paragraph: 2 } }
			]
		}
	},
	sniff: (bytes) => holdsPart(bytes, MAIN),
	async read(file, reading) {
		const { text, spans, isHiding } = await readable(file, reading);
		if (spans.length === 0) throw noText(file.name, 'its pages hold no words, perhaps only pictures');
		return ok({
			name: file.name,
			media: 'text/markdown',
			text,
			unit: 'line',
			table: null,
			warnings: isHiding ? [HIDDEN] : [],
			spans
		});
	},
	show: async (file, reading) => ok((await readable(file, reading)).marked)
});

/** The library unpacks and reads for itself, so every part is looked at before it may: sizes, entities, nesting. */
async function readable(file: RawFile, reading: Reading) {
	const office = openOffice(file, 'a Word document', reading);
	if (!office.has(MAIN)) throw corrupt(file.name, 'a Word document', 'its main part is missing');
	let isHiding = false;
	const open = (name: string, attribute: (name: string) => string | undefined) => {
		if (name === 'w:vanish') isHiding ||= !/^(?:0|false|off)$/i.test(attribute('w:val') ?? '');
	};
	for (const path of office.paths) {
		const bytes = await office.part(path);
		if (/\.(?:xml|rels)$/i.test(path)) await readXml(file, bytes, path === MAIN ? { open } : {}, reading);
	}
	const mammoth = (await import('mammoth')).default;
	const html = await convert(mammoth, file);
	reading.check();
	return { ...(await readHtml(file, html, reading)), isHiding };
}

async function convert(mammoth: typeof Mammoth, file: RawFile): Promise<string> {
	try {
		const { value } = await mammoth.convertToHtml(given(file.bytes), {
			convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
			externalFileAccess: false
		});
		return value;
	} catch (cause) {
		throw corrupt(file.name, 'a Word document', cause instanceof Error ? cause.message : String(cause));
	}
}

/** The browser's build takes the bytes by one name, the one for Node by the other. */
function given(bytes: Uint8Array): { arrayBuffer: ArrayBuffer; buffer: Buffer } {
	const { buffer } = new Uint8Array(bytes);
	return { arrayBuffer: buffer, buffer: buffer as unknown as Buffer };
}
