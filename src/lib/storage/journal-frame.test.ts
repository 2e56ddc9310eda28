import { chain, emptyHead } from '$lib/run';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, decodeFrame, encodeFrames, walkFrames } from './journal-frame';
import type { JournalEntry } from './ports';
import { bytesValue, textValue, tick } from './testing';

const entry = fc.oneof(
	fc.string({ unit: 'grapheme' }).map((text): JournalEntry => ({ value: textValue(text) })),
	fc.uint8Array().map((bytes): JournalEntry => ({ value: bytesValue(bytes) })),
	fc.nat().map((at): JournalEntry => ({ record: chain(emptyHead('run:a'), [tick(at)])[0] ?? never() })),
	fc.nat().map((bytes): JournalEntry => ({ blob: { hash: 'h', media: 'text/csv', bytes, text: true } }))
);
const entries = fc.array(entry, { minLength: 1, maxLength: 8 });
const read = (bytes: Uint8Array, from = 0) => walkFrames(bytes, from).bodies.map(decodeFrame);

describe('frames', () => {
	it('have the checksum that everybody calls CRC-32', () => {
		expect(crc32(new TextEncoder().encode('123456789'))).toBe(0xcbf43926);
	});

	it('give back what was put in, after a header of any size', () => {
		fc.assert(
			fc.property(entries, fc.nat(200), (list, from) => {
				const bytes = new Uint8Array([...new Uint8Array(from), ...encodeFrames(list)]);
				expect(read(bytes, from)).toEqual(list);
				expect(walkFrames(bytes, from)).toMatchObject({ end: bytes.length, damaged: false });
			})
		);
	});

	it('lose only the last entry when the tail is torn anywhere in it, and are not called damaged', () => {
		fc.assert(
			fc.property(entries, fc.nat(), (list, cut) => {
				const whole = encodeFrames(list);
				const rest = encodeFrames(list.slice(0, -1)).length;
				const torn = whole.slice(0, rest + (cut % (whole.length - rest)));
				expect(read(torn)).toEqual(list.slice(0, -1));
				expect(walkFrames(torn, 0)).toMatchObject({ end: rest, damaged: false });
			})
		);
	});

	it('lose at most the entry in which a bit flipped, wherever it is, and find the ones after it', () => {
		fc.assert(
			fc.property(entries, fc.nat(), fc.integer({ min: 0, max: 7 }), (list, at, bit) => {
				const bytes = encodeFrames([...list, ...list]);
				const place = at % bytes.length;
				bytes[place] = (bytes[place] ?? 0) ^ (1 << bit);
				const ends = [...list, ...list].map(
					(_, n) => encodeFrames([...list, ...list].slice(0, n + 1)).length
				);
				const hit = ends.findIndex((end) => place < end);
				expect(read(bytes)).toEqual([...list, ...list].filter((_, n) => n !== hit));
				expect(walkFrames(bytes, 0).damaged).toBe(hit < ends.length - 1);
			})
		);
	});

	it('find nothing in noise and in nothing', () => {
		expect(read(new Uint8Array(0))).toEqual([]);
		expect(read(new Uint8Array(500))).toEqual([]);
		expect(read(new Uint8Array(500).fill(255))).toEqual([]);
	});

	it('skip an entry of a kind that is not known', () => {
		const body = new TextEncoder().encode('{"later":1}');
		expect(decodeFrame(body)).toBeNull();
		expect(decodeFrame(new TextEncoder().encode('not json'))).toBeNull();
	});
});

function never(): never {
	throw new Error('a chain of one event has a record');
}
