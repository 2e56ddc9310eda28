import { hashOf, ok, type Result } from '$lib/core';
import { emptyHead, headAfter, type LogRecord } from '$lib/run';
import { byStream, longestChain, madeByPerson } from './chains';
import { appendNoted, newFence, type Copies } from './copies';
import { entriesOf, writeRows } from './dexie-commit';
import type { FenceRow, GalleyDatabase, HeadRow, SegmentRow, ValueRow } from './dexie-database';
import { recordsIn, rewriteStream } from './event-rows';
import type { OpenReport } from './ports';
import { projectAll } from './project';
import { knownHashes, readValueRows, writeValues } from './value-rows';

export const NOTHING_REBUILT: OpenReport = { rebuilt: 'nothing', records: 0, hadData: true, notice: null };

/** Records written in one transaction while rebuilding. */
const BATCH = 2000;

/**
 * Reads both copies whole, makes the longest unbroken streams of them and gives each copy what it lacks. `incomplete`:
 * rows were found missing, which may be such as are only worked out from the streams.
 */
export async function rebuild(
	copies: Copies,
	before: FenceRow | undefined,
	incomplete = false
): Promise<Result<OpenReport>> {
	const { db } = copies;
	// Without a fence nobody commits until this is over; a crash in between begins it again.
	await db.meta.delete('fence');
	const [kept, journaled] = [await readDatabase(db), await readJournal(copies)];
	const fromJournal = byStream(journaled.records);
	const streams = new Map<string, LogRecord[]>();
	const toRewrite: string[] = [];
	const toJournal: LogRecord[] = [];
	let toDatabase = 0;
	let dropped = 0;
	for (const stream of new Set([...kept.keys(), ...fromJournal.keys()])) {
		const { records: inDatabase, unread } = kept.get(stream) ?? { records: [], unread: [] };
		const inJournal = fromJournal.get(stream) ?? [];
		const chain = longestChain([...inDatabase, ...inJournal]);
		streams.set(stream, chain);
		const databaseHas = new Set(inDatabase.map((record) => record.hash));
		const journalHas = new Set(inJournal.map((record) => record.hash));
		const lacking = chain.filter((record) => !databaseHas.has(record.hash)).length;
		const rest = inDatabase.filter((record) => chain[record.seq]?.hash !== record.hash);
		toJournal.push(...chain.filter((record) => !journalHas.has(record.hash)));
		toDatabase += lacking;
		// One that the journal replaces is no loss.
		dropped += [...rest.map(({ seq }) => seq), ...unread].filter((seq) => chain[seq] === undefined).length;
		if (lacking + rest.length + unread.length > 0) toRewrite.push(stream);
	}
	await rewrite(db, toRewrite, streams);
	const secured = await secure(copies, toJournal, journaled.values);
	if (!secured.ok) return secured;
	const { unreadable } = await finish(copies, streams, before);
	// Values alone can be what the journal had lost.
	const journalLacked = toJournal.length + secured.value;
	const rebuilt =
		toDatabase > 0 || journaled.restored > 0 ? 'database' : journalLacked > 0 ? 'journal' : 'nothing';
	const records = rebuilt === 'database' ? toDatabase : journalLacked;
	const hadData = madeByPerson(streams.keys());
	// The database had what it did not lose, so only beside its own losses can the journal's be for good.
	const gone = rebuilt === 'database' ? Math.max(0, (await copies.journal.missing()) - journalLacked) : 0;
	return ok({
		rebuilt,
		records,
		hadData,
		notice: sayReport(rebuilt, {
			records: records + (rebuilt === 'database' ? journaled.restored : 0),
			dropped,
			gone,
			unreadable: unreadable.length,
			incomplete
		})
	});
}

/** The database's records by stream, in the order of its rows; of rows that can't be read, the numbers. */
async function readDatabase(
	db: GalleyDatabase
): Promise<Map<string, { records: LogRecord[]; unread: number[] }>> {
	const found = new Map<string, { records: LogRecord[]; unread: number[] }>();
	for (const row of await db.events.toArray()) {
		const ours = found.get(row.stream) ?? { records: [], unread: [] };
		found.set(row.stream, ours);
		const records = recordsIn(row);
		ours.records.push(...records);
		if (records.length === 0) ours.unread.push(row.seq);
	}
	return found;
}

