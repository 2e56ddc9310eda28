/** A stretch of a document, lines counted from 1. */
export interface Place {
	from: number;
	to: number;
}

/** Reads `rows 2–231`, `row 5`, `line 12` or `lines 3-8`; null for anything else. */
export function parsePlace(place: string): Place | null {
	const match = /^(?:rows?|lines?)\s+(\d+)(?:\s*[–—-]\s*(\d+))?$/i.exec(place.trim());
	if (!match) return null;
	const from = Number(match[1]);
	const to = Number(match[2] ?? match[1]);
	return from >= 1 && to >= from ? { from, to } : null;
}

/** One line of a document as it is shown. */
export interface NumberedLine {
	number: number;
	text: string;
}

/** The lines of a place, at most `most` of them, with the number of lines that were left out. */
export function linesAt(text: string, place: Place, most = 40): { lines: NumberedLine[]; left: number } {
	const all = text.split('\n');
	const last = Math.min(place.to, all.length);
	const shown = Math.max(0, Math.min(last - place.from + 1, most));
	const lines = Array.from({ length: shown }, (_, index) => ({
		number: place.from + index,
		text: all[place.from - 1 + index] ?? ''
	}));
	return { lines, left: Math.max(0, last - place.from + 1 - shown) };
}

/** One row of comma-separated text; quotes may hold commas and doubled quotes. */
export function cellsIn(row: string): string[] {
	const cells: string[] = [];
	let cell = '';
	let quoted = false;
	for (let at = 0; at < row.length; at += 1) {
		const sign = row[at] ?? '';
		if (quoted && sign === '"' && row[at + 1] === '"') {
			cell += '"';
			at += 1;
		} else if (sign === '"') {
			quoted = !quoted;
		} else if (sign === ',' && !quoted) {
			cells.push(cell);
			cell = '';
		} else {
			cell += sign;
		}
	}
	cells.push(cell);
	return cells;
}
