import { afterAll, expect, it, test, vi } from 'vitest';
import { utf8, type Entry } from '../../../tests/fixtures/corpus/entry';
import { messages } from '../../../tests/fixtures/corpus/messages';
import { documents, workbooks } from '../../../tests/fixtures/corpus/office';
import { pdf, pdfs } from '../../../tests/fixtures/corpus/pages';
import { picture } from '../../../tests/fixtures/corpus/picture';
import { LIMITS } from '$lib/files';
import { placesIn, sayPlaces } from '$lib/core';
import fileUrl from '../../workers/file?worker&url';
import { fileRunner } from './file-runner';

vi.setConfig({ testTimeout: 90_000 });

const files = fileRunner(() => new Worker(fileUrl, { type: 'module' }));
afterAll(() => files.close());

/** The picture says in its head that it is this wide and high. */
async function claiming(side: number): Promise<Uint8Array> {
	const bytes = await picture([]);
	new DataView(bytes.buffer).setUint32(16, side);
	new DataView(bytes.buffer).setUint32(20, side);
	return bytes;
}

const pictures: Entry[] = [
	{
		format: 'image',
		name: 'invoice.png',
		make: () => picture(['Invoice 4711', 'Total 1,234.50 EUR']),
		text: 'Invoice 4711\nTotal 1,234.50 EUR\n',
		says: [['1,234.50', 'in the picture']],
		warns: 'PNG, 900 × 300 pixels'
	},
	{ format: 'image', name: 'blank.png', make: () => picture([]), code: 'file.no-text' },
	{ format: 'image', name: 'huge.png', make: () => claiming(60_000), code: 'file.unsafe' },
	{
		format: 'image',
		name: 'cut.png',
		make: async () => (await picture(['Words'])).slice(0, 60),
		code: 'file.corrupt'
	}
];

const some = [...workbooks, ...documents, ...messages].filter((entry) =>
	[
		'two.xlsx',
		'sparse.xlsx',
		'table.docx',
		'laughs.docx',
		'file.eml',
		'zone.ics',
		'bomb.zip',
		'two.pptx'
	].includes(entry.name)
);

test.each([...pdfs, ...some, ...pictures].map((entry) => [entry.name, entry] as const))(
	'%s, in the real worker',
	async (_, entry) => {
		const result = await files.read('test', { name: entry.name, bytes: await entry.make() });
		if (!result.ok || entry.code) {
			expect(result.ok ? 'read' : result.failure.code, result.ok ? '' : result.failure.message).toBe(
				entry.code
			);
			return;
		}
		const { text, spans = [], warnings, parts } = result.value;
		if (entry.text !== undefined && entry.format !== 'image') expect(text).toBe(entry.text);
		for (const [words, place] of entry.says ?? []) {
			const at = text.lastIndexOf(words);
			expect(at, text).toBeGreaterThanOrEqual(0);
			expect(sayPlaces(placesIn(text, spans, at, at + words.length))).toBe(place);
		}
		if (entry.parts) expect(parts?.map((part) => part.name)).toEqual(entry.parts);
		if (entry.warns) expect(warnings.join(' ')).toContain(entry.warns);
	}
);

it('says where on a page a line stands', async () => {
	const read = await files.read('test', { name: 'a.pdf', bytes: pdf([['One.', 'Two.']]) });
	if (!read.ok) throw new Error(read.failure.message);
	const [one, two] = (read.value.spans ?? []).map(({ place }) =>
		place.in === 'page' ? place.box : undefined
	);
	// 12 points high at x 50, the baseline 40 points below the top of 800; the next line 14 further down.
	expect(one?.x).toBeCloseTo(50, 0);
	expect(one && one.y + one.height).toBeGreaterThan(40);
	expect(one?.y).toBeLessThan(34);
	expect(two && one && two.y - one.y).toBeCloseTo(14, 0);
});

it('tells how far it is, and is stopped at a word', async () => {
	const pages = Array.from({ length: 400 }, (_, at) =>
		Array.from({ length: 45 }, (_, line) => `Line ${line} of page ${at} with some words to read in it.`)
	);
	const told: number[] = [];
	const reading = files.read('long', { name: 'long.pdf', bytes: pdf(pages) }, ({ unit, done, total }) => {
		expect([unit, total]).toEqual(['page', 400]);
		told.push(done);
		if (told.length === 3) files.stop('long');
	});
	const next = files.read('other', { name: 'a.txt', bytes: utf8('Next.') });
	expect(await reading).toMatchObject({ ok: false, failure: { code: 'file.worker', retryable: true } });
	expect(told.length).toBeGreaterThanOrEqual(3);
	expect(await next).toMatchObject({ ok: true, value: { text: 'Next.' } });
});

it('a reader that hangs is ended, told as too slow, and the next file is read', async () => {
	const hanging = new Blob(
		[
			'onmessage = ({ data }) => { if (data.path?.[0] === "read") for (;;); else postMessage({ id: data.id, type: "RAW", value: true }); }'
		],
		{ type: 'text/javascript' }
	);
	let isFirst = true;
	const limits = LIMITS as { seconds: number };
	const usual = limits.seconds;
	limits.seconds = 1;
	const runner = fileRunner(() => {
		const url = isFirst ? URL.createObjectURL(hanging) : fileUrl;
		const worker = new Worker(url, isFirst ? {} : { type: 'module' });
		isFirst = false;
		return worker;
	});
	const bytes = utf8('Hello.');
	expect(await runner.read('a', { name: 'a.txt', bytes })).toMatchObject({
		ok: false,
		failure: { code: 'file.too-slow', retryable: false }
	});
	limits.seconds = usual;
	expect(await runner.read('b', { name: 'b.txt', bytes })).toMatchObject({
		ok: true,
		value: { text: 'Hello.' }
	});
	runner.close();
});

it('draws a page, and what it says of a place is where the ink is', async () => {
	const bytes = pdf([['One.', 'Two.']]);
	const read = await files.read('test', { name: 'a.pdf', bytes });
	const drawn = await files.draw('test', { name: 'a.pdf', bytes }, 1);
	if (!read.ok || !drawn.ok || !drawn.value) throw new Error(drawn.ok ? 'not drawn' : drawn.failure.message);
	const { png, width, height, pages } = drawn.value;
	expect([width, height, pages]).toEqual([600, 800, 1]);
	const picture = await createImageBitmap(new Blob([new Uint8Array(png)]));
	const context = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
	context?.drawImage(picture, 0, 0);
	const scale = picture.width / width;
	const ink = (x: number, y: number, wide: number, high: number) => {
		const [left = 0, top = 0, across = 0, down = 0] = [x, y, wide, high].map((one) =>
			Math.round(one * scale)
		);
		return context
			?.getImageData(left, top, across, down)
			.data.some((value, at) => at % 4 === 0 && value < 128);
	};
	for (const { place } of read.value.spans ?? []) {
		if (place.in !== 'page' || !place.box) throw new Error('a line of a PDF has a box');
		expect(ink(place.box.x, place.box.y, place.box.width, place.box.height)).toBe(true);
		expect(ink(place.box.x + 200, place.box.y, 100, place.box.height)).toBe(false);
	}
});
