import { hasForbiddenKey, type Json } from '$lib/core';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { readJson } from './index';

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: {
		revenue: { type: 'number' },
		region: { enum: ['North', 'South'] },
		rows: { type: 'array', items: { type: 'object', properties: { total: { type: 'integer', minimum: 0 } } } }
	},
	required: ['revenue'],
	additionalProperties: false
};

describe('finds the value', () => {
	test.each([
		['as it is', '{"revenue": 1}', null],
		['between white space', '\n {"revenue": 1}\n', null],
		['in a code block', '```json\n{"revenue": 1}\n```', 'taken-out'],
		['in the second code block', '```\nno\n```\n```json\n{"revenue": 1}\n```', 'taken-out'],
		['in prose', 'Here it is: {"revenue": 1}. I hope [this] helps!', 'taken-out'],
		['after another bracket', 'From [the file]: {"revenue": 1}', 'taken-out'],
		['with a comma too many', '{"revenue": 1,}', 'mended'],
		['with single quotes', "{'revenue': 1}", 'mended'],
		['without its end', '```json\n{"revenue": 1', 'mended'],
		['with comments', '{"revenue": 1 // sum\n}', 'mended']
	])('%s', (_, text, how) => {
		const repaired = how === null ? null : { how, error: expect.stringMatching(/JSON/) as string };
		expect(readJson(text, SCHEMA)).toEqual({ ok: true, value: { value: { revenue: 1 }, repaired } });
	});

	test('with brackets inside of strings', () => {
		expect(readJson('So: {"a": "}{\\""} end', { type: 'object' })).toMatchObject({
			value: { value: { a: '}{"' } }
		});
	});

	test('a bare list, number or text, where that was asked', () => {
		expect(readJson('Sure: [1, 2]', { type: 'array' })).toMatchObject({ value: { value: [1, 2] } });
		expect(readJson('I have [no] idea.', {})).toMatchObject({ failure: { code: 'model.not-json' } });
		expect(readJson('7', { type: 'number' })).toMatchObject({ value: { value: 7 } });
	});
});

describe('says what is wrong', () => {
	test.each([
		['{}', '“revenue” is missing'],
		['{"revenue": "12"}', 'revenue has to be a number, not text'],
		['{"revenue": 1, "region": "East"}', 'region has to be ["North","South"]'],
		['{"revenue": 1, "rows": [{"total": 1}, {"total": -2}]}', 'rows[1].total: -2 is less than 0'],
		['{"revenue": 1, "rows": [{"total": 1.5}]}', 'rows[0].total has to be a whole number, not a number'],
		['{"revenue": 1, "more": 2}', 'more was not asked for'],
		['[1]', 'the answer has to be an object, not a list']
	])('%s: %s', (text, problem) => {
		const read = readJson(text, SCHEMA);
		if (read.ok) throw new Error('It was taken.');
		expect(read.failure.code).toBe('model.schema');
		expect(read.failure.details?.['problems']).toEqual([problem]);
		expect(read.failure.details?.['text']).toBe(text);
		expect(read.failure.message).toContain(problem);
	});

	test.each(['', 'Everything is fine.', 'I have [no] idea.', '“{”'])('no JSON in %j', (text) => {
		expect(readJson(text, SCHEMA)).toMatchObject({
			ok: false,
			failure: { code: 'model.not-json', retryable: true, details: { text } }
		});
	});

	test('a key that reaches a prototype is refused', () => {
		expect(readJson('{"__proto__": {"a": 1}}', {})).toMatchObject({ failure: { code: 'model.schema' } });
	});

	test('a schema that cannot be used', () => {
		expect(readJson('{}', { $ref: '#/$defs/none' })).toMatchObject({ failure: { code: 'schema.invalid' } });
	});
});

test('any JSON value comes back, alone and in a code block', () => {
	fc.assert(
		fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.jsonValue()), (value) => {
			fc.pre(!hasForbiddenKey(value));
			const text = JSON.stringify(value);
			for (const said of [text, `\`\`\`json\n${text}\n\`\`\``, `Here: ${text}`]) {
				const read = readJson(said, {});
				expect(read.ok && JSON.stringify(read.value.value)).toBe(text);
			}
		})
	);
});

test('never throws, whatever the text', () => {
	const nasty = fc.string({
		unit: fc.constantFrom('{', '}', '[', ']', '"', '`', '\n', ',', ':', 'a', '1', '\\')
	});
	fc.assert(fc.property(nasty, (text) => void readJson(text, SCHEMA)));
});
