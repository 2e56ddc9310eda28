import { totalRows } from '$lib/core';
import Papa from 'papaparse';
import type { Block } from './prompt';

/** A table of the material. Row n of the source is `rows[n - 2]`: the column names stand in row 1. */
export interface Table {
	document: string;
	columns: string[];
	rows: string[][];
	/** Rows of the source behind these that add them up, counted as there; they are no data. */
	totals: number[];
}

/** The table in a CSV block. */
export function readTable(block: Block): Table {
	const parsed = Papa.parse<string[]>(block.text, { delimiter: ',', header: false, skipEmptyLines: false });
	const [columns = [], ...rows] = parsed.data;
	while (rows.length > 0 && rows[rows.length - 1]?.every((cell) => cell.trim() === '')) rows.pop();
	const data = rows.length - totalRows(rows);
	const totals = rows.slice(data).map((_, index) => data + index + 2);
	return {
		document: block.name,
		columns: columns.map((name) => name.trim()),
		rows: rows.slice(0, data),
		totals
	};
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

/** Rounds half away from zero, on the decimal form, so that 1.005 with two decimals is 1.01. */
export function rounded(value: number, decimals: number): number {
	const shifted = Number(`${Math.abs(value)}e${decimals}`);
	if (!Number.isFinite(shifted)) return value;
	const back = Number(`${Math.round(shifted)}e-${decimals}`);
	return value < 0 ? -back : back;
}
