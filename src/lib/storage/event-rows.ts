import type { Head, LogRecord } from '$lib/run';
import { Dexie } from 'dexie';
import { byStream } from './chains';
import type { EventsRow, GalleyDatabase, HeadRow } from './dexie-database';

/**
 * Records and the rows that hold them. What a database costs is counted in rows, so records of one stream that are
 * written together share rows.
 */

/** Bytes of one row at most, where it holds more than one record or value: above 64 KB the browser makes a file of it. */
export const ROW_BYTES = 48 * 1024;

const WIDE = /[^\0-\xff]/;

/** Bytes that a text takes in a row: one for each character while all are Latin, else two. */
export function bytesInRow(text: string): number {
	return WIDE.test(text) ? 2 * text.length : text.length;
}

/** Parts whose sizes add up to no more than {@link ROW_BYTES}, in order; a bigger item has one for itself. */
export function inRows<T>(items: readonly T[], sizeOf: (item: T) => number): T[][] {
	const parts: T[][] = [];
	let room = 0;
	for (const item of items) {
		const size = sizeOf(item);
		const last = parts[parts.length - 1];
		if (last && size <= room) last.push(item);
		else {
			parts.push([item]);
			room = ROW_BYTES;
		}
		room -= size;
	}
	return parts;
}

/** The rows of records of one stream that follow each other. */
export function eventRows(records: readonly LogRecord[]): EventsRow[] {
	const written = records.map((record) => {
		const { event, hash } = record;
		return { record, text: JSON.stringify({ event, hash }) };
	});
	return inRows(written, ({ text }) => bytesInRow(text)).flatMap((part): EventsRow[] => {
		const [first, last] = [part[0]?.record, part[part.length - 1]?.record];
		if (!first || !last) return [];
		const { stream, prev } = first;
		return [{ stream, seq: last.seq, prev, records: part.map(({ text }) => text) }];
	});
}

/** The records in a row, in order; of a damaged row those that can still be read, or none. They are not verified. */
export function recordsIn(row: EventsRow | LogRecord): LogRecord[] {
	if (!('records' in row)) return [row];
	const { stream, seq, records } = row;
	let { prev } = row;
	try {
		return records.map((text, index) => {
			const { event, hash } = JSON.parse(text) as Pick<LogRecord, 'event' | 'hash'>;
			const record = { stream, seq: seq - records.length + 1 + index, event, prev, hash };
			prev = hash;
			return record;
		});
	} catch {
		return [];
	}
}

/** Keys of the rows that hold a stream's records from a number on; the first may hold earlier ones too. */
export function keysOf(stream: string, from = 0): [[string, number], [string, unknown]] {
	return [
		[stream, from],
		[stream, Dexie.maxKey]
	];
}

/** A stream's records from a number on, in order and not verified; for live queries too. */
export async function readRecords(db: GalleyDatabase, stream: string, from = 0): Promise<LogRecord[]> {
	const rows = await db.events
		.where('[stream+seq]')
		.between(...keysOf(stream, from))
		.toArray();
	return rows.flatMap(recordsIn).filter(({ seq }) => seq >= from);
}

/** A stream's records, and whether they are all that there should be: rows can be lost one by one. */
export function readLog(
	db: GalleyDatabase,
	stream: string
): Promise<{ records: LogRecord[]; isWhole: boolean }> {
	return db.transaction('r', db.events, db.heads, async () => {
		const [head, records] = await Promise.all([db.heads.get(stream), readRecords(db, stream)]);
		const isWhole = records.length === (head?.length ?? 0) && records.every(({ seq }, at) => seq === at);
		return { records, isWhole };
	});
}

/** The record that a stream begins with. */
export async function firstRecord(db: GalleyDatabase, stream: string): Promise<LogRecord | undefined> {
	const row = await db.events
		.where('[stream+seq]')
		.between(...keysOf(stream))
		.first();
	const [first] = row ? recordsIn(row) : [];
	return first?.seq === 0 ? first : undefined;
}

/** Number of rows that there are of a stream. */
export function rowsIn(db: GalleyDatabase, stream: string): Promise<number> {
	return db.events
		.where('[stream+seq]')
		.between(...keysOf(stream))
		.count();
}

/** Number of rows that a stream should have. Before rows were shared each record had one, and heads did not say. */
export function rowsOf(head: HeadRow | undefined): number {
	return head?.rows ?? head?.length ?? 0;
}

/** Puts records and the heads after them; `before` are the heads that they continue. For use inside a transaction. */
export async function appendRecords(
	db: GalleyDatabase,
	records: readonly LogRecord[],
	before: ReadonlyMap<string, HeadRow>
): Promise<void> {
	const rows: EventsRow[] = [];
	const heads: HeadRow[] = [];
	for (const [stream, list] of byStream(records)) {
		const made = eventRows(list);
		const last = list[list.length - 1];
		if (!last) continue;
		rows.push(...made);
		heads.push({
			stream,
			length: last.seq + 1,
			hash: last.hash,
			rows: rowsOf(before.get(stream)) + made.length
		});
	}
	if (rows.length > 0) await Promise.all([db.events.bulkPut(rows), db.heads.bulkPut(heads)]);
}

/** Has a whole stream be just these records; for use inside a transaction. */
export async function rewriteStream(
	db: GalleyDatabase,
	stream: string,
	records: readonly LogRecord[]
): Promise<void> {
	await db.events.where('[stream+seq]').between([stream, Dexie.minKey], [stream, Dexie.maxKey]).delete();
	await appendRecords(db, records, new Map());
}

/** A head without what only the database needs. */
export function plainHead({ stream, length, hash }: HeadRow): Head {
	return { stream, length, hash };
}
