import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { columnName, placesIn, sayPlaces, whereInSource, type Span } from './place';

const table = 'region,revenue\nNorth,"1,204.50"\nSouth,\n';
const sheet: Span[] = [
	{ start: 0, end: table.length, place: { in: 'cell', sheet: 'Sales', row: 3, column: 2 } }
];

describe('placesIn', () => {
	test.each([
		[table.indexOf('North'), 1, 'B4'],
		[table.indexOf('1,204'), 8, 'C4'],
		[table.indexOf('204'), 0, 'C4'],
		[0, 6, 'B3'],
		[table.indexOf('South'), 5, 'B5'],
		[table.indexOf('South') + 6, 0, 'C5'],
		[table.indexOf('North'), 30, 'B4:C5']
	])('finds the cell at %i', (from, length, name) => {
		expect(sayPlaces(placesIn(table, sheet, from, from + length))).toBe(`Sheet “Sales”, ${name}`);
	});

	test('counts the lines of a block on, and stops at its end', () => {
		const text = 'a\nb\nc\nd\n';
		const spans: Span[] = [
			{ start: 0, end: 4, place: { in: 'line', line: 1 } },
			{ start: 4, end: 8, place: { in: 'line', line: 11 } }
		];
		expect(placesIn(text, spans, 2, 5)).toEqual([
			{ in: 'line', line: 2 },
			{ in: 'line', line: 11 }
		]);
		expect(placesIn(text, spans, 8, 9)).toEqual([]);
	});

	test('text that the reader made has no place', () => {
		const spans: Span[] = [{ start: 5, end: 9, place: { in: 'page', page: 2 } }];
		expect(placesIn('a\n\n\n\nword\n', spans, 0, 3)).toEqual([]);
		expect(placesIn('a\n\n\n\nword\n', spans, 0, 6)).toEqual([{ in: 'page', page: 2 }]);
	});

	test('never throws and gives places in order, whatever the range', () => {
		fc.assert(
			fc.property(fc.integer({ min: -2, max: 60 }), fc.integer({ min: -2, max: 60 }), (from, to) => {
				const rows = placesIn(table, sheet, from, to).map((place) => (place.in === 'cell' ? place.row : 0));
				expect(rows).toEqual([...rows].sort((a, b) => a - b));
			})
		);
	});
});

test.each<[string, Parameters<typeof sayPlaces>[0]]>([
	[
		'pages 3–4',
		[
			{ in: 'page', page: 3 },
			{ in: 'page', page: 4 }
		]
	],
	['paragraph 7', [{ in: 'paragraph', paragraph: 7 }]],
	['slide 2, paragraphs 1–3', [1, 2, 3].map((paragraph) => ({ in: 'slide' as const, slide: 2, paragraph }))],
	[
		'Subject, line 1; message, line 4',
		[
			{ in: 'part', part: 'Subject', line: 1 },
			{ in: 'part', part: 'message', line: 4 }
		]
	],
	['00:01:12', [{ in: 'time', from: 72_400, to: 75_000 }]],
	['row 5, column 2', [{ in: 'cell', row: 5, column: 2 }]],
	['', []]
])('says %s', (said, places) => expect(sayPlaces(places)).toBe(said));

test('columns have letters', () => {
	expect([1, 26, 27, 702, 703, 16_384].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA', 'XFD']);
});

test('a place by lines is told as a place of the source, where that says more', () => {
	expect(whereInSource(table, sheet, 'row 2')).toBe('Sheet “Sales”, B4:C4');
	expect(whereInSource(table, sheet, 'rows 2, 3')).toBe('Sheet “Sales”, B4:C5');
	expect(whereInSource(table, sheet, 'row 2', '1,204.50')).toBe('Sheet “Sales”, C4');
	expect(whereInSource(table, sheet, 'the second row')).toBeUndefined();
	expect(whereInSource(table, undefined, 'row 2')).toBeUndefined();
	const plain: Span[] = [{ start: 0, end: 9, place: { in: 'line', line: 1 } }];
	expect(whereInSource('a\nb', plain, 'line 2')).toBeUndefined();
});
