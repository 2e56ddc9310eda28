import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32, decodeFrame, encodeFrames, walkFrames } from './journal-frame';
import { BODY, OpfsSegment, readHead } from './opfs-segment';
import type { JournalEntry } from './ports';

/** A file in memory that can fail: the write with number `failAt` writes only a part and answers nonsense. */
class MemoryFile implements FileSystemSyncAccessHandle {
	bytes = new Uint8Array(0);
	writes = 0;
	failAt = Infinity;
	failAfter = Infinity;

	read(target: Uint8Array, options?: { at?: number }): number {
		const part = this.bytes.subarray(options?.at ?? 0);
		target.set(part.subarray(0, target.length));
		return Math.min(part.length, target.length);
	}

	write(source: Uint8Array, options?: { at?: number }): number {
		const at = options?.at ?? 0;
		const fails = this.writes >= this.failAt && this.writes < this.failAfter;
		this.writes += 1;
		const part = fails ? source.subarray(0, source.length >> 1) : source;
		if (at + part.length > this.bytes.length) this.truncate(at + part.length);
		this.bytes.set(part, at);
		return fails ? 4294967288 : part.length;
	}

	truncate(size: number): void {
		const next = new Uint8Array(size);
		next.set(this.bytes.subarray(0, size));
		this.bytes = next;
	}

	getSize = () => this.bytes.length;
	flush(): void {}
	close(): void {}
}

const entry = (n: number): JournalEntry => ({
	blob: { hash: 'x'.repeat(n % 7), media: '', bytes: n, text: true }
});

function take(file: MemoryFile): OpfsSegment {
	const taken = OpfsSegment.take('segment-000001', file);
	if (!taken.ok) throw new Error(taken.failure.code);
	return taken.value;
}

function append(segment: OpfsSegment, entries: JournalEntry[]): boolean {
	return segment.append(encodeFrames(entries), entries.length).ok;
}

const read = (file: MemoryFile) => walkFrames(file.bytes, BODY).bodies.map(decodeFrame);

describe('a segment', () => {
	it('holds what was acknowledged, in order, whatever writes fail, also after a crash', () => {
		const groups = fc.array(fc.array(fc.nat(1000), { minLength: 1, maxLength: 4 }), { maxLength: 8 });
		fc.assert(
			fc.property(groups, fc.nat(24), fc.integer({ min: 1, max: 6 }), (list, failAt, length) => {
				const file = new MemoryFile();
				const segment = take(file);
				file.failAt = file.writes + failAt;
				file.failAfter = file.failAt + length;
				const kept: JournalEntry[] = [];
				let open: JournalEntry[] = [];
				for (const group of list) {
					const entries = group.map(entry);
					const done = append(segment, entries);
					if (done) kept.push(...entries);
					open = done ? [] : entries;
				}
				expect(segment.entries).toBe(kept.length);
				file.failAt = Infinity;
				const again = take(file);
				const found = read(file);
				// A group that failed last may be there, whole entries of it; nothing else may.
				expect(found.slice(0, kept.length)).toEqual(kept);
				expect(open).toEqual(expect.arrayContaining(found.slice(kept.length)));
				expect(again.entries).toBe(found.length);
				expect(again.sealed).toBe(false);
			}),
			{ numRuns: 500 }
		);
	});

	it('cuts a torn tail and goes on behind the last whole entry', () => {
		const file = new MemoryFile();
		append(take(file), [entry(1), entry(2)]);
		file.truncate(file.getSize() - 3);
		const segment = take(file);
		expect(segment.entries).toBe(1);
		append(segment, [entry(3)]);
		expect(read(file)).toEqual([entry(1), entry(3)]);
		expect(readHead(file.bytes)).toMatchObject({ entries: 2, end: file.getSize(), sealed: false });
	});

	it('is sealed when its middle is damaged, and stays so', () => {
		const file = new MemoryFile();
		append(take(file), [entry(1), entry(2), entry(3)]);
		const [, middle] = walkFrames(file.bytes, BODY).bodies;
		middle?.fill(0, 2, 4);
		expect(take(file)).toMatchObject({ sealed: true, entries: 2 });
		expect(readHead(file.bytes)).toMatchObject({ sealed: true, entries: 2 });
		expect(take(file).sealed).toBe(true);
	});

	it('survives the loss of either header slot, and of both', () => {
		for (const slots of [[0], [64], [0, 64]]) {
			const file = new MemoryFile();
			const segment = take(file);
			append(segment, [entry(1)]);
			append(segment, [entry(2)]);
			for (const at of slots) file.bytes.fill(7, at, at + 24);
			expect(take(file).entries).toBe(2);
			expect(readHead(file.bytes)).toMatchObject({ entries: 2 });
		}
	});

	it('does not touch a file of a newer format', () => {
		const file = new MemoryFile();
		append(take(file), [entry(1)]);
		for (const at of [0, 64]) {
			const view = new DataView(file.bytes.buffer, at, 24);
			view.setUint16(4, 99, true);
			view.setUint32(20, crc32(file.bytes.subarray(at, at + 20)), true);
		}
		const before = file.bytes.slice();
		const taken = OpfsSegment.take('segment-000001', file);
		expect(taken).toMatchObject({ ok: false, failure: { code: 'format.newer' } });
		expect(file.bytes).toEqual(before);
	});
});
