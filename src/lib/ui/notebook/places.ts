/** A stretch of a document, lines counted from 1. */
export interface Place {
	from: number;
	to: number;
}

/** One line of a document as it is shown. */
export interface NumberedLine {
	number: number;
	text: string;
}

/** The lines of a place, or of several, at most `most` of them, with the number of lines that were left out. */
export function linesAt(
	text: string,
	place: Place | readonly Place[],
	most = 40
): { lines: NumberedLine[]; left: number } {
	const all = text.split('\n');
	const lines: NumberedLine[] = [];
	let left = 0;
	for (const { from, to } of [place].flat()) {
		const last = Math.min(to, all.length);
		const shown = Math.max(0, Math.min(last - from + 1, most - lines.length));
		for (let number = from; number < from + shown; number++)
			lines.push({ number, text: all[number - 1] ?? '' });
		left += Math.max(0, last - from + 1 - shown);
	}
	return { lines, left };
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
