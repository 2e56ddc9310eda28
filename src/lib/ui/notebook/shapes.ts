import type { Evidence, Flag, Json } from '$lib/core';

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

/** A result of a rule. */
export interface CheckResult {
	ok: boolean;
	title: string;
	detail: string;
}

/** A line of a definition table. */
export interface FieldRow {
	/** Path from the top, with points: what evidence calls its claim. */
	path: string;
	label: string;
	depth: number;
	/** null for the heading of a group. */
	value: string | null;
	number: boolean;
	evidence: Evidence[];
}

type JsonObject = { [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
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
		(one) => isObject(one) && FLAG_KINDS.has(String(one['kind'])) && typeof one['text'] === 'string'
	);
	return fits ? (list as unknown as Flag[]) : null;
}

/** Results of rules: `{results: [...]}` or `{checks: [...]}`, each with a yes or no and a sentence. */
export function asChecks(value: unknown): CheckResult[] | null {
	if (!isObject(value)) return null;
	const list = value['results'] ?? value['checks'];
	if (!Array.isArray(list) || !list.every(isObject)) return null;
	const found = list.map((one) => {
		const ok = one['ok'] ?? one['passed'] ?? one['held'];
		const title = one['title'] ?? one['rule'] ?? one['text'] ?? one['check'];
		const detail = one['detail'] ?? one['reason'] ?? one['message'];
		return typeof ok === 'boolean'
			? { ok, title: textOf(title), detail: detail === title ? '' : textOf(detail) }
			: null;
	});
	return found.every((one) => one !== null) ? found : null;
}

function textOf(value: Json | undefined): string {
	return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}

/** Where a step wrote to: `{path, version}`. */
export function asSaved(value: unknown): { path: string; version: number } | null {
	if (!isObject(value) || typeof value['path'] !== 'string') return null;
	return { path: value['path'], version: typeof value['version'] === 'number' ? value['version'] : 1 };
}

/** A list of flat objects with the same members: a table. */
export function asTable(value: unknown): { columns: string[]; rows: string[][] } | null {
	if (!Array.isArray(value) || value.length === 0 || !value.every(isObject)) return null;
	const columns = [...new Set(value.flatMap((row) => Object.keys(row)))];
	const flat = value.every((row) => Object.values(row).every((cell) => cell === null || typeof cell !== 'object'));
	if (!flat || columns.length > 12) return null;
	return { columns, rows: value.map((row) => columns.map((column) => sayScalar(row[column] ?? null))) };
}

/** Lines of a definition table, groups indented; null when it is too deep or too wide to be read as one. */
export function asFields(value: unknown, evidence: readonly Evidence[] = []): FieldRow[] | null {
	if (!isObject(value)) return null;
	const rows: FieldRow[] = [];
	const walk = (object: JsonObject, path: string[]): boolean =>
		Object.entries(object).every(([name, inner]) => {
			const here = [...path, name];
			const claim = here.join('.');
			const row = { path: claim, label: labelOf(name), depth: path.length, number: typeof inner === 'number' };
			const found = evidence.filter((one) => one.claim === claim);
			if (isObject(inner)) {
				rows.push({ ...row, value: null, evidence: found });
				return path.length < 3 && walk(inner, here);
			}
			if (Array.isArray(inner) && inner.some((item) => item !== null && typeof item === 'object')) return false;
			rows.push({ ...row, value: Array.isArray(inner) ? inner.map(sayScalar).join(', ') : sayScalar(inner), evidence: found });
			return rows.length <= 400;
		});
	return walk(value, []) && rows.length > 0 ? rows : null;
}

/** `basket_size` and `basketSize` read `Basket size`. */
export function labelOf(name: string): string {
	const words = name
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/[_-]+/g, ' ')
		.trim();
	return words ? words.charAt(0).toUpperCase() + words.slice(1) : name;
}

/** A scalar for people: thousands with commas; nothing is an en dash. */
export function sayScalar(value: Json): string {
	if (value === null || value === '') return '–';
	if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 6 });
	if (typeof value === 'boolean') return value ? 'yes' : 'no';
	return typeof value === 'string' ? value : JSON.stringify(value);
}
