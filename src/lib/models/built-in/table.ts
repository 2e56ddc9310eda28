import Papa from 'papaparse';
import type { Block } from './prompt';

/** A table of the material. Row n of the source is `rows[n - 2]`: the column names stand in row 1. */
export interface Table {
	document: string;
	columns: string[];
	rows: string[][];
}

/** The table in a CSV block. */
export function readTable(block: Block): Table {
	const { data } = Papa.parse<string[]>(block.text, { delimiter: ',', header: false, skipEmptyLines: false });
	const [columns = [], ...rows] = data;
	while (rows.length > 0 && rows[rows.length - 1]?.every((cell) => cell.trim() === '')) rows.pop();
	return { document: block.name, columns: columns.map((name) => name.trim()), rows };
}

/** Where a column stands, whatever the case, underscores and plural of its name; -1 when there is none. */
export function columnIndex(table: Table, name: string): number {
	const wanted = plainName(name);
	const exact = table.columns.findIndex((column) => plainName(column) === wanted);
	if (exact >= 0) return exact;
	return table.columns.findIndex((column) => singular(plainName(column)) === singular(wanted));
}

function plainName(name: string): string {
	return name
		.toLowerCase()
		.replace(/[\s_-]+/g, ' ')
		.trim();
}

function singular(name: string): string {
	return name.replace(/ies$/, 'y').replace(/s$/, '');
}

/** A cell with a number in it: the value and the decimals it is written with. */
export interface CellNumber {
	value: number;
	decimals: number;
}

/** The number in a cell, with or without unit and thousands marks; null when the cell holds something else. */
export function numberOf(cell: string): CellNumber | null {
	const bare = cell.replace(/[€$£%\s\u00a0\u202f']/g, '').replace('−', '-');
	let plain: string | null = null;
	if (/^[-+]?\d+(\.\d+)?$/.test(bare)) plain = bare;
	else if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) plain = bare.replaceAll(',', '');
	else if (/^[-+]?\d{1,3}(\.\d{3})+,\d+$/.test(bare)) plain = bare.replaceAll('.', '').replace(',', '.');
	else if (/^[-+]?\d+,\d{1,2}$/.test(bare)) plain = bare.replace(',', '.');
	if (plain === null) return null;
	const point = plain.indexOf('.');
	return { value: Number(plain), decimals: point < 0 ? 0 : plain.length - point - 1 };
}

/** Rounds half away from zero, on the decimal form, so that 1.005 with two decimals is 1.01. */
export function rounded(value: number, decimals: number): number {
	const shifted = Number(`${Math.abs(value)}e${decimals}`);
	if (!Number.isFinite(shifted)) return value;
	const back = Number(`${Math.round(shifted)}e-${decimals}`);
	return value < 0 ? -back : back;
}
