import type { Json } from '$lib/core';
import { isObject, labelOf, membersOf, type Schema } from '../schema-form';

/** An answer that is no object is asked for as the one member of one. */
export const ANSWER = 'answer';

/** The form for an answer of any schema: an object's own members, anything else in one field. */
export function formOf(schema: Schema): Schema {
	if (isObject(schema.properties)) return schema;
	return { type: 'object', required: [ANSWER], properties: { [ANSWER]: { title: 'Answer', ...schema } } };
}

/** What is answered by a filled form, with defaults in the places of what was left empty. */
export function answerOf(schema: Schema, filled: Schema): Json | undefined {
	const whole = { ...filled };
	for (const member of membersOf(formOf(schema))) {
		const { name } = member;
		const fallback = member.schema.default ?? (member.schema.type === 'boolean' ? false : undefined);
		if (whole[name] === undefined && fallback !== undefined) whole[name] = fallback;
	}
	return isObject(schema.properties) ? whole : whole[ANSWER];
}

/** What keeps a filled form from being an answer, in words, by the path of the field: `rows.0.total`. */
export function problemsOf(schema: Schema, filled: Schema): Record<string, string> {
	const found: Record<string, string> = {};
	membersIn(formOf(schema), filled, '', found);
	return found;
}

function membersIn(schema: Schema, value: Schema, path: string, found: Record<string, string>): void {
	for (const { name, schema: inner, required } of membersOf(schema)) {
		const here = path ? `${path}.${name}` : name;
		const given = value[name] ?? inner.default;
		const label = labelOf(name, inner);
		if (given === undefined || given === '' || given === null) {
			if (required && inner.type !== 'boolean') found[here] = `“${label}” is needed.`;
			continue;
		}
		const problem = problemWith(inner, given);
		if (problem) found[here] = `“${label}” ${problem}.`;
		else if (isObject(given)) membersIn(inner, given, here, found);
		else if (Array.isArray(given) && isObject(inner.items)) itemsIn(inner.items, given, here, found);
	}
}

function itemsIn(schema: Schema, rows: Json[], path: string, found: Record<string, string>): void {
	for (const [index, row] of rows.entries()) {
		const problem = problemWith(schema, row);
		if (problem) found[`${path}.${index}`] = `Entry ${index + 1} ${problem}.`;
		else if (isObject(row)) membersIn(schema, row, `${path}.${index}`, found);
	}
}

const KINDS: Record<string, { words: string; fits: (value: Json) => boolean }> = {
	string: { words: 'text', fits: (value) => typeof value === 'string' },
	number: { words: 'a number', fits: (value) => typeof value === 'number' },
	integer: { words: 'a whole number', fits: (value) => Number.isInteger(value) },
	boolean: { words: 'yes or no', fits: (value) => typeof value === 'boolean' },
	array: { words: 'a list', fits: (value) => Array.isArray(value) },
	object: { words: 'a group of fields', fits: (value) => isObject(value) }
};

function problemWith(schema: Schema, value: Json): string | null {
	const kind = typeof schema.type === 'string' ? KINDS[schema.type] : undefined;
	if (kind && !kind.fits(value)) return `has to be ${kind.words}`;
	if (Array.isArray(schema.enum) && !schema.enum.includes(value))
		return `has to be one of ${schema.enum.map(String).join(', ')}`;
	const at = (name: string) => (typeof schema[name] === 'number' ? schema[name] : null);
	if (typeof value === 'number') {
		const [least, most] = [at('minimum'), at('maximum')];
		if (least !== null && value < least) return `has to be at least ${least}`;
		if (most !== null && value > most) return `has to be at most ${most}`;
	}
	if (typeof value === 'string') {
		const [least, most] = [at('minLength'), at('maxLength')];
		if (least !== null && value.length < least) return `needs at least ${least} characters`;
		if (most !== null && value.length > most) return `may have at most ${most} characters`;
	}
	if (Array.isArray(value)) {
		const [least, most] = [at('minItems'), at('maxItems')];
		if (least !== null && value.length < least) return `needs at least ${least} entries`;
		if (most !== null && value.length > most) return `may have at most ${most} entries`;
	}
	return null;
}
