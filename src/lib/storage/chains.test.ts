import { chain, emptyHead, headAfter, type LogRecord } from '$lib/run';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstsOf, isUnbroken, longestChain } from './chains';
import { tick } from './testing';

const ticks = (count: number, from = 0) => Array.from({ length: count }, (_, n) => tick(from + n));

describe('longestChain', () => {
	it('finds the stream again in any order, with duplicates and damaged copies among it', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 12 }), fc.infiniteStream(fc.nat()), (length, random) => {
				const records = chain(emptyHead('run:a'), ticks(length));
				const copies: LogRecord[] = [...records, ...records].map((record, index) =>
					// One of the two copies may be damaged, never both.
					index >= length && draw(random) % 2 ? { ...record, event: tick(draw(random) + 1000) } : record
				);
				const shuffled = copies
					.map((record) => ({ record, key: draw(random) }))
					.sort((a, b) => a.key - b.key);
				expect(longestChain(shuffled.map((one) => one.record))).toEqual(records);
			})
		);
	});

	it('ends before the first gap', () => {
		const records = chain(emptyHead('run:a'), ticks(5));
		expect(longestChain(records.filter((record) => record.seq !== 2))).toEqual(records.slice(0, 2));
		expect(longestChain(records.slice(1))).toEqual([]);
		expect(longestChain([])).toEqual([]);
	});

	it('follows the longer branch, and of equal ones the first handed in', () => {
		const trunk = chain(emptyHead('run:a'), ticks(2));
		const head = headAfter(emptyHead('run:a'), trunk);
		const short = chain(head, ticks(1, 50));
		const long = chain(head, ticks(3, 90));
		expect(longestChain([...trunk, ...short, ...long])).toEqual([...trunk, ...long]);
		const other = chain(head, ticks(1, 70));
		expect(longestChain([...other, ...trunk, ...short])).toEqual([...trunk, ...other]);
	});

	it('takes rows of any shape', () => {
		const alien = { stream: 'run:a', seq: 0, event: 1n, prev: '', hash: 'x' } as unknown as LogRecord;
		expect(longestChain([alien, ...chain(emptyHead('run:a'), ticks(1))])).toHaveLength(1);
	});
});

describe('isUnbroken', () => {
	const records = chain(emptyHead('run:a'), ticks(4));

	it('holds for a stream and for its tails', () => {
		expect(isUnbroken(records)).toBe(true);
		expect(isUnbroken(records.slice(2), 2)).toBe(true);
		expect(isUnbroken([])).toBe(true);
	});

	it('sees a gap, a changed event and a wrong beginning', () => {
		expect(isUnbroken([...records.slice(0, 1), ...records.slice(2)])).toBe(false);
		expect(
			isUnbroken(records.map((record) => (record.seq === 3 ? { ...record, event: tick(9) } : record)))
		).toBe(false);
		expect(isUnbroken(records.slice(1))).toBe(false);
	});
});

describe('firstsOf', () => {
	it('gives the first record of each stream', () => {
		const a = chain(emptyHead('run:a'), ticks(2));
		const b = chain({ stream: 'run:b', length: 7, hash: 'h' }, ticks(1));
		expect([...firstsOf([...a, ...b]).values()]).toEqual([a[0], b[0]]);
	});

	it('throws for records that do not follow each other', () => {
		const records = chain(emptyHead('run:a'), ticks(3));
		expect(() => firstsOf([...records.slice(0, 1), ...records.slice(2)])).toThrow('follow');
	});
});

function draw(stream: { next(): IteratorResult<number> }): number {
	return stream.next().value as number;
}
