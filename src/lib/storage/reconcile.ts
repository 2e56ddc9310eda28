import { DONE, fail, hashOf, ok, type Result } from '$lib/core';
import type { LogRecord } from '$lib/run';
import { Dexie } from 'dexie';
import { byStream, longestChain } from './chains';
import { entriesOf, valueEntry, writeEvents, writeRows } from './dexie-commit';
import type { FenceRow, GalleyDatabase, SegmentRow, ValueRow } from './dexie-database';
import { formatNewer } from './failures';
import { DATA_FORMAT } from './format';
import type { Journal, JournalEntry, OpenReport } from './ports';
import { projectAll } from './project';

/** The two copies. Both are open, and the caller holds the lock that keeps other tabs from reconciling. */
export interface Copies {
	db: GalleyDatabase;
	journal: Journal;
}

/** Rows written in one transaction while rebuilding. */
const BATCH = 2000;

const NOTHING: OpenReport = { rebuilt: 'nothing', records: 0, hadData: false, notice: null };

/**
 * Brings the two copies to the same state. Where counts say that they are, nothing else is read. The database writes
 * first and notes what the journal must hold after it, so in health it is never behind; where it is, it lost
 * something. The journal may lack the last group of a writer that was killed: that is completed without a scan.
 */
export async function reconcile(copies: Copies): Promise<Result<OpenReport>> {
	const { db, journal } = copies;
	// The journal first: a tab at work raises the database's count before the journal's.
	const held = await journal.counts();
	const { fence, segments } = await readMeta(db);
	if (fence && fence.format > DATA_FORMAT) return fail(formatNewer(fence.format));
	const journalHas = Object.values(held).some((count) => count > 0);
	if (!fence) {
		if (!journalHas && !(await hasStreams(db))) {
			await db.meta.put(newFence(undefined));
			return ok(NOTHING);
		}
		return rebuild(copies, fence);
	}
	const late: SegmentRow[] = [];
	for (const name of new Set([...Object.keys(held), ...segments.keys()])) {
		const row = segments.get(name);
		const wanted = row?.entries ?? 0;
		if ((held[name] ?? 0) > wanted) return rebuild(copies, fence);
		if (!row || (held[name] ?? 0) >= wanted) continue;
		const state = await journal.state(name);
		if (state === 'damaged') return rebuild(copies, fence);
		if (state === 'whole') late.push(row);
	}
	for (const row of late) {
		const done = await complete(copies, row);
		if (!done.ok) return done;
		if (!done.value) return rebuild(copies, fence);
	}
	return ok({ ...NOTHING, hadData: journalHas || (await hasStreams(db)) });
}

async function hasStreams(db: GalleyDatabase): Promise<boolean> {
	return (await db.heads.toCollection().first()) !== undefined;
}

/** The fence of this format. The epoch begins at the clock, so that it lies beyond every epoch of a lost database. */
export function newFence(before: FenceRow | undefined): FenceRow {
	return { key: 'fence', format: DATA_FORMAT, epoch: before?.epoch ?? Date.now() };
}

async function readMeta(db: GalleyDatabase) {
	const rows = await db.meta.toArray();
	let fence: FenceRow | undefined;
	const segments = new Map<string, SegmentRow>();
	for (const row of rows) {
		if (row.key === 'fence') fence = row;
		else segments.set(row.key.slice('segment:'.length), row);
	}
	return { fence, segments };
}

/**
 * Appends what an interrupted save left out. False when more is missing than the last group. The new place is noted in
 * the database before the append, as always.
 */
async function complete({ db, journal }: Copies, row: SegmentRow): Promise<Result<boolean>> {
	const name = row.key.slice('segment:'.length);
	// Counted again: its writer may have appended and gone since the first look.
	const count = (await journal.counts())[name] ?? 0;
	const missing = row.entries - count;
	if (missing <= 0) return ok(true);
	if (missing > row.last.length) return ok(false);
	const entries: JournalEntry[] = [];
	for (const key of row.last.slice(-missing)) {
		if ('hash' in key) {
			const value = await db.values.get(key.hash);
			if (value) entries.push(valueEntry(value));
		} else {
			const record = await db.events.get([key.stream, key.seq]);
			if (record) entries.push({ record });
		}
	}
	return append({ db, journal }, entries, { ...row, entries: count, last: [] });
}

