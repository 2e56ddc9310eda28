import type { Box } from '$lib/core';
import type { PDFPageProxy } from 'pdfjs-dist';

/** A line as it stands on a page. */
export interface PageLine {
	text: string;
	/** In points, from the top left of the page as it is shown. */
	box: Box;
	/** There is more room above it than between lines of one paragraph. */
	isApart: boolean;
}

/** The lines of a page, in the order of the file. */
export async function linesOf(page: PDFPageProxy): Promise<PageLine[]> {
	const viewport = page.getViewport({ scale: 1 });
	const { items } = await page.getTextContent();
	const lines: PageLine[] = [];
	let text = '';
	let box: Box | null = null;
	const end = () => {
		const said = text.replace(/\s+/g, ' ').trim();
		if (said !== '' && box) {
			const above = lines.at(-1)?.box;
			const room = above ? box.y - (above.y + above.height) : 0;
			lines.push({
				text: said,
				box: rounded(box),
				isApart: room > box.height * 0.7 || room < -box.height * 2
			});
		}
		[text, box] = ['', null];
	};
	for (const item of items) {
		if (!('str' in item)) continue;
		if (item.str.trim() !== '') box = around(box, boxOf(item, viewport));
		text += item.str;
		if (item.hasEOL) end();
	}
	end();
	return lines;
}

function boxOf(
	item: { transform: number[]; width: number; height: number },
	viewport: ReturnType<PDFPageProxy['getViewport']>
): Box {
	const [a = 0, b = 0, , , x = 0, y = 0] = item.transform;
	const size = item.height || Math.hypot(a, b);
	// Letters reach a little below the line that they stand on.
	const [left, top] = viewport.convertToViewportPoint(x, y - size * 0.22) as [number, number];
	const [right, bottom] = viewport.convertToViewportPoint(x + item.width, y + size * 0.85) as [
		number,
		number
	];
	return {
		x: Math.min(left, right),
		y: Math.min(top, bottom),
		width: Math.abs(right - left),
		height: Math.abs(bottom - top)
	};
}

function around(one: Box | null, other: Box): Box {
	if (!one) return other;
	const x = Math.min(one.x, other.x);
	const y = Math.min(one.y, other.y);
	return {
		x,
		y,
		width: Math.max(one.x + one.width, other.x + other.width) - x,
		height: Math.max(one.y + one.height, other.y + other.height) - y
	};
}

function rounded({ x, y, width, height }: Box): Box {
	const [left = 0, top = 0, wide = 0, high = 0] = [x, y, width, height].map(
		(one) => Math.round(one * 10) / 10
	);
	return { x: left, y: top, width: wide, height: high };
}
