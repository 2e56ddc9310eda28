import { fail, failure, ok, type Json, type Result } from '$lib/core';
import { Marked, type Tokens } from 'marked';
import type { Approved } from './output-contract';

export type Cell = string | number | boolean | null;

/**
 * The table in a value: a list of records or of rows as data, else the first table of a Markdown text, else comma-separated
 * text. The first row has the names.
 */
export async function rowsOf({ content, media }: Approved): Promise<Result<Cell[][]>> {
	if (media === 'text/csv' && typeof content === 'string') {
		const { default: Papa } = await import('papaparse');
		return ok(
			Papa.parse<string[]>(content, { skipEmptyLines: 'greedy' }).data.map((row) => row.map(numbered))
		);
	}
	const found = typeof content === 'string' ? markdownRows(content) : dataRows(content);
	if (found) return ok(found);
	return fail(
		failure(
			'save.no-table',
			'The approved result has no table: it is neither a list of records nor a text with a table in it. Nothing was written; save it as Markdown or JSON instead.'
		)
	);
}

function markdownRows(text: string): Cell[][] | null {
	const table = new Marked({ gfm: true })
		.lexer(text)
		.find((token): token is Tokens.Table => token.type === 'table');
	if (!table) return null;
	return [table.header, ...table.rows].map((row) => row.map((cell) => numbered(cell.text)));
}

function dataRows(data: Json): Cell[][] | null {
	const list = Array.isArray(data) ? data : onlyList(data);
	if (!list || list.length === 0) return null;
	if (list.every(Array.isArray)) return list.map((row) => row.map(cellOf));
	const records = list.filter(isRecord);
	if (records.length !== list.length) return null;
	const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
	return [names, ...records.map((record) => names.map((name) => cellOf(record[name] ?? null)))];
}

/** A record whose one list is what it is about, such as `{"rows": [...]}`. */
function onlyList(data: Json): Json[] | null {
	if (!isRecord(data)) return null;
	const lists = Object.values(data).filter(Array.isArray);
	return lists.length === 1 ? (lists[0] ?? null) : null;
}

function isRecord(value: Json): value is Record<string, Json> {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function cellOf(value: Json): Cell {
	return value !== null && typeof value === 'object' ? JSON.stringify(value) : value;
}

/** Plain numbers become numbers; what has a sign of its own, such as a leading zero, stays as it is written. */
function numbered(text: string): Cell {
	return /^-?(?:0|[1-9]\d{0,14})(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}
