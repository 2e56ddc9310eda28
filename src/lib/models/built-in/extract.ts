import type { Evidence, Json } from '$lib/core';
import { answer, nothing, type Answer } from './answer';
import type { Wanted } from './labelled';
import type { Block, Reading } from './prompt';
import { readQuestion, type Question } from './question';
import { classOf } from './classify';

/** Typed data read out of the material, with the place of each value and a sentence for each that is not there. */
export interface Extract {
	value: Json;
	evidence: Evidence[];
	warnings: string[];
}

/** Fills in a JSON Schema from the descriptions of its properties. */
export function extract(reading: Reading): Extract {
	const state: State = { blocks: reading.blocks, evidence: [], warnings: [], numbers: new Map() };
	const value = fill(reading.schema ?? {}, [], state);
	return { value, evidence: state.evidence, warnings: state.warnings };
}

interface State {
	blocks: readonly Block[];
	evidence: Evidence[];
	warnings: string[];
	/** Numbers found so far, by field and by title in lower case: a later field may build on them. */
	numbers: Map<string, number>;
}

function fill(schema: Record<string, Json>, path: string[], state: State): Json {
	const { properties } = schema;
	if (isObject(properties)) {
		return Object.fromEntries(
			Object.entries(properties).map(([key, inner]) => [
				key,
				fill(isObject(inner) ? inner : {}, [...path, key], state)
			])
		);
	}
	const found = find(schema, path, state);
	const claim = path.join('.') || 'answer';
	if (found.value === null) {
		state.warnings.push(`“${titleOf(schema, path)}” was left empty: ${found.why}.`);
	} else {
		state.evidence.push(...found.evidence.map((item) => ({ claim, ...item })));
		// Several fields can rest on one column; its gaps are told once.
		state.warnings.push(...new Set(found.doubts?.filter((doubt) => !state.warnings.includes(doubt))));
		if (typeof found.value === 'number') {
			state.numbers.set((path[path.length - 1] ?? '').toLowerCase(), found.value);
			state.numbers.set(titleOf(schema, path).toLowerCase(), found.value);
		}
	}
	return found.value;
}

function find(schema: Record<string, Json>, path: string[], state: State): Answer {
	if (Array.isArray(schema['enum'])) return classOf(schema, state.blocks);
	const description = typeof schema['description'] === 'string' ? schema['description'] : '';
	const types = typesOf(schema);
	const wanted = wantedOf(schema, types);
	const question: Question = readQuestion(description) ?? {
		ask: 'labelled',
		label: titleOf(schema, path),
		source: null
	};
	const found = answer(
		question,
		state.blocks,
		wanted,
		(name) => state.numbers.get(name.toLowerCase()) ?? null
	);
	return fitted(found, types, question);
}

/** A value of another type than the schema's is not an answer to it. */
function fitted(found: Answer, types: string[], question: Question): Answer {
	const { value } = found;
	if (value === null || types.length === 0) return found;
	if (typeof value === 'number' && types.includes('integer') && !types.includes('number')) {
		return Number.isInteger(value) ? found : nothing(`${value} is not a whole number`);
	}
	if (question.ask === 'range' && types.includes('object') && typeof value === 'string') {
		const [from = '', to = from] = value.split(' to ');
		return { ...found, value: { from, to } };
	}
	const type = Array.isArray(value) ? 'array' : typeof value;
	if (types.includes(type)) return found;
	if (types.includes('string') && typeof value === 'number') return { ...found, value: String(value) };
	return nothing(`what was found is not a ${types.join(' or ')}`);
}

function wantedOf(schema: Record<string, Json>, types: string[]): Wanted {
	if (types.includes('number') || types.includes('integer')) return 'number';
	return schema['format'] === 'date' ? 'date' : 'text';
}

function typesOf(schema: Record<string, Json>): string[] {
	const { type } = schema;
	if (typeof type === 'string') return [type];
	return Array.isArray(type) ? type.filter((one) => typeof one === 'string') : [];
}

/** The field's title, without a unit in brackets for looking it up in a text. */
function titleOf(schema: Record<string, Json>, path: string[]): string {
	const { title } = schema;
	return typeof title === 'string' ? title : (path[path.length - 1] ?? 'answer').replace(/[_-]+/g, ' ');
}

function isObject(value: Json | undefined): value is Record<string, Json> {
	return value !== null && typeof value === 'object' && !Array.isArray(value);
}
