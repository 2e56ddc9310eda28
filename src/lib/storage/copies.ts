import { ok, type Result } from '$lib/core';
import type { LogRecord } from '$lib/run';
import { longestChain } from './chains';
import type { EntryKeys, FenceRow, GalleyDatabase, SegmentRow } from './dexie-database';
import { readRecords, rewriteStream } from './event-rows';
import { DATA_FORMAT } from './format';
import type { Journal, JournalEntry } from './ports';

/** The two copies. Both are open, and the caller holds the lock that keeps other tabs from reconciling. */
export interface Copies {
	db: GalleyDatabase;
	journal: Journal;
}

/** The fence of this format. The epoch begins at the clock, so that it lies beyond every epoch of a lost database. */
export function newFence(before: FenceRow | undefined): FenceRow {
	return { key: 'fence', format: DATA_FORMAT, epoch: before?.epoch ?? Date.now() };
}

/** Appends to our own segment, noting its new count, and that of a segment that was found short, beforehand. */
export async function appendNoted(
	{ db, journal }: Copies,
	entries: JournalEntry[],
	short?: SegmentRow
): Promise<Result<boolean>> {
	const place = await journal.next();
	if (!place.ok) return place;
	const key = `segment:${place.value.segment}` as const;
	const last = keysOfEntries(entries);
	await db.transaction('rw', db.meta, async () => {
		if (short) await db.meta.put(short);
		await db.meta.put({ key, entries: place.value.entries + entries.length, last });
	});
	const appended = await journal.append(entries);
	return appended.ok ? ok(true) : appended;
}

/** The records of one stream as the journal has them, and nothing else of it in memory. */
async function journalStream(journal: Journal, stream: string): Promise<LogRecord[]> {
	const found: LogRecord[] = [];
	for await (const entry of journal.entries()) {
		if ('record' in entry && entry.record.stream === stream) found.push(entry.record);
	}
	return found;
}

/** Mends a stream of the database from the journal; null where that has no more of it. */
export async function mendStream({ db, journal }: Copies, stream: string): Promise<LogRecord[] | null> {
	const copies = await journalStream(journal, stream);
	return db.transaction('rw', db.events, db.heads, async () => {
		// Read in here: another tab may have appended meanwhile.
		const [head, kept] = await Promise.all([db.heads.get(stream), readRecords(db, stream)]);
		const chain = longestChain([...kept, ...copies]);
		const last = kept[kept.length - 1];
		if (chain.length === 0 || chain.length < Math.max(head?.length ?? 0, last ? last.seq + 1 : 0))
			return null;
		await rewriteStream(db, stream, chain);
		return chain;
	});
}

/** Where entries are found in the database, in their order; what follows each other is named together. */
export function keysOfEntries(entries: readonly JournalEntry[]): EntryKeys[] {
	const keys: EntryKeys[] = [];
	for (const entry of entries) {
		const last = keys[keys.length - 1];
		if ('record' in entry) {
			const { stream, seq } = entry.record;
			if (last && 'stream' in last && last.stream === stream && last.seq + (last.count ?? 1) === seq)
				last.count = (last.count ?? 1) + 1;
			else keys.push({ stream, seq });
		} else {
			const { hash } = 'value' in entry ? entry.value : entry.blob;
			if (last && 'hashes' in last) last.hashes.push(hash);
			else keys.push({ hashes: [hash] });
		}
	}
	return keys;
}
