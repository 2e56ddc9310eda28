import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { firstJsonError } from './json-error';
import { readFile } from './index';

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const broken: [text: string, line: number, column: number][] = [
	['{\n  "a": 1,\n}', 3, 1],
	['{\n  "a" 1\n}', 2, 7],
	['[1, 2', 1, 6],
	['{"a": "x\ny"}', 1, 7],
	['{"a": 01}', 1, 7],
	['[1] 2', 1, 5],
	['{a: 1}', 1, 2],
	['[1,\n\n2\n\n', 3, 2],
	['{"a": tru}', 1, 7],
	['["\\x"]', 1, 2],
	['}', 1, 1],
	['[}', 1, 2]
];

test.each(broken)('%j is wrong at line %i, column %i', (text, line, column) => {
	expect(firstJsonError(text)).toMatchObject({ line, column });
});

test('finds nothing in JSON', () => {
	fc.assert(fc.property(fc.json(), (text) => firstJsonError(text) === null));
});

test('finds a place inside whatever is cut short', () => {
	fc.assert(
		fc.property(fc.json(), fc.nat(), (json, at) => {
			const text = `[${json}, ${json}]`.slice(0, 1 + (at % (json.length + 2)));
			expect(firstJsonError(text)).toMatchObject({ line: 1 });
		})
	);
});

test('depth does not hurt', () => {
	expect(firstJsonError('['.repeat(200_000))).toMatchObject({ line: 1, column: 200_001 });
});

test('a broken file says its line', async () => {
	const read = await readFile({ name: 'a.json', bytes: new TextEncoder().encode('{\n"a": 1,\n}\n') });
	expect(read).toMatchObject({ ok: false, failure: { code: 'json.invalid', details: { line: 3 } } });
	expect(read.ok || read.failure.message).toContain('line 3');
});
