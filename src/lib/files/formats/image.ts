import { ok } from '$lib/core';
import { defineFormat, type RawFile } from '../contract';
import { pictureFacts, type PictureFacts } from '../picture/facts';
import { gatherProse } from '../prose';
import type { Reading } from '../reading';
import { corrupt, noText, unsafe } from '../refusals';

/** More pixels than this do not fit into memory several times over. */
const MOST_PIXELS = 50_000_000;
/** Longer sides are made this long: more tells the recogniser nothing. */
const LONGEST_SIDE = 3_000;
/** Lines below this are more likely a pattern than words. */
const UNSURE = 30;
const DOUBTFUL = 70;

export default defineFormat({
	id: 'image',
	title: 'Picture',
	extensions: ['png', 'jpg', 'jpeg', 'gif', 'webp', 'bmp'],
	media: 'text/plain',
	example: {
		name: 'receipt.png',
		content: {
			base64:
				'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='
		},
		expect: {}
	},
	sniff: (bytes) => pictureFacts(bytes) !== null,
	async read(file, reading) {
		const facts = pictureFacts(file.bytes);
		if (!facts) throw corrupt(file.name, 'a picture', 'it does not begin like one');
		if (facts.width * facts.height > MOST_PIXELS)
			throw unsafe(file.name, `claims to be ${facts.width} by ${facts.height} pixels`);
		const { png, scale } = await pngOf(file, facts, reading);
		const { recognise } = await import('../picture/recognise');
		await reading.pause();
		const lines = (await recognise(png)).filter((line) => line.sure >= UNSURE);
		const prose = gatherProse(reading);
		for (const { text, box, isApart } of lines) {
			if (isApart) prose.gap();
			const [x = 0, y = 0, width = 0, height = 0] = [box.x, box.y, box.width, box.height].map((one) =>
				Math.round(one / scale)
			);
			prose.add(text, { in: 'picture', box: { x, y, width, height } });
		}
		if (prose.isEmpty) throw noText(file.name, `no printed words were found in the picture (${said(facts)})`);
		const doubtful = lines.filter((line) => line.sure < DOUBTFUL).length;
		const warnings = [
			`The words were recognised in a picture (${said(facts)}), as English: compare names and numbers with it.`,
			...(doubtful > 0
				? [`${doubtful} of ${lines.length} lines are doubtful, such as small or handwritten ones.`]
				: [])
		];
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

function said({ kind, width, height }: PictureFacts): string {
	return width > 0 ? `${kind}, ${width} × ${height} pixels` : kind;
}

/** The picture as the recogniser takes it, on white. `scale` is its size there against its own. */
async function pngOf(
	file: RawFile,
	facts: PictureFacts,
	reading: Reading
): Promise<{ png: Uint8Array; scale: number }> {
	let picture: ImageBitmap;
	try {
		picture = await createImageBitmap(new Blob([new Uint8Array(file.bytes)]));
	} catch {
		throw corrupt(file.name, `a picture (${facts.kind})`, 'it cannot be drawn');
	}
	try {
		reading.check();
		const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
		const [width, height] = [Math.ceil(picture.width * scale), Math.ceil(picture.height * scale)];
		const canvas = new OffscreenCanvas(width, height);
		const context = canvas.getContext('2d');
		if (!context) throw noText(file.name, 'this browser cannot draw pictures in the background');
		context.fillStyle = 'white';
		context.fillRect(0, 0, width, height);
		context.drawImage(picture, 0, 0, width, height);
		const blob = await canvas.convertToBlob({ type: 'image/png' });
		return { png: new Uint8Array(await blob.arrayBuffer()), scale };
	} finally {
		picture.close();
	}
}
