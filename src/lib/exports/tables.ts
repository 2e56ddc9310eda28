import type { Json } from '$lib/core';
import { cellsOf, type CellView } from '$lib/run';
import { jsonOf, textOf, type ExportSource } from './contract';

/** What the steps of a run made, as tables. */

export type Scalar = string | number | boolean | null;

export interface Table {
	title: string;
	columns: string[];
	rows: Scalar[][];
}

/** One output as data: parsed JSON, else its text; null where it is neither, or was left out. */
export interface StepData {
	id: string;
	title: string;
	value: Json | null;
	text: string | null;
}

export function dataOf(source: ExportSource): StepData[] {
	return cellsOf(source.state).flatMap((cell): StepData[] => {
		const output = cell.state.output;
		if (!output) return [];
		const isJson = output.media === 'application/json';
		const text = textOf(source, output.hash);
		return [
			{
				id: cell.id,
				title: titleOf(cell),
				value: isJson ? jsonOf(source, output.hash) : null,
				text: isJson || text === '' ? null : text
			}
		];
	});
}

/** A table for every step whose output is data: lists of records have their columns, anything else a row for each value. */
export function tablesOf(source: ExportSource): Table[] {
	return dataOf(source).flatMap(({ title, value }) => (value === null ? [] : [asTable(title, value)]));
}

function titleOf({ id, step }: CellView): string {
	return id === step.id ? step.title : `${step.title} (${id})`;
}

function asTable(title: string, value: Json): Table {
	if (Array.isArray(value) && value.length > 0 && value.every(isRecord)) {
		const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
		const rows = value.map((row) => columns.map((column) => scalarOf(row[column] ?? null)));
		return { title, columns, rows };
	}
	return { title, columns: ['field', 'value'], rows: leavesOf(value, '') };
}

function isRecord(value: Json): value is Record<string, Json> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalarOf(value: Json): Scalar {
	return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

/** Every value with its path, such as `orders[2].total`. */
export function leavesOf(value: Json, path: string): [string, Scalar][] {
	if (typeof value !== 'object' || value === null) return [[path || 'value', value]];
	if (Array.isArray(value)) return value.flatMap((inner, index) => leavesOf(inner, `${path}[${index}]`));
	return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path ? `${path}.${key}` : key));
}
