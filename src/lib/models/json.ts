import { fail, failure, hasForbiddenKey, ok, type Json, type Result } from '$lib/core';
import { jsonrepair } from 'jsonrepair';
import { schemaCheck } from './schema-check';

export interface ReadJson {
	value: Json;
	/** Null when the text was JSON and nothing else. */
	repaired: Repaired | null;
}

/** How the value was got out of a text that was not JSON as it stood. */
export interface Repaired {
	/** Taken out of the text around it, or mended: closed brackets, added quotes, dropped commas. */
	how: 'taken-out' | 'mended';
	/** What reading the text as it stood found wrong. */
	error: string;
}

/** Of a bad answer, so much is kept in the failure, in characters. */
const KEPT = 20_000;

/**
 * The JSON value in a model's answer, checked against a JSON Schema (2020-12). Takes it out of a code block or of the
 * prose around it, and mends small mistakes. Fails with `model.not-json` (no JSON in it), `model.schema` (JSON, but not
 * as asked) or `schema.invalid` (the schema itself cannot be used); `details.text` keeps what the model said.
 */
export function readJson(text: string, schema: Record<string, Json>): Result<ReadJson> {
	const check = schemaCheck(schema);
	if (!check.ok) return check;
	let closest: string[] | null = null;
	for (const { value, repaired } of readings(text)) {
		const problems = hasForbiddenKey(value) ? ['it has a key that could harm the app'] : check.value(value);
		if (problems.length === 0) return ok({ value, repaired });
		// What was mended into the wrong kind of value was no JSON to begin with.
		if (!isContainer(value)) continue;
		if (repaired?.how !== 'mended' || (kindOf(value) === schema['type'] && Object.keys(value).length > 0))
			closest ??= problems;
	}
	return fail(closest ? mismatch(closest, text) : notJson(check.value('').join('; '), text));
}

function mismatch(problems: string[], text: string) {
	const shown = problems.slice(0, 3).join('; ');
	const more = problems.length > 3 ? `; and ${problems.length - 3} more` : '';
	return failure(
		'model.schema',
		`The model’s answer is not in the form that was asked for: ${shown}${more}. The answer is kept. ` +
			'Try again, say in the instructions what is missing, or choose another model.',
		{ retryable: true, details: { problems: problems.slice(0, 20), text: text.slice(0, KEPT) } }
	);
}

function notJson(wanted: string, text: string) {
	const why = text.trim() === '' ? 'is empty' : 'is prose';
	return failure(
		'model.not-json',
		`The model was asked for data, but its answer ${why}. The answer is kept. ` +
			'Try again, or choose a model that can hold to a schema.',
		{ retryable: true, details: { problems: wanted === '' ? [] : [wanted], text: text.slice(0, KEPT) } }
	);
}

/** What the text can be read as, the most faithful reading first. */
function* readings(text: string): Generator<ReadJson> {
	const whole = parsed(text);
	if (whole !== undefined) yield { value: whole, repaired: null };
	const error = errorOf(text);
	for (const candidate of [...fenced(text), ...bracketed(text)]) {
		const value = parsed(candidate);
		if (value !== undefined) yield { value, repaired: { how: 'taken-out', error } };
	}
	for (const candidate of [...fenced(text), ...fromFirstBracket(text)]) {
		const mended = repair(candidate);
		const value = mended === null ? undefined : parsed(mended);
		if (value !== undefined) yield { value, repaired: { how: 'mended', error } };
	}
}

function parsed(text: string): Json | undefined {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return undefined;
	}
}

function errorOf(text: string): string {
	try {
		JSON.parse(text);
		return '';
	} catch (cause) {
		return cause instanceof Error ? cause.message : String(cause);
	}
}

function repair(text: string): string | null {
	try {
		return jsonrepair(text);
	} catch {
		return null;
	}
}

/** The contents of code blocks; the last may lack its end. */
function fenced(text: string): string[] {
	return [...text.matchAll(/```[^\n`]*\n([\s\S]*?)(?:```|$)/g)].map((match) => (match[1] ?? '').trim());
}

/** Pieces from an opening bracket at the left to its closing one, the outermost only, at most a few. */
function bracketed(text: string): string[] {
	const found: string[] = [];
	let at = 0;
	while (found.length < 5) {
		const start = nextBracket(text, at);
		if (start < 0) break;
		const end = closing(text, start);
		if (end < 0) break;
		found.push(text.slice(start, end + 1));
		at = end + 1;
	}
	return found;
}

/** Where JSON seems to begin: a bracket that starts a line or follows a colon. One inside a sentence is not mended. */
function fromFirstBracket(text: string): string[] {
	const match = /(?:^|[\n:])\s*([{[])/.exec(text);
	if (!match) return [];
	const start = match.index + match[0].length - 1;
	const last = Math.max(text.lastIndexOf('}'), text.lastIndexOf(']'));
	return last > start ? [text.slice(start, last + 1), text.slice(start)] : [text.slice(start)];
}

function nextBracket(text: string, from: number): number {
	const at = text.slice(from).search(/[{[]/);
	return at < 0 ? -1 : from + at;
}

/** Offset of the bracket that closes the one at `start`, strings minded; -1 when there is none. */
function closing(text: string, start: number): number {
	let depth = 0;
	let inString = false;
	for (let at = start; at < text.length; at += 1) {
		const char = text[at];
		if (inString) {
			if (char === '\\') at += 1;
			else if (char === '"') inString = false;
		} else if (char === '"') inString = true;
		else if (char === '{' || char === '[') depth += 1;
		else if (char === '}' || char === ']') {
			depth -= 1;
			if (depth === 0) return at;
		}
	}
	return -1;
}

function isContainer(value: Json): value is Json[] | { [key: string]: Json } {
	return value !== null && typeof value === 'object';
}

function kindOf(value: Json): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}
