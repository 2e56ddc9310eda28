import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, test, vi } from 'vitest';
import { readFile } from './index';

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

async function read(content: string | Uint8Array, name = 'a.csv') {
	const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
	const result = await readFile({ name, bytes });
	if (!result.ok) throw new Error(result.failure.message);
	return result.value;
}

const cases: [what: string, content: string, text: string, warning: string | null][] = [
	['plain', 'a,b\n1,2\n', 'a,b\n1,2\n', null],
	['a byte order mark', '\uFEFFa,b\n1,2\n', 'a,b\n1,2\n', null],
	[
		'semicolons and decimal commas',
		'a;b\nx;1,5\ny;2,5\n',
		'a,b\nx,"1,5"\ny,"2,5"\n',
		'separated by semicolons'
	],
	['tabs', 'a\tb\n1\t2\n', 'a,b\n1,2\n', 'separated by tabs'],
	['vertical bars', 'a|b\n1|2\n', 'a,b\n1,2\n', 'separated by vertical bars'],
	['a declared separator', 'sep=;\na;b\n1;2\n', 'a,b\n1,2\n', 'separated by semicolons'],
	['a short row', 'a,b,c\n1,2\n3,4,5\n6,7,8\n', 'a,b,c\n1,2,\n3,4,5\n6,7,8\n', 'Cells are missing in row 2;'],
	['a long row', 'a,b\n1,2,x,y\n3,4\n5,6\n', 'a,b\n1,2\n3,4\n5,6\n', '(row 2: “x”, “y”)'],
	['a comma too many at each row', 'a,b\n1,2,\n3,4,\n', 'a,b,column 3\n1,2,\n3,4,\n', 'columns were added'],
	['equal column names', 'a,a,a 2\n1,2,3\n', 'a,a 3,a 2\n1,2,3\n', 'the later ones were called “a 3”'],
	['a column without a name', 'a,,c\n1,2,3\n', 'a,column 2,c\n1,2,3\n', 'were called “column 2”'],
	['a line break in a cell', 'a,b\n"x\r\ny",2\n3,4\n', 'a,b\nx y,2\n3,4\n', null],
	['an empty row in the middle', 'a,b\n1,2\n\n3,4\n', 'a,b\n1,2\n,\n3,4\n', 'Nothing is in row 3.'],
	['empty rows at the end', 'a,b\n1,2\n,\n\n\n', 'a,b\n1,2\n', null],
	['empty lines at the top', '\n\na,b\n1,2\n', 'a,b\n1,2\n', '2 empty lines at the top'],
	['mixed line ends', 'a,b\r\n1,2\n3,4\r5,6', 'a,b\n1,2\n3,4\n5,6\n', null],
	['names only', 'a,b\n', 'a,b\n', 'column names but no rows'],
	['numbers where the names belong', '1,2\n3,4\n', '1,2\n3,4\n', 'Row 1 has only numbers'],
	[
		'a quotation mark that is never closed',
		'a,b\n1,"x\n3,4\n5,6\n',
		'a,b\n1,"""x"\n3,4\n5,6\n',
		'Row 2 opens a quotation mark'
	],
	[
		'prose',
		'Dear team, this was a good week for us.\nWe sold more than in any week before this one\n',
		'"Dear team, this was a good week for us."\nWe sold more than in any week before this one\n',
		'does not look like a table'
	],
	[
		'two rows, the second too long',
		'a,b\n1,2,3\n',
		'a,b,column 3\n1,2,3\n',
		'do not have the same number of cells (2 or 3)'
	],
	[
		'two rows, the second too short',
		'a,b\n1\n',
		'a,b\n1,\n',
		'do not have the same number of cells (1 or 2)'
	],
	[
		'three rows, each of another width',
		'a;b\n1;2;3\n4\n',
		'a,b,column 3\n1,2,3\n4,,\n',
		'compare it with the file'
	],
	[
		'a total by name',
		'a,b\nx,1\ny,2\nTotal,3\n',
		'a,b\nx,1\ny,2\nTotal,3\n',
		'Row 4 of “a.csv” (“Total”) is a total'
	],
	['a total without a name', 'a,b\nx,1\ny,2\n,3\n', 'a,b\nx,1\ny,2\n,3\n', 'Row 4 of “a.csv” is a total'],
	['one column of short cells', 'name\nAnna\nBen\n', 'name\nAnna\nBen\n', null]
];

