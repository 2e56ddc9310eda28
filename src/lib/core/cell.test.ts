import { describe, expect, it } from 'vitest';
import { totalRows } from './cell';

const table = (...lines: string[]) => lines.map((line) => line.split(';'));
const data = ['2026-11-16;Mug;3;10.50', '2026-11-17;Tray;2;20.25', '2026-11-18;Mug;5;1.25'];

describe('totals at the end of a table', () => {
	it.each([
		['Total;;10;32.00'],
		['TOTAL:;;10;32'],
		['Grand total;;;32.00'],
		[';Sum;10;32.00'],
		['Gesamt;;10;32,00'],
		['Summe (3 Zeilen);;10;32.00'],
		['Total 2026;;999;999'],
		[';;10;32.00'],
		['all of it;;10;32.00']
	])('%s is one', (last) => {
		expect(totalRows(table(...data, last))).toBe(1);
	});

	it.each([
		['2026-11-19;Total wash;1;9.00'],
		['2026-11-19;Mug;4;9.00'],
		['2026-11-19;Mug;10;9.00'],
		[';;4;9.00'],
		['Total;;;']
	])('%s is none', (last) => {
		expect(totalRows(table(...data, last))).toBe(0);
	});

	it('can be several, and are never all that there is', () => {
		expect(totalRows(table(...data, 'Subtotal;;10;32', 'Grand total;;10;32'))).toBe(2);
		expect(totalRows(table('Total;;10;32'))).toBe(0);
		expect(totalRows([])).toBe(0);
	});

	it('are not seen in numbers that add up by chance', () => {
		expect(totalRows(table('a;1', 'b;2', 'c;3'))).toBe(0);
		expect(totalRows(table('1', '2', '3'))).toBe(0);
	});
});
