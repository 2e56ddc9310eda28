import { ok, type Result } from '$lib/core';
import type { Drawing, RawFile } from '../contract';
import type { Reading } from '../reading';
import { corrupt } from '../refusals';
import { openPdf } from './open';

/** Pixels a point; sharp enough to be read at the width of a column. */
const SCALE = 1.5;
/** Longest side of the picture of a page, in pixels. */
const LONGEST = 3_000;

/** A page as a picture, drawn in the worker. Throws {@link Refused}. */
export async function drawPage(file: RawFile, number: number, reading: Reading): Promise<Result<Drawing>> {
	const pdf = await openPdf(file);
	try {
		reading.check();
		const page = await pdf.getPage(Math.max(1, Math.min(number, pdf.numPages)));
		const { width, height } = page.getViewport({ scale: 1 });
		const scale = Math.min(SCALE, LONGEST / Math.max(width, height));
		const viewport = page.getViewport({ scale });
		const canvas = new OffscreenCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
		await page.render({ canvas: canvas as unknown as HTMLCanvasElement, viewport }).promise;
		const png = await canvas.convertToBlob({ type: 'image/png' });
		return ok({ png: new Uint8Array(await png.arrayBuffer()), width, height, pages: pdf.numPages });
	} catch (cause) {
		throw corrupt(file.name, 'a PDF', cause instanceof Error ? cause.message : String(cause));
	} finally {
		await pdf.loadingTask.destroy();
	}
}
