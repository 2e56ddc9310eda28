import fc from 'fast-check';
import Papa from 'papaparse';
import { describe, expect, it } from 'vitest';
import { csvOf, filterRows, nextOrder, numericColumns, sortRows } from './table';

const rows = [
	['North', 1204, null],
	['East 10', 88, 'late'],
	['East 9', null, ''],
	['South', 88, '=SUM(A1)']
];

describe('tables in a cell', () => {
	it('sorts numbers by size and text as people do, what is missing last either way', () => {
		expect(sortRows(rows, { column: 1, down: false }).map((row) => row[1])).toEqual([88, 88, 1204, null]);
		expect(sortRows(rows, { column: 1, down: true }).map((row) => row[1])).toEqual([1204, 88, 88, null]);
		expect(sortRows(rows, { column: 0, down: false }).map((row) => row[0])).toEqual([
			'East 9',
			'East 10',
			'North',
			'South'
		]);
	});

	it('goes up, down, and back to its own order', () => {
		const up = nextOrder(null, 2);
		const down = nextOrder(up, 2);
		expect([up, down, nextOrder(down, 2), nextOrder(down, 0)]).toEqual([
			{ column: 2, down: false },
			{ column: 2, down: true },
			null,
			{ column: 0, down: false }
		]);
	});

	it('finds a number as it is shown and as it is stored', () => {
		expect(filterRows(rows, '1,204')).toHaveLength(1);
		expect(filterRows(rows, '1204')).toHaveLength(1);
		expect(filterRows(rows, 'east LATE')).toEqual([rows[1]]);
		expect(filterRows(rows, 'east gone')).toEqual([]);
	});

	it('keeps every row, whatever the order', () => {
		const cell = fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.boolean());
		fc.assert(
			fc.property(
				fc.array(fc.tuple(cell, cell), { maxLength: 20 }),
				fc.integer({ min: 0, max: 1 }),
				fc.boolean(),
				(some, column, down) => {
					const key = (list: unknown[]) => list.map((row) => JSON.stringify(row)).sort();
					expect(key(sortRows(some, { column, down }))).toEqual(key(some));
				}
			)
		);
	});

	it('is copied as values, and never as a formula', async () => {
		const csv = await csvOf({ columns: ['Region', 'Sum', 'Remark'], rows });
		expect(Papa.parse<string[]>(csv).data).toEqual([
			['Region', 'Sum', 'Remark'],
			['North', '1204', ''],
			['East 10', '88', 'late'],
			['East 9', '', ''],
			['South', '88', "'=SUM(A1)"]
		]);
	});

	it('knows its columns of numbers', () => {
		expect(numericColumns({ columns: ['a', 'b', 'c'], rows })).toEqual([false, true, false]);
	});
});