test.each(cases)('%s', async (_, content, text, warning) => {
	const document = await read(content);
	expect(document.text).toBe(text);
	if (warning === null) expect(document.warnings).toEqual([]);
	else expect(document.warnings.join(' ')).toContain(warning);
});

test('windows-1252 is read with its accents, and the person is told', async () => {
	const document = await read(Uint8Array.from([...'caf\xe9,b\n1,2\n'].map((char) => char.charCodeAt(0))));
	expect(document.table?.columns).toEqual(['café', 'b']);
	expect(document.warnings[0]).toContain('windows-1252');
});

test('UTF-16 without a mark is recognised', async () => {
	const bytes = new Uint8Array(Uint16Array.from('a,b\n1,2\n', (char) => char.charCodeAt(0)).buffer);
	expect((await read(bytes)).text).toBe('a,b\n1,2\n');
});

test('JSON under the name of a table is read as JSON, and the person is told', async () => {
	const document = await read('{"a": [1, 2]}');
	expect(document.media).toBe('application/json');
	expect(document.warnings[0]).toContain('the content is JSON');
});

test('a file without an extension is read by its content', async () => {
	expect((await read('a;b\n1;2\n3;4\n', 'export')).media).toBe('text/csv');
	expect((await read('[1, 2]', 'export')).media).toBe('application/json');
	expect((await read('Call Anna back.\n', 'export')).media).toBe('text/plain');
});

test('a long list of bad rows is cut', async () => {
	const document = await read(`a,b,c\n${'1,2,3\n'.repeat(100)}${'1\n'.repeat(40)}`);
	expect(document.warnings).toEqual([expect.stringContaining('and 30 more')]);
});

describe('any table', () => {
	const cell = fc.string({
		unit: fc.constantFrom('a', 'ä', '1', ' ', ',', ';', '"', '\t', '|', "'", '=', '漢')
	});
	const table = fc.integer({ min: 2, max: 5 }).chain((width) =>
		fc.record({
			columns: fc.uniqueArray(fc.stringMatching(/^[a-zä]{1,6}$/), { minLength: width, maxLength: width }),
			rows: fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 8 })
		})
	);
	const filled = table.map(({ columns, rows }) => ({
		columns,
		// Rows without anything in them are left out at the end.
		rows: rows.map((row) => row.with(0, `x${row[0]}`))
	}));

	test('comes back as it went, and reading it again changes nothing', async () => {
		await fc.assert(
			fc.asyncProperty(filled, async ({ columns, rows }) => {
				const once = await read(Papa.unparse([columns, ...rows]));
				expect(once.table).toEqual({ columns, rows: rows.length });
				expect(Papa.parse(once.text.trimEnd() === '' ? '' : once.text.slice(0, -1)).data).toEqual([
					columns,
					...rows
				]);
				expect((await read(once.text)).text).toBe(once.text);
			}),
			{ numRuns: 200 }
		);
	});
});

test('20 MB are read in a few seconds', async () => {
	const row = 'North,2026-03-27,"Acme, Inc.",1204.50,12,a note about the order\n';
	const content = `region,date,customer,revenue,orders,note\n${row.repeat(Math.floor((20 * 1024 * 1024) / row.length))}`;
	const started = performance.now();
	const document = await read(content);
	expect(document.table?.rows).toBeGreaterThan(300_000);
	expect(performance.now() - started).toBeLessThan(15_000);
});
