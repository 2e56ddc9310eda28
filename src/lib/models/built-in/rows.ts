import { cellNumber } from '$lib/core';
import { columnIndex, type Table } from './table';

/** A row that counts, with the table that it stands in and its number there, the column names being row 1. */
export interface Row {
	table: Table;
	cells: string[];
	number: number;
}

/** The rows of a table that hold something. */
export function filledRows(table: Table): Row[] {
	return table.rows
		.map((cells, index) => ({ table, cells, number: index + 2 }))
		.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

export function cellOf(row: Row, column: string): string {
	return (row.cells[columnIndex(row.table, column)] ?? '').trim();
}

/** The numbers in a column, the decimals that they are written with, and how many cells hold something else. */
export function numbersOf(
	rows: readonly Row[],
	column: string
): { numbers: number[]; decimals: number; odd: number } {
	const numbers: number[] = [];
	let decimals = 0;
	for (const row of rows) {
		const number = cellNumber(cellOf(row, column));
		if (!number) continue;
		numbers.push(number.value);
		decimals = Math.min(6, Math.max(decimals, number.decimals));
	}
	return { numbers, decimals, odd: rows.length - numbers.length };
}

const MOST_NAMED = 8;

/** One sentence for each table in which cells of a column hold no number, with the rows. */
export function gapsIn(rows: readonly Row[], column: string): string[] {
	const gaps = new Map<Table, string[]>();
	for (const row of rows) {
		const cell = cellOf(row, column);
		if (cellNumber(cell)) continue;
		const said = `row ${row.number} (${cell === '' ? 'empty' : `“${shortened(cell)}”`})`;
		const known = gaps.get(row.table);
		if (known) known.push(said);
		else gaps.set(row.table, [said]);
	}
	return [...gaps].map(([table, said]) => {
		const which = said.length === 1 ? 'it' : 'these';
		return `Column ${column} of ${table.document} has no number in ${listed(said)}; the figures leave ${which} out.`;
	});
}

function listed(said: readonly string[]): string {
	if (said.length > MOST_NAMED) {
		return `${said.slice(0, MOST_NAMED).join(', ')} and ${said.length - MOST_NAMED} more rows`;
	}
	return [said.slice(0, -1).join(', '), said[said.length - 1]].filter(Boolean).join(' and ');
}

function shortened(cell: string): string {
	return cell.length > 30 ? `${cell.slice(0, 29)}…` : cell;
}
