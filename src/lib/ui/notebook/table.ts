import { sayScalar } from './shapes';

export type Scalar = string | number | boolean | null;

/** Rows of scalars under named columns. */
export interface Table {
	columns: string[];
	rows: Scalar[][];
}

/** Which column a table is in the order of; null is its own order. */
export type Order = { column: number; down: boolean } | null;

const inWords = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** The rows that have every word of a query in some cell, as cells are shown or stored; case does not matter. */
export function filterRows(rows: readonly Scalar[][], query: string): Scalar[][] {
	const words = query.toLocaleLowerCase('en').split(/\s+/).filter(Boolean);
	if (words.length === 0) return [...rows];
	return rows.filter((row) => {
		const text = row.map((cell) => `${sayScalar(cell)}\n${String(cell)}`.toLocaleLowerCase('en')).join('\n');
		return words.every((word) => text.includes(word));
	});
}

/** Rows in the order of a column: numbers by size, text as people sort it. What is not there comes last, either way. */
export function sortRows(rows: readonly Scalar[][], order: Order): Scalar[][] {
	if (order === null) return [...rows];
	const { column, down } = order;
	return [...rows].sort((a, b) => {
		const [x = null, y = null] = [a[column], b[column]];
		if (isNothing(x) || isNothing(y)) return Number(isNothing(x)) - Number(isNothing(y));
		const by = typeof x === 'number' && typeof y === 'number' ? x - y : inWords.compare(String(x), String(y));
		return down ? -by : by;
	});
}

/** What a click on the head of a column leads to: up, down, its own order again. */
export function nextOrder(order: Order, column: number): Order {
	if (order?.column !== column) return { column, down: false };
	return order.down ? null : { column, down: true };
}

/** Columns that hold nothing but numbers: they stand at the right. */
export function numericColumns({ columns, rows }: Table): boolean[] {
	return columns.map((_, at) => {
		const there = rows.map((row) => row[at] ?? null).filter((cell) => !isNothing(cell));
		return there.length > 0 && there.every((cell) => typeof cell === 'number');
	});
}

/** A table as CSV, values as stored. What a spreadsheet would take for a formula is made text. */
export async function csvOf({ columns, rows }: Table): Promise<string> {
	const { default: Papa } = await import('papaparse');
	return Papa.unparse({ fields: columns, data: rows }, { escapeFormulae: true });
}

function isNothing(cell: Scalar): boolean {
	return cell === null || cell === '';
}
