import type { Box } from '$lib/core';
import dataUrl from '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz?url';
import engineUrl from 'tesseract.js-core/tesseract-core-simd-lstm.wasm?url';
import load, { type Tesseract } from 'tesseract.js-core/tesseract-core-simd-lstm.js';

/** A line that was recognised in a picture. */
export interface SeenLine {
	text: string;
	box: Box;
	/** How sure the recogniser is, 0 to 100; the mean of the words. */
	sure: number;
	/** A new paragraph begins with it. */
	isApart: boolean;
}

const NEURAL = 1;
const LANGUAGE = 'eng';
let loaded: Promise<Tesseract> | null = null;

/** Recognises printed English in a PNG. Its engine and language data, 6 MB, are fetched once, at the first picture. */
export async function recognise(png: Uint8Array): Promise<SeenLine[]> {
	loaded ??= prepare();
	let engine: Tesseract;
	try {
		engine = await loaded;
	} catch (cause) {
		loaded = null;
		throw cause;
	}
	const recogniser = new engine.TessBaseAPI();
	try {
		if (recogniser.Init(null, LANGUAGE, NEURAL) !== 0) throw new Error('The recogniser could not be opened.');
		engine.FS.writeFile('/input', png);
		if (recogniser.SetImageFile(1, 0) === 1) throw new Error('The picture could not be taken.');
		recogniser.Recognize(null);
		return linesOf(recogniser.GetTSVText(0));
	} finally {
		recogniser.End();
		engine.destroy(recogniser);
	}
}

async function prepare(): Promise<Tesseract> {
	const [wasmBinary, data] = await Promise.all([bytesAt(engineUrl), bytesAt(dataUrl)]);
	const engine = await load({ wasmBinary });
	engine.FS.writeFile(`${LANGUAGE}.traineddata`, await unzipped(data));
	return engine;
}

async function bytesAt(url: string): Promise<ArrayBuffer> {
	const response = await fetch(url);
	if (!response.ok) throw new Error(`The text recogniser could not be fetched (${response.status}).`);
	return response.arrayBuffer();
}

/** Some servers unzip on the way. */
async function unzipped(data: ArrayBuffer): Promise<Uint8Array> {
	const bytes = new Uint8Array(data);
	if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
	return (await import('fflate')).gunzipSync(bytes);
}

/** Reads the table of words: level, page, block, paragraph, line, word, left, top, width, height, sureness, text. */
function linesOf(table: string): SeenLine[] {
	const lines = new Map<string, { words: string[]; sure: number[]; box: Box; paragraph: string }>();
	for (const row of table.split('\n')) {
		const cells = row.split('\t');
		const [level, page, block, paragraph, line, , x, y, width, height, sure, text = ''] = cells;
		const key = [page, block, paragraph, line].join(' ');
		if (level === '4') {
			const box = { x: Number(x), y: Number(y), width: Number(width), height: Number(height) };
			lines.set(key, { words: [], sure: [], box, paragraph: [page, block, paragraph].join(' ') });
		} else if (level === '5' && text.trim() !== '') {
			lines.get(key)?.words.push(text.trim());
			lines.get(key)?.sure.push(Number(sure));
		}
	}
	const found = [...lines.values()].filter((line) => line.words.length > 0);
	return found.map((line, index) => ({
		text: line.words.join(' '),
		box: line.box,
		sure: line.sure.reduce((sum, one) => sum + one, 0) / line.sure.length,
		isApart: line.paragraph !== found[index - 1]?.paragraph
	}));
}
