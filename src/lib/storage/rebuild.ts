import { hashOf, ok, type Result } from '$lib/core';
import type { LogRecord } from '$lib/run';
import { byStream, longestChain } from './chains';
import { appendNoted, newFence, type Copies } from './copies';
import { entriesOf, writeEvents, writeRows } from './dexie-commit';
import type { FenceRow, GalleyDatabase, SegmentRow, ValueRow } from './dexie-database';
import type { OpenReport } from './ports';
import { projectAll } from './project';

/** Rows written in one transaction while rebuilding. */
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
	// The database had what it did not lose, so only beside its own losses can the journal's be for good.
	const gone =
		rebuilt === 'database'
			? Math.max(0, (await copies.journal.missing()) - toJournal.length - secured.value)
			: 0;
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

/** Gives the journal the records and the values that it lacks; the number of the values. */
async function secure(copies: Copies, records: LogRecord[], known: Set<string>): Promise<Result<number>> {
	const { db } = copies;
	const keys = await db.values.toCollection().primaryKeys();
	const lost = keys.filter((hash) => !known.has(hash));
	for (let at = 0; at < lost.length; at += 50) {
		const rows = (await db.values.bulkGet(lost.slice(at, at + 50))).filter((row) => row !== undefined);
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
	const made = [db.heads, db.runs, db.workflows, db.notes, db.entries, db.results];
	const tables = [db.meta, db.events, ...made];
	const lasts = [...streams.values()].flatMap((records) => records.slice(-1));
	await db.transaction('rw', tables, async () => {
		const fence: FenceRow = {
			...newFence(((await db.meta.get('fence')) as FenceRow | undefined) ?? before),
			unreadable: unreadable.length
		};
		await Promise.all(made.map((table) => table.clear()));
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
		parts.push('The browser had lost part of Galley’s lists; they were made again and nothing is missing.');
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
