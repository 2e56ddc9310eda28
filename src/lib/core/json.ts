/** A JSON value; what every event, definition and typed output is made of. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const FORBIDDEN = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Canonical JSON: keys sorted by code unit, no white space, `undefined` members left out.
 * Two deeply equal values give the same text, so it can be hashed. Throws on what JSON cannot hold
 * (functions, bigint, NaN, Infinity, cycles): handing those in is a bug.
 */
export function canonicalJson(value: unknown): string {
	if (value === null) return 'null';
	switch (typeof value) {
		case 'string':
			return JSON.stringify(value);
		case 'boolean':
			return value ? 'true' : 'false';
		case 'number':
			if (!Number.isFinite(value)) throw new TypeError(`JSON cannot hold the number ${value}`);
			return JSON.stringify(value);
		case 'object':
			return Array.isArray(value) ? canonicalArray(value) : canonicalObject(value);
		default:
			throw new TypeError(`JSON cannot hold a ${typeof value}`);
	}
}

function canonicalArray(items: unknown[]): string {
	let text = '[';
	for (let index = 0; index < items.length; index++) {
		const item = items[index];
		text += (index === 0 ? '' : ',') + (item === undefined ? 'null' : canonicalJson(item));
	}
	return text + ']';
}

function canonicalObject(object: object): string {
	const record = object as Record<string, unknown>;
	let text = '';
	for (const key of Object.keys(record).sort()) {
		const member = record[key];
		if (member !== undefined)
			text += `${text === '' ? '{' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
	}
	return text === '' ? '{}' : text + '}';
}

/** True when the parsed JSON carries a key that could reach a prototype (`__proto__` and kin) at any depth. */
export function hasForbiddenKey(value: unknown): boolean {
	if (value === null || typeof value !== 'object') return false;
	if (Array.isArray(value)) return value.some(hasForbiddenKey);
	return Object.entries(value).some(([key, inner]) => FORBIDDEN.has(key) || hasForbiddenKey(inner));
}

/** Deep equality of JSON values, by canonical text. */
export function sameJson(a: unknown, b: unknown): boolean {
	return canonicalJson(a) === canonicalJson(b);
}