/** Appends to our own segment, noting its new count, and that of a segment that was found short, beforehand. */
async function append(
	{ db, journal }: Copies,
	entries: JournalEntry[],
	short?: SegmentRow
): Promise<Result<boolean>> {
	const place = await journal.next();
	if (!place.ok) return place;
	const key = `segment:${place.value.segment}` as const;
	const last = entries.map((entry): SegmentRow['last'][number] =>
		'record' in entry
			? { stream: entry.record.stream, seq: entry.record.seq }
			: { hash: 'value' in entry ? entry.value.hash : entry.blob.hash }
	);
	await db.transaction('rw', db.meta, async () => {
		if (short) await db.meta.put(short);
		await db.meta.put({ key, entries: place.value.entries + entries.length, last });
	});
	const appended = await journal.append(entries);
	return appended.ok ? ok(true) : appended;
}

/** Reads both copies whole, makes the longest unbroken streams of them and gives each copy what it lacks. */
async function rebuild(copies: Copies, before: FenceRow | undefined): Promise<Result<OpenReport>> {
	const { db } = copies;
	// Without a fence nobody commits until this is over; a crash in between begins it again.
	await db.meta.delete('fence');
	const [kept, journaled] = [await db.events.toArray(), await readJournal(copies)];
	const fromDatabase = byStream(kept);
	const fromJournal = byStream(journaled.records);
	const streams = new Map<string, LogRecord[]>();
	const toDatabase: LogRecord[] = [];
	const toJournal: LogRecord[] = [];
	let dropped = 0;
	for (const stream of new Set([...fromDatabase.keys(), ...fromJournal.keys()])) {
		const inDatabase = fromDatabase.get(stream) ?? [];
		const inJournal = fromJournal.get(stream) ?? [];
		const chain = longestChain([...inDatabase, ...inJournal]);
		streams.set(stream, chain);
		const databaseHas = new Set(inDatabase.map((record) => record.hash));
		const journalHas = new Set(inJournal.map((record) => record.hash));
		toDatabase.push(...chain.filter((record) => !databaseHas.has(record.hash)));
		toJournal.push(...chain.filter((record) => !journalHas.has(record.hash)));
		dropped += await dropRest(db, stream, chain, inDatabase);
	}
	for (let at = 0; at < toDatabase.length; at += BATCH) {
		const batch = toDatabase.slice(at, at + BATCH);
		await db.transaction('rw', db.events, () => db.events.bulkPut(batch));
	}
	const secured = await secure(copies, toJournal, journaled.values);
	if (!secured.ok) return secured;
	const { unreadable } = await finish(copies, streams, before);
	const rebuilt =
		toDatabase.length > 0 || journaled.restored > 0
			? 'database'
			: toJournal.length > 0
				? 'journal'
				: 'nothing';
	const records = rebuilt === 'database' ? toDatabase.length : toJournal.length;
	const hadData = streams.size > 0;
	return ok({
		rebuilt,
		records,
		hadData,
		notice: sayReport(
			rebuilt,
			records + (rebuilt === 'database' ? journaled.restored : 0),
			dropped,
			unreadable.length
		)
	});
}

/** Takes rows out of the database that belong to no unbroken stream. Gives their number. */
async function dropRest(
	db: GalleyDatabase,
	stream: string,
	chain: readonly LogRecord[],
	rows: readonly LogRecord[]
): Promise<number> {
	const rest = rows.filter((row) => chain[row.seq]?.hash !== row.hash);
	if (rest.length > 0) await db.events.bulkDelete(rest.map((row): [string, number] => [stream, row.seq]));
	// One that the journal replaces is no loss.
	return rest.filter((row) => chain[row.seq] === undefined).length;
}

