/** Making a rectangle of the rows as they were parsed, and saying what had to be done for it. */

export interface Tidy {
	columns: string[];
	/** Rows below the names, each as long as `columns`, no line break in any cell. */
	rows: string[][];
	warnings: string[];
}

/** How many rows a warning quotes before it says "and n more". */
const QUOTED_ROWS = 5;

/**
 * `raw[0]` holds the column names; row n of the file is `raw[n - 1]`. `usual` is the number of cells that most rows
 * have: when the names are fewer, columns are added, so that nothing falls off. Short rows get empty cells. Cells
 * beyond the last column are told in a warning. Empty rows at the end are left out. `numberOf` gives the number by which
 * a warning calls `raw[index]`.
 */
export function tidy(
	raw: string[][],
	usual?: number,
	numberOf: (index: number) => number = (index) => index + 1
): Tidy {
	const warnings: string[] = [];
	const names = raw[0] ?? [];
	let end = raw.length;
	while (end > 1 && (raw[end - 1] ?? []).every((cell) => cell.trim() === '')) end -= 1;
	const columns = nameColumns(names, Math.max(names.length, usual ?? 0, 1), warnings);
	const width = columns.length;
	const short: number[] = [];
	const empty: number[] = [];
	const long: { row: number; extra: string[] }[] = [];
	const rows: string[][] = [];
	for (let index = 1; index < end; index += 1) {
		const cells = (raw[index] ?? []).map(flatten);
		const isEmpty = cells.every((cell) => cell.trim() === '');
		if (isEmpty) empty.push(numberOf(index));
		else if (cells.length < width) short.push(numberOf(index));
		const extra = cells.splice(width).filter((cell) => cell.trim() !== '');
		if (extra.length > 0) long.push({ row: numberOf(index), extra });
		while (cells.length < width) cells.push('');
		rows.push(cells);
	}
	if (short.length > 0) warnings.push(`Cells are missing in ${listRows(short)}; they were taken as empty.`);
	if (empty.length > 0) warnings.push(`Nothing is in ${listRows(empty)}.`);
	if (long.length > 0) warnings.push(sayLong(long));
	return { columns, rows, warnings };
}

function sayLong(long: { row: number; extra: string[] }[]): string {
	const quoted = long
		.slice(0, QUOTED_ROWS)
		.map(({ row, extra }) => `row ${row}: ${extra.map((cell) => `“${shorten(cell)}”`).join(', ')}`)
		.join('; ');
	const more = long.length > QUOTED_ROWS ? `; and ${long.length - QUOTED_ROWS} more rows` : '';
	return `There are cells beyond the last column, which were left out (${quoted}${more}).`;
}

function nameColumns(names: string[], width: number, warnings: string[]): string[] {
	const given = Array.from({ length: width }, (_, index) => flatten(names[index] ?? '').trim());
	const taken = new Set(given.filter((name) => name !== ''));
	const seen = new Set<string>();
	const next = new Map<string, number>();
	const columns = given.map((name, index) => {
		const unique =
			name !== '' && !seen.has(name)
				? name
				: freeName(name === '' ? `column ${index + 1}` : name, taken, next);
		seen.add(unique);
		taken.add(unique);
		return unique;
	});
	if (names.length < width) {
		warnings.push(
			`Row 1 has fewer cells (${names.length}) than most rows (${width}), so columns were added. ` +
				'If the column names stand further down, delete the lines above them.'
		);
	}
	const unnamed = columns.filter((_, index) => index < names.length && given[index] === '');
	if (unnamed.length > 0) warnings.push(`Columns without a name were called ${quoteAll(unnamed)}.`);
	const renamed = columns.filter((name, index) => given[index] !== '' && given[index] !== name);
	if (renamed.length > 0) {
		warnings.push(`Some columns have the same name; the later ones were called ${quoteAll(renamed)}.`);
	}
	if (names.length > 1 && names.every((name) => /^\s*-?\d[\d.,]*\s*$/.test(name))) {
		warnings.push('Row 1 has only numbers in it; it was taken as the column names all the same.');
	}
	return columns;
}

/** `next` keeps the number to go on with for each name, since a thousand columns may have the same one. */
function freeName(wanted: string, taken: Set<string>, next: Map<string, number>): string {
	if (!taken.has(wanted)) return wanted;
	for (let count = next.get(wanted) ?? 2; ; count += 1) {
		const name = `${wanted} ${count}`;
		if (taken.has(name)) continue;
		next.set(wanted, count + 1);
		return name;
	}
}

/** A line break inside a cell would move every row below it. */
function flatten(cell: string): string {
	return cell.includes('\n') ? cell.replace(/\n+/g, ' ') : cell;
}

function quoteAll(names: string[]): string {
	const shown = names.slice(0, 10).map((name) => `“${shorten(name)}”`);
	return shown.join(', ') + (names.length > 10 ? ` and ${names.length - 10} more` : '');
}

function shorten(text: string): string {
	return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** `row 4` or `rows 4, 9, 12 and 30 more`. */
export function listRows(rows: number[]): string {
	const shown = rows.slice(0, 10).join(', ');
	const more = rows.length > 10 ? ` and ${rows.length - 10} more` : '';
	return `${rows.length === 1 ? 'row' : 'rows'} ${shown}${more}`;
}
