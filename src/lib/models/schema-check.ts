import { fail, failure, ok, type Json, type Result } from '$lib/core';
import { Validator, type OutputUnit } from '@cfworker/json-schema';

/** Problems of a value in plain words, each with its place (`rows[2].total has to be a number`); none when it fits. */
export type SchemaCheck = (value: Json) => string[];

/** Prepares a JSON Schema (2020-12) for checking. Fails with `schema.invalid` when it cannot be used. */
export function schemaCheck(schema: Record<string, Json>): Result<SchemaCheck> {
	try {
		const validator = new Validator(schema, '2020-12', false);
		// A reference that leads nowhere shows only in use.
		validator.validate(null);
		return ok((value) => {
			const { valid, errors } = validator.validate(value);
			return valid ? [] : inWords(errors, value);
		});
	} catch (cause) {
		return fail(
			failure(
				'schema.invalid',
				`The step’s schema cannot be used: ${cause instanceof Error ? cause.message : String(cause)}. ` +
					'The answer is kept. Correct the schema in the workflow and start a new run.'
			)
		);
	}
}

/** Keywords that only report that something inside them is wrong; what is wrong there is reported by itself. */
const FRAMES = new Set([
	...['properties', 'patternProperties', 'additionalProperties', 'unevaluatedProperties', 'items'],
	...['prefixItems', 'unevaluatedItems', 'allOf', '$ref', '$dynamicRef']
]);

function inWords(errors: OutputUnit[], value: Json): string[] {
	const precise = errors.filter((each) => !FRAMES.has(each.keyword));
	return [...new Set((precise.length > 0 ? precise : errors).map((each) => sentence(each, value)))];
}

function sentence({ keyword, instanceLocation, error }: OutputUnit, value: Json): string {
	const where = place(instanceLocation);
	const quoted = [...error.matchAll(/"([^"]*)"/g)].map((match) => match[1] ?? '');
	switch (keyword) {
		case 'required':
			return `${where === '' ? '' : `${where}: `}“${quoted[0] ?? ''}” is missing`;
		case 'type':
			return `${subject(where)} has to be ${quoted.slice(1).map(kindInWords).join(' or ')}, not ${kindInWords(quoted[0] ?? '')}`;
		case 'enum':
		case 'const':
			return `${subject(where)} has to be ${error.replace(/^Instance does not match (?:any of )?/, '').replace(/\.$/, '')}`;
		case 'false':
			return `${subject(where)} was not asked for`;
		case 'format':
			return `${subject(where)} has to be a ${quoted[0] ?? 'value of that format'}`;
		default:
			return `${subject(where)}: ${error
				.replace(/\.$/, '')
				.replace(/^Instance/, 'it')
				.replace(/^([A-Z])/, (c) => c.toLowerCase())}${shown(value, instanceLocation)}`;
	}
}

/** `#/rows/2/total` as `rows[2].total`. */
function place(pointer: string): string {
	return segments(pointer).reduce(
		(path, name) => (/^\d+$/.test(name) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`),
		''
	);
}

function segments(pointer: string): string[] {
	return pointer
		.split('/')
		.slice(1)
		.map((each) => decodeURIComponent(each).replace(/~1/g, '/').replace(/~0/g, '~'));
}

function shown(value: Json, pointer: string): string {
	let found: Json | undefined = value;
	for (const name of segments(pointer)) {
		if (found === null || typeof found !== 'object') return '';
		found = (found as Record<string, Json>)[name];
	}
	return typeof found === 'string' ? ` (“${found.slice(0, 40)}”)` : '';
}

function subject(where: string): string {
	return where === '' ? 'the answer' : where;
}

function kindInWords(kind: string): string {
	const words: Record<string, string> = {
		object: 'an object',
		array: 'a list',
		string: 'text',
		number: 'a number',
		integer: 'a whole number',
		boolean: 'true or false',
		null: 'null'
	};
	return words[kind] ?? kind;
}