/** Reads the journal: its records, and, on the way, the values that the database lacks are put back. */
async function readJournal({ db, journal }: Copies) {
	const records: LogRecord[] = [];
	const values = new Set<string>();
	let batch: ValueRow[] = [];
	let restored = 0;
	const putBack = async () => {
		const hashes = batch.map((row) => row.hash);
		const known = new Set(await db.values.where(':id').anyOf(hashes).primaryKeys());
		const lost = batch.filter((row) => !known.has(row.hash));
		await db.values.bulkPut(lost);
		restored += lost.length;
		batch = [];
	};
	for await (const entry of journal.entries()) {
		if ('record' in entry) records.push(entry.record);
		else {
			const row: ValueRow = 'value' in entry ? entry.value : { ...entry.blob, blob: true };
			if ('value' in entry && hashOf(entry.value.content) !== row.hash) continue;
			values.add(row.hash);
			batch.push(row);
			if (batch.length >= 50) await putBack();
		}
	}
	if (batch.length > 0) await putBack();
	return { records, values, restored };
}

/** Gives the journal the records and the values that it lacks. */
async function secure(copies: Copies, records: LogRecord[], known: Set<string>): Promise<Result<void>> {
	const { db } = copies;
	const keys = await db.values.toCollection().primaryKeys();
	const lost = keys.filter((hash) => !known.has(hash));
	for (let at = 0; at < lost.length; at += 50) {
		const rows = (await db.values.bulkGet(lost.slice(at, at + 50))).filter((row) => row !== undefined);
		const done = await append(copies, entriesOf([], rows));
		if (!done.ok) return done;
	}
	for (let at = 0; at < records.length; at += BATCH) {
		const done = await append(copies, entriesOf(records.slice(at, at + BATCH), []));
		if (!done.ok) return done;
	}
	return DONE;
}

/** Writes heads and rows anew, the journal's counts as they are, and the fence: in one transaction. */
async function finish(
	{ db, journal }: Copies,
	streams: Map<string, LogRecord[]>,
	before: FenceRow | undefined
) {
	const { runs, unreadable, ...rows } = projectAll(streams);
	const counts = await journal.counts();
	const tables = [db.meta, db.events, db.heads, db.runs, db.workflows, db.notes, db.entries];
	const lasts = [...streams.values()].flatMap((records) => records.slice(-1));
	await db.transaction('rw', tables, async () => {
		const fence = newFence(((await db.meta.get('fence')) as FenceRow | undefined) ?? before);
		await Promise.all([db.heads, db.runs, db.workflows, db.notes, db.entries].map((table) => table.clear()));
		await writeEvents(db, lasts);
		await writeRows(db, rows);
		await db.runs.bulkPut(runs);
		await db.meta.clear();
		await db.meta.bulkPut([
			...Object.entries(counts).map(([name, entries]): SegmentRow => ({
				key: `segment:${name}`,
				entries,
				last: []
			})),
			fence
		]);
	});
	return { unreadable };
}

function sayReport(
	rebuilt: OpenReport['rebuilt'],
	records: number,
	dropped: number,
	unreadable: number
): string | null {
	const parts: string[] = [];
	const entries = `${records} ${records === 1 ? 'entry' : 'entries'}`;
	if (rebuilt === 'database') {
		parts.push(`The browser had lost part of Galley’s database; ${entries} came back from the journal.`);
	} else if (rebuilt === 'journal') {
		parts.push(`Galley’s journal was incomplete; ${entries} were copied to it again from the database.`);
	}
	if (dropped > 0) parts.push(`${dropped} damaged ones could not be brought back and were left out.`);
	if (unreadable > 0)
		parts.push(`${unreadable} histories can’t be read by this version and are kept as they are.`);
	return parts.length > 0 ? parts.join(' ') : null;
}

/** The records of one stream as the journal has them, and nothing else of it in memory. */
export async function journalStream(journal: Journal, stream: string): Promise<LogRecord[]> {
	const found: LogRecord[] = [];
	for await (const entry of journal.entries()) {
		if ('record' in entry && entry.record.stream === stream) found.push(entry.record);
	}
	return found;
}

/** The range of keys of a stream's records. */
export function keysOf(stream: string, from = 0): [[string, number], [string, unknown]] {
	return [
		[stream, from],
		[stream, Dexie.maxKey]
	];
}