/** Has streams be in the database as they were put together; several in a transaction, none in two. */
async function rewrite(
	db: GalleyDatabase,
	names: readonly string[],
	streams: ReadonlyMap<string, LogRecord[]>
): Promise<void> {
	for (let at = 0; at < names.length;) {
		const batch: string[] = [];
		for (let count = 0; at < names.length && count < BATCH; at++) {
			const name = names[at] ?? '';
			batch.push(name);
			count += streams.get(name)?.length ?? 0;
		}
		await db.transaction('rw', db.events, db.heads, async () => {
			for (const name of batch) await rewriteStream(db, name, streams.get(name) ?? []);
		});
	}
}

/** Reads the journal: its records, and, on the way, the values that the database lacks are put back. */
async function readJournal({ db, journal }: Copies) {
	const records: LogRecord[] = [];
	const values = new Set<string>();
	let batch: ValueRow[] = [];
	let restored = 0;
	const putBack = async () => {
		const hashes = batch.map((row) => row.hash);
		const known = await knownHashes(db, hashes);
		const lost = batch.filter((row) => !known.has(row.hash));
		await db.transaction('rw', db.values, db.packs, () => writeValues(db, lost));
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

/** Gives the journal the records and the values that it lacks; the number of the values. */
async function secure(copies: Copies, records: LogRecord[], known: Set<string>): Promise<Result<number>> {
	const { db } = copies;
	const lost = [...(await knownHashes(db))].filter((hash) => !known.has(hash));
	for (let at = 0; at < lost.length; at += 50) {
		const found = await Promise.all(lost.slice(at, at + 50).map((hash) => readValueRows(db, hash)));
		const rows = found.flatMap((some) => some.slice(0, 1));
		const done = await appendNoted(copies, entriesOf([], rows));
		if (!done.ok) return done;
	}
	for (let at = 0; at < records.length; at += BATCH) {
		const done = await appendNoted(copies, entriesOf(records.slice(at, at + BATCH), []));
		if (!done.ok) return done;
	}
	return ok(lost.length);
}

/** Writes heads and rows anew, the journal's counts as they are, and the fence: in one transaction. */
async function finish(
	{ db, journal }: Copies,
	streams: Map<string, LogRecord[]>,
	before: FenceRow | undefined
) {
	const { runs, unreadable, ...rows } = projectAll(streams);
	const counts = await journal.counts();
	const made = [db.heads, db.runs, db.workflows, db.notes, db.entries, db.results, db.requests];
	const tables = [db.meta, db.events, ...made];
	await db.transaction('rw', tables, async () => {
		const fence: FenceRow = {
			...newFence(((await db.meta.get('fence')) as FenceRow | undefined) ?? before),
			unreadable: unreadable.length
		};
		await Promise.all(made.map((table) => table.clear()));
		await db.heads.bulkPut(await headsOf(db, streams));
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

/** The heads of streams, with the number of rows that each has now. */
async function headsOf(db: GalleyDatabase, streams: ReadonlyMap<string, LogRecord[]>): Promise<HeadRow[]> {
	const rows = new Map<string, number>();
	for (const [stream] of await db.events.toCollection().primaryKeys())
		rows.set(stream, (rows.get(stream) ?? 0) + 1);
	return [...streams].flatMap(([stream, records]) =>
		records.length > 0 ? [{ ...headAfter(emptyHead(stream), records), rows: rows.get(stream) ?? 0 }] : []
	);
}

interface Found {
	records: number;
	/** Rows of the database that belong to no unbroken stream. */
	dropped: number;
	/** Entries that neither copy has any more, at most. */
	gone: number;
	unreadable: number;
	incomplete: boolean;
}

function sayReport(rebuilt: OpenReport['rebuilt'], found: Found): string | null {
	const parts: string[] = [];
	const entries = counted(found.records);
	if (rebuilt === 'database') {
		parts.push(`The browser had lost part of Galley’s database; ${entries} came back from the journal.`);
	} else if (rebuilt === 'journal') {
		parts.push(`Galley’s journal was incomplete; ${entries} were copied to it again from the database.`);
	} else if (found.incomplete) {
		parts.push('Part of Galley’s lists was lost or damaged; they were made again and nothing is missing.');
	}
	if (found.dropped > 0)
		parts.push(`${found.dropped} damaged ones could not be brought back and were left out.`);
	if (found.gone > 0)
		parts.push(`The journal was damaged too: up to ${counted(found.gone)} could not be brought back.`);
	if (found.unreadable > 0)
		parts.push(`${found.unreadable} histories can’t be read by this version and are kept as they are.`);
	return parts.length > 0 ? parts.join(' ') : null;
}

function counted(count: number): string {
	return `${count} ${count === 1 ? 'entry' : 'entries'}`;
}
