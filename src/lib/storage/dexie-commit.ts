import { fail, ok, type Failure, type Result } from '$lib/core';
import type { LogRecord } from '$lib/run';
import type { Table } from 'dexie';
import { firstsOf } from './chains';
import { keysOfEntries } from './copies';
import type { FenceRow, GalleyDatabase, HeadRow, MetaRow, ValueRow } from './dexie-database';
import { appendRecords } from './event-rows';
import { formatNewer, leaseLost, streamMoved } from './failures';
import { DATA_FORMAT } from './format';
import type { Commit, JournalEntry, JournalPlace } from './ports';
import { project, touchedBy, type Rows } from './project';
import { SMALL_BYTES, writeValues } from './value-rows';

/** Why a transaction was given up; thrown inside it so that the database undoes it. */
class Refusal extends Error {
	constructor(readonly failure: Failure | 'emptied') {
		super(typeof failure === 'string' ? failure : failure.code);
	}
}

/**
 * Writes a commit in one transaction, or nothing of it. Gives what the journal has to append: the records, and the
 * values that were not there yet. `emptied` means that the database is no longer the one that was opened.
 * Errors of the database itself are thrown.
 */
export async function transact(
	db: GalleyDatabase,
	commit: Commit,
	values: readonly ValueRow[],
	place: JournalPlace
): Promise<Result<JournalEntry[], Failure | 'emptied'>> {
	const firsts = firstsOf(commit.records);
	const touched = touchedBy(commit.records);
	const tables: Table[] = [db.meta, db.events, db.heads];
	if (values.length > 0) tables.push(db.values, db.packs);
	if (commit.runs.length > 0) tables.push(db.runs);
	if (touched.workflows.length > 0) tables.push(db.workflows);
	if (touched.notes.length > 0) tables.push(db.notes);
	if (touched.entries.length > 0) tables.push(db.entries);
	if (touched.results.length > 0) tables.push(db.results);
	if (touched.requests.length > 0) tables.push(db.requests);
	try {
		const entries = await db.transaction('rw', tables, async () => {
			const streams = [...firsts.keys()];
			const [fence, heads, known, rows] = await Promise.all([
				db.meta.get('fence'),
				db.heads.bulkGet(streams),
				knownValues(db, values),
				readRows(db, touched)
			]);
			checkFence(fence as FenceRow | undefined, commit.epoch);
			checkHeads([...firsts.values()], heads);
			const added = values.filter((value) => !known.has(value.hash));
			const entries = entriesOf(commit.records, added);
			await Promise.all([
				appendRecords(db, commit.records, byName(heads)),
				writeValues(db, added),
				commit.runs.length > 0 && db.runs.bulkPut(commit.runs),
				writeRows(db, project(rows, commit.records)),
				db.meta.put(placeAfter(place, entries))
			]);
			return entries;
		});
		return ok(entries);
	} catch (error) {
		if (error instanceof Refusal) return fail(error.failure);
		throw error;
	}
}

/** The journal's entries for records and values, values first, so that no record refers to one that is not there. */
export function entriesOf(records: readonly LogRecord[], values: readonly ValueRow[]): JournalEntry[] {
	return [...values.map(valueEntry), ...records.map((record) => ({ record }))];
}

export function valueEntry(row: ValueRow): JournalEntry {
	if (!('blob' in row)) return { value: row };
	const { hash, media, bytes, text } = row;
	return { blob: { hash, media, bytes, text } };
}

/** Puts rows of a projection; for use inside a transaction over their tables. */
export async function writeRows(db: GalleyDatabase, rows: Rows): Promise<void> {
	await Promise.all([
		rows.workflows.size > 0 && db.workflows.bulkPut([...rows.workflows.values()]),
		rows.notes.size > 0 && db.notes.bulkPut([...rows.notes.values()]),
		rows.entries.size > 0 && db.entries.bulkPut([...rows.entries.values()]),
		rows.results.size > 0 && db.results.bulkPut([...rows.results.values()]),
		rows.requests.size > 0 && db.requests.bulkPut([...rows.requests.values()])
	]);
}

function checkFence(fence: FenceRow | undefined, epoch: number | null): void {
	if (!fence) throw new Refusal('emptied');
	if (fence.format > DATA_FORMAT) throw new Refusal(formatNewer(fence.format));
	if (epoch !== null && epoch < fence.epoch) throw new Refusal(leaseLost());
}

function checkHeads(firsts: readonly LogRecord[], heads: readonly (HeadRow | undefined)[]): void {
	for (const [index, first] of firsts.entries()) {
		const head = heads[index];
		if (first.seq !== (head?.length ?? 0) || first.prev !== (head?.hash ?? '')) {
			throw new Refusal(streamMoved(first.stream));
		}
	}
}

function byName(heads: readonly (HeadRow | undefined)[]): Map<string, HeadRow> {
	return new Map(heads.flatMap((head) => (head ? [[head.stream, head] as const] : [])));
}

/**
 * Keys only: reading a value just to learn that it is there would cost as much as writing it. Asked one by one but all at
 * once: a cursor over a list of keys waits for the answer about each before it asks about the next.
 */
async function knownValues(db: GalleyDatabase, values: readonly ValueRow[]): Promise<Set<string>> {
	const big = values.filter((value) => value.bytes > SMALL_BYTES);
	const found = await Promise.all(big.map(({ hash }) => db.values.where(':id').equals(hash).primaryKeys()));
	return new Set(found.flat());
}

async function readRows(db: GalleyDatabase, touched: ReturnType<typeof touchedBy>): Promise<Rows> {
	const [workflows, notes, entries, requests] = await Promise.all([
		readById(db.workflows, touched.workflows),
		readById(db.notes, touched.notes),
		readById(db.entries, touched.entries),
		readById(db.requests, touched.requests)
	]);
	// Results are only ever added, so none has to be read.
	return { workflows, notes, entries, requests, results: new Map() };
}

async function readById<T extends { id: string }>(
	table: Table<T, string>,
	ids: string[]
): Promise<Map<string, T>> {
	if (ids.length === 0) return new Map();
	const rows = await table.bulkGet(ids);
	return new Map(rows.flatMap((row) => (row ? [[row.id, row] as const] : [])));
}

/** What the journal must hold once this commit is in it; the group is named so that it can be completed. */
function placeAfter(place: JournalPlace, entries: readonly JournalEntry[]): MetaRow {
	return {
		key: `segment:${place.segment}`,
		entries: place.entries + entries.length,
		last: keysOfEntries(entries)
	};
}
