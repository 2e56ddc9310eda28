import type { Json } from '$lib/core';

/** The part of JSON Schema (2020-12) that forms are drawn from. Anything else is edited as JSON. */
export type Schema = Record<string, Json>;

export type Shape =
	'text' | 'long' | 'code' | 'number' | 'boolean' | 'choice' | 'texts' | 'object' | 'objects' | 'json';

/** How a schema is drawn. */
export function shapeOf(schema: Schema): Shape {
	if (Array.isArray(schema.enum)) return 'choice';
	switch (schema.type) {
		case 'string':
			if (schema.format === 'code') return 'code';
			return schema.format === 'multiline' ? 'long' : 'text';
		case 'number':
		case 'integer':
			return 'number';
		case 'boolean':
			return 'boolean';
		case 'object':
			return isObject(schema.properties) ? 'object' : 'json';
		case 'array': {
			const items = isObject(schema.items) ? schema.items : null;
			if (items?.type === 'string' && !items.enum) return 'texts';
			return items?.type === 'object' && isObject(items.properties) ? 'objects' : 'json';
		}
		default:
			return 'json';
	}
}

/** The members of an object schema in their own order. */
export function membersOf(schema: Schema): { name: string; schema: Schema; required: boolean }[] {
	const properties = isObject(schema.properties) ? schema.properties : {};
	const required = Array.isArray(schema.required) ? schema.required : [];
	return Object.entries(properties).map(([name, inner]) => ({
		name,
		schema: isObject(inner) ? inner : {},
		// With a default, leaving it out is fine whatever the schema says of its output.
		required: required.includes(name) && isObject(inner) && inner.default === undefined
	}));
}

/** A name as a label: its title, or `maxWords` as “Max words”. */
export function labelOf(name: string, schema: Schema): string {
	if (typeof schema.title === 'string' && schema.title) return schema.title;
	const words = name
		.replace(/([a-z0-9])([A-Z])/g, '$1 $2')
		.replace(/[_-]+/g, ' ')
		.toLowerCase();
	return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Help below a field: its description and, where there is one, what holds when it is left empty. */
export function helpOf(schema: Schema): string | undefined {
	const said = typeof schema.description === 'string' ? schema.description : '';
	const fallback = schema.default;
	const simple = !schema.enum && (typeof fallback === 'string' || typeof fallback === 'number');
	const when = simple && fallback !== '' ? `When left empty: ${fallback}.` : '';
	return [said, when].filter(Boolean).join(' ') || undefined;
}

/** The values that a choice offers, as texts; a choice among anything but texts and numbers is not drawn. */
export function choicesOf(schema: Schema): (string | number)[] {
	return (Array.isArray(schema.enum) ? schema.enum : []).filter(
		(one) => typeof one === 'string' || typeof one === 'number'
	);
}

/** What a row of a list is called: its title, its id, or its first text. */
export function rowName(row: Json): string {
	if (!isObject(row)) return '';
	const named = [row.title, row.name, row.id, ...Object.values(row)].find(
		(one) => typeof one === 'string' && one !== ''
	);
	return typeof named === 'string' ? named : '';
}

/** A copy with one member set; `undefined` takes it out, so that the default holds again. */
export function withMember(object: Json | undefined, name: string, value: Json | undefined): Schema {
	const copy: Schema = isObject(object) ? { ...object } : {};
	if (value === undefined) delete copy[name];
	else copy[name] = value;
	return copy;
}

export function isObject(value: Json | undefined): value is Schema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
