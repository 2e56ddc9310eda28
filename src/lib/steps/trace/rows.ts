/** Finding one's way in the tables of a Markdown text. */

/** For each line the column heads of the table that it is a row of; null for a line that is none. */
export function headsOf(lines: readonly string[]): (string[] | null)[] {
	let heads: string[] | null = null;
	return lines.map((line, index) => {
		if (!isRow(line)) return (heads = null);
		if (/^\s*\|?\s*:?-{2,}/.test(lines[index + 1] ?? '')) heads = cellsOf(line);
		return heads ?? [];
	});
}

export function isRow(line: string): boolean {
	return line.trimStart().startsWith('|');
}

function cellsOf(row: string): string[] {
	const bare = row.trim().replace(/^\||\|$/g, '');
	return bare.split('|').map((cell) => cell.replace(/[*_`]/g, '').trim());
}

/** The column, counted from 0, in which an offset of a row stands. */
export function columnAt(row: string, at: number): number {
	return row.slice(0, at).trimStart().split('|').length - 2;
}

/** The column with a report's own figures: of “this week” and “last week” the first, else the one after the names. */
export function ownColumn(heads: readonly string[]): number {
	const own = heads.findIndex((head, at) => at > 0 && /^(?:this|current|now)\b/i.test(head));
	return own > 0 ? own : 1;
}

/** Does a column hold what was true before? */
export function isEarlier(head: string | undefined): boolean {
	return head !== undefined && /^(?:last|previous|prior|before|earlier)\b/i.test(head);
}
