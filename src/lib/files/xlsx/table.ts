import type { Span } from '$lib/core';
import type PapaParse from 'papaparse';
import type { Document } from '../contract';
import type { Reading } from '../reading';
import { totalsIn } from '../table';
import { listRows, tidy } from '../tidy';
import type { Cell } from './sheet';

/** More empty rows than this in a row are left out. */
const LONGEST_GAP = 100;

/** One sheet as a table: line n of its text is told by a span to be a row of the sheet. */
export function tableOfCells(
	name: string,
	sheet: string,
	cells: readonly Cell[],
	Papa: typeof PapaParse,
	reading: Reading
): Document {
	const warnings: string[] = [];
	const left = cells.reduce((least, cell) => Math.min(least, cell.column), Infinity);
	const { rows, numbers } = rowsOf(cells, left, warnings);
	const head = headAt(rows);
	if (head > 0) {
		const above = rows
			.slice(0, head)
			.flatMap((row) => row.filter((cell) => cell.trim() !== ''))
			.map((cell) => `“${cell.length > 60 ? `${cell.slice(0, 60)}…` : cell}”`);
		warnings.push(`Above the table stands ${above.join(', ')}; it was left out of the table.`);
	}
	const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
	reading.cells(rows.length * width);
	// A cell that is empty is not missing in a sheet.
	const table = rows.slice(head).map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
	const numberOf = (index: number) => numbers[head + index] ?? 0;
	const made = tidy(table, width, numberOf);
	warnings.push(...made.warnings, ...totalsIn(name, made.rows, numberOf));
	if (made.rows.length === 0) warnings.push('The table has column names but no rows.');
	const text = `${Papa.unparse([made.columns, ...made.rows], { newline: '\n' })}\n`;
	reading.text(text.length);
	return {
		name,
		media: 'text/csv',
		text,
		unit: 'row',
		table: { columns: made.columns, rows: made.rows.length },
		warnings,
		spans: spansOf(text, numbers.slice(head), sheet, left)
	};
}

/** Rows from the first filled one on, and the number that each has in the sheet. */
function rowsOf(
	cells: readonly Cell[],
	left: number,
	warnings: string[]
): { rows: string[][]; numbers: number[] } {
	const byRow = new Map<number, Cell[]>();
	for (const cell of cells) {
		const known = byRow.get(cell.row);
		if (known) known.push(cell);
		else byRow.set(cell.row, [cell]);
	}
	const rows: string[][] = [];
	const numbers: number[] = [];
	const gaps: number[] = [];
	for (const number of [...byRow.keys()].sort((a, b) => a - b)) {
		const last = numbers.at(-1) ?? number - 1;
		if (number - last > LONGEST_GAP) gaps.push(number);
		else
			for (let empty = last + 1; empty < number; empty += 1) {
				rows.push([]);
				numbers.push(empty);
			}
		const row: string[] = [];
		for (const cell of byRow.get(number) ?? []) {
			const at = cell.column - left;
			while (row.length < at) row.push('');
			row[at] = cell.text;
		}
		rows.push(row);
		numbers.push(number);
	}
	if (gaps.length > 0) warnings.push(`Many empty rows above ${listRows(gaps)} of the sheet were left out.`);
	return { rows, numbers };
}

/** Titles above a table have one cell; the column names are the first row that is about as wide as the table. */
function headAt(rows: readonly string[][]): number {
	const width = widthOf(rows);
	if (width < 2) return 0;
	const filled = (row: readonly string[]) => row.filter((cell) => cell.trim() !== '').length;
	const head = rows.findIndex((row) => filled(row) >= Math.max(2, width / 2));
	return head > 0 && rows.slice(0, head).every((row) => filled(row) <= 1) ? head : 0;
}

/** The width that most of the first rows have. */
function widthOf(rows: readonly string[][]): number {
	const widths = new Map<number, number>();
	for (const row of rows.slice(0, 100)) {
		if (row.length > 1) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
	}
	return [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0]?.[0] ?? 1;
}

/** One span for each stretch of rows that follow each other in the sheet. */
function spansOf(text: string, numbers: readonly number[], sheet: string, left: number): Span[] {
	const spans: Span[] = [];
	let start = 0;
	let at = 0;
	for (let index = 0; at < text.length; index += 1) {
		at = text.indexOf('\n', at) + 1;
		const [here, next] = [numbers[index] ?? 0, numbers[index + 1]];
		if (next === here + 1 && at < text.length) continue;
		const first = spans.length === 0 ? 0 : start;
		const lines = text.slice(first, at).split('\n').length - 1;
		spans.push({
			start: first,
			end: at,
			place: { in: 'cell', sheet, row: here - lines + 1, column: left }
		});
		start = at;
	}
	return spans;
}
