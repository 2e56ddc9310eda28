import { sameHeading, sameJson, sections, type Json, type Section } from '$lib/core';
import { diffWords, type DiffPart } from './diff';

/** A section of two texts, or a field of two records. */
export interface ComparedPart {
	/** Heading, or the path of the field with points; empty for the text before the first heading. */
	title: string;
	state: 'same' | 'different' | 'only-before' | 'only-after';
	/** Word by word; of a part that only one has, all of it. */
	parts: DiffPart[];
}

/** Two Markdown texts by section, in the order of the later one; sections that only the earlier has come last. */
export function compareTexts(before: string, after: string): ComparedPart[] {
	const left = sections(before);
	const found = sections(after).map((section): ComparedPart => {
		const at = left.findIndex((one) => isSameSection(one, section));
		const [old] = at < 0 ? [] : left.splice(at, 1);
		return part(section.heading ?? '', old?.body.trim(), section.body.trim());
	});
	return [...found, ...left.map((old) => part(old.heading ?? '', old.body.trim(), undefined))];
}

/** How many names deep a record is taken apart. */
const DEEPEST = 4;

/** Two records by field; a list, and what lies deeper than four names, is one field. */
export function compareData(before: Json, after: Json): ComparedPart[] {
	const [was, is] = [fieldsOf(before), fieldsOf(after)];
	const names = [...new Set([...is.keys(), ...was.keys()])];
	return names.map((name) => {
		const [old, now] = [was.get(name), is.get(name)];
		if (old !== undefined && now !== undefined && sameJson(old, now))
			return { title: name, state: 'same', parts: [{ kind: 'same', text: say(now) }] };
		return part(
			name,
			old === undefined ? undefined : say(old),
			now === undefined ? undefined : say(now),
			typeof old === 'string' && typeof now === 'string'
		);
	});
}

function isSameSection(a: Section, b: Section): boolean {
	if (a.heading === null || b.heading === null) return a.heading === b.heading;
	return sameHeading(a.heading, b.heading);
}

function part(
	title: string,
	before: string | undefined,
	after: string | undefined,
	byWord = true
): ComparedPart {
	if (before === undefined)
		return { title, state: 'only-after', parts: [{ kind: 'added', text: after ?? '' }] };
	if (after === undefined) return { title, state: 'only-before', parts: [{ kind: 'removed', text: before }] };
	if (before === after) return { title, state: 'same', parts: [{ kind: 'same', text: after }] };
	if (byWord) return { title, state: 'different', parts: diffWords(before, after) };
	return {
		...{ title, state: 'different' },
		parts: [
			{ kind: 'removed', text: before },
			{ kind: 'same', text: ' ' },
			{ kind: 'added', text: after }
		]
	};
}

function fieldsOf(value: Json, path: string[] = []): Map<string, Json> {
	if (typeof value !== 'object' || value === null || Array.isArray(value) || path.length >= DEEPEST)
		return new Map([[path.join('.'), value]]);
	const entries = Object.entries(value);
	if (entries.length === 0 && path.length > 0) return new Map([[path.join('.'), value]]);
	return new Map(entries.flatMap(([name, inner]) => [...fieldsOf(inner, [...path, name])]));
}

/** Nothing is an en dash: a field that is known to be empty is not one that is missing. */
function say(value: Json): string {
	if (value === null || value === '') return '–';
	return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}
