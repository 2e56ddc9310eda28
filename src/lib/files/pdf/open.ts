import type { PDFDocumentProxy } from 'pdfjs-dist';
import type { RawFile } from '../contract';
import { corrupt, encrypted } from '../refusals';

/**
 * Opens a PDF with the parser in this very thread: it is meant for a worker of ours, which is ended whole when a file
 * hangs. Nothing in the file is run (this version has no way to), and nothing but tables and fonts of our own is fetched. Throws {@link Refused}.
 */
export async function openPdf(file: RawFile): Promise<PDFDocumentProxy> {
	const [pdfjs, parser, { Canvases, NoFilters, Tables }] = await Promise.all([
		import('pdfjs-dist'),
		import('pdfjs-dist/build/pdf.worker.mjs'),
		import('./tables')
	]);
	// Where pdf.js finds its parser, it starts no worker of its own.
	Object.assign(globalThis, { pdfjsWorker: parser });
	try {
		return await pdfjs.getDocument({
			// It takes the buffer away, so it is given a copy.
			data: file.bytes.slice(),
			useWorkerFetch: false,
			useWasm: false,
			useSystemFonts: false,
			disableFontFace: true,
			cMapPacked: true,
			BinaryDataFactory: Tables,
			CanvasFactory: Canvases,
			FilterFactory: NoFilters,
			cMapUrl: 'maps/',
			standardFontDataUrl: 'fonts/',
			verbosity: 0
		}).promise;
	} catch (cause) {
		if (cause instanceof Error && cause.name === 'PasswordException') throw encrypted(file.name);
		throw corrupt(file.name, 'a PDF', cause instanceof Error ? cause.message : String(cause));
	}
}
