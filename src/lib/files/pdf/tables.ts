const maps = import.meta.glob<string>('/node_modules/pdfjs-dist/cmaps/*.bcmap', {
	query: '?url&no-inline',
	import: 'default',
	eager: true
});
const fonts = import.meta.glob<string>('/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}', {
	query: '?url&no-inline',
	import: 'default',
	eager: true
});

/**
 * Gives pdf.js the tables by which it reads Chinese, Japanese and Korean text, and the fonts that a PDF may name without
 * bringing them, each from its own file of ours.
 */
export class Tables {
	async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
		const url =
			kind === 'cMapUrl'
				? maps[`/node_modules/pdfjs-dist/cmaps/${filename}`]
				: fonts[`/node_modules/pdfjs-dist/standard_fonts/${filename}`];
		if (url === undefined) throw new Error(`There is no ${filename}.`);
		const response = await fetch(url);
		if (!response.ok) throw new Error(`${filename} could not be fetched.`);
		return new Uint8Array(await response.arrayBuffer());
	}
}

/** Canvases where there is no page to make them. */
export class Canvases {
	create(width: number, height: number) {
		const canvas = new OffscreenCanvas(width, height);
		return { canvas, context: canvas.getContext('2d') };
	}
	getNoAlphaContext(canvas: OffscreenCanvas) {
		return canvas.getContext('2d', { alpha: false });
	}
	reset({ canvas }: { canvas: OffscreenCanvas }, width: number, height: number): void {
		canvas.width = width;
		canvas.height = height;
	}
	destroy(made: { canvas: OffscreenCanvas | null; context: unknown }): void {
		made.canvas = null;
		made.context = null;
	}
}

/** Effects that need a page; without them a picture is drawn plainly. */
export class NoFilters {
	addFilter = none;
	addHCMFilter = none;
	addAlphaFilter = none;
	addLuminosityFilter = none;
	addKnockoutFilter = none;
	addHighlightHCMFilter = none;
	addSelectionHCMFilter = none;
	addSelectionFilter = none;
	createSelectionStyle(): null {
		return null;
	}
	destroy(): void {
		// Nothing was made.
	}
}

function none(): string {
	return 'none';
}
