import { sayName, type Evidence, type Flag, type Json } from '$lib/core';
import type { Scalar, Table } from './table';

/** Content of a step's output, recognised by its shape, because any kind of step may make any shape. */
export interface CollectedDoc {
	source: string;
	origin: string;
	name: string;
	media: string;
	text: string;
	unit: 'row' | 'line';
	table: { columns: string[]; rows: number } | null;
	warnings: string[];
	hash: string;
}

/** What a rule saw. */
export interface CheckResult {
	rule: string;
	passed: boolean;
	message: string;
}

/** A line of a definition table. */
export interface FieldRow {
	/** Path from the top, with points: what evidence calls its claim. */
	path: string;
	label: string;
	/** What the schema says that it is. */
	about: string;
	depth: number;
	/** null for the heading of a group. */
	value: string | null;
	/** The value itself where it is a number, else null. */
	number: number | null;
	evidence: Evidence[];
}

type JsonObject = { [key: string]: Json };

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isScalar(value: Json): value is Scalar {
	return value === null || typeof value !== 'object';
}

const PICTURES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif', 'image/bmp']);

/** Whether bytes of this kind are shown as a picture. SVG is not: it is a document. */
export function isPicture(media: string): boolean {
	return PICTURES.has(media);
}

/** The documents of a collection, or null when it is none. */
export function asDocuments(value: unknown): CollectedDoc[] | null {
	if (!isObject(value) || !Array.isArray(value['documents'])) return null;
	const documents = value['documents'].filter(isObject);
	const fits = documents.every((one) => typeof one['name'] === 'string' && typeof one['text'] === 'string');
	return fits ? (documents as unknown as CollectedDoc[]) : null;
}

const FLAG_KINDS = new Set(['anomaly', 'uncertain', 'check', 'missing']);

/** A list of flags: `{flags: [...]}` or the list itself. */
export function asFlags(value: unknown): Flag[] | null {
	const list = isObject(value) && Object.keys(value).length === 1 ? value['flags'] : value;
	if (!Array.isArray(list)) return null;
	const fits = list.every(
		(one) =>
			isObject(one) &&
			typeof one['kind'] === 'string' &&
			FLAG_KINDS.has(one['kind']) &&
			typeof one['text'] === 'string'
	);
	return fits ? list : null;
}

/** The report of a check: `{results: [{rule, passed, message}]}`. */
export function asChecks(value: unknown): CheckResult[] | null {
	if (!isObject(value) || !Array.isArray(value['results'])) return null;
	const fits = value['results'].every(
		(one) => isObject(one) && typeof one['passed'] === 'boolean' && typeof one['message'] === 'string'
	);
	return fits ? (value['results'] as unknown as CheckResult[]) : null;
}

/** A list of flat objects with the same members: a table. */
export function asTable(value: unknown): Table | null {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null;
	const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
	if (columns.length > 12) return null;
	const rows = value.map((row) => columns.map((column) => row[column] ?? null));
	return rows.every((row) => row.every(isScalar)) ? { columns, rows } : null;
}

/** Lines of a definition table, groups indented; null when it is too deep or too wide to be read as one. */
export function asFields(
	value: unknown,
	evidence: readonly Evidence[] = [],
	schema?: Record<string, Json>
): FieldRow[] | null {
	if (!isObject(value)) return null;
	const rows: FieldRow[] = [];
	const walk = (object: JsonObject, path: string[], facts: Json | undefined): boolean =>
		inOrderOf(object, facts).every(([name, inner]) => {
			const here = [...path, name];
			const claim = here.join('.');
			const told = memberOf(memberOf(facts, 'properties'), name);
			const row: FieldRow = {
				path: claim,
				label: stringOf(told, 'title') || sayName(name),
				about: stringOf(told, 'description'),
				depth: path.length,
				value: null,
				number: typeof inner === 'number' ? inner : null,
				evidence: evidence.filter((one) => one.claim === claim)
			};
			rows.push(row);
			if (isObject(inner)) return path.length < 3 && walk(inner, here, told);
			if (!Array.isArray(inner)) row.value = sayScalar(inner);
			else if (inner.some((item) => item !== null && typeof item === 'object')) return false;
			else row.value = inner.map(sayScalar).join(', ') || '–';
			return rows.length <= 400;
		});
	return walk(value, [], schema) && rows.length > 0 ? rows : null;
}

/** Members in the order of the schema's `required`; the others after them as they stand. */
function inOrderOf(object: JsonObject, facts: Json | undefined): [string, Json][] {
	const wanted = memberOf(facts, 'required');
	const order = Array.isArray(wanted) ? wanted : [];
	const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
	return Object.entries(object).sort(([a], [b]) => place(a) - place(b));
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
	return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function stringOf(value: Json | undefined, name: string): string {
	const found = memberOf(value, name);
	return typeof found === 'string' ? found : '';
}

/** A scalar for people: thousands with commas; nothing is an en dash. */
export function sayScalar(value: Json): string {
	if (value === null || value === '') return '–';
	if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 6 });
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return typeof value === 'string' ? value : JSON.stringify(value);
}
