import { fail, ok, type Result } from '$lib/core';
import type { RunRow } from '$lib/run';
import { appendNoted, newFence, type Copies } from './copies';
import { valueEntry } from './dexie-commit';
import { madeByPerson } from './chains';
import type { EntryKeys, FenceRow, GalleyDatabase, HeadRow, SegmentRow } from './dexie-database';
import { firstRecord, readRecords, rowsIn, rowsOf } from './event-rows';
import { formatNewer } from './failures';
import { DATA_FORMAT, OPEN_STATUSES } from './format';
import type { JournalEntry, OpenReport } from './ports';
import { NOTHING_REBUILT, rebuild } from './rebuild';
import { fits } from './rows-fit';
import { readValueRows } from './value-rows';

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
			return ok({ ...NOTHING_REBUILT, hadData: false });
		}
		return rebuild(copies, fence);
	}
	if (!(await isComplete(db, fence))) return rebuild(copies, fence, true);
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
	const streams = await db.heads.toCollection().primaryKeys();
	return ok({ ...NOTHING_REBUILT, hadData: madeByPerson(streams) || (journalHas && streams.length === 0) });
}

async function hasStreams(db: GalleyDatabase): Promise<boolean> {
	return (await db.heads.toCollection().first()) !== undefined;
}

/**
 * Rows can be lost one by one, too: has every stream that is worked with as many with records as its head says, and every
 * run its list row? And are there only rows that Galley wrote? Runs that ended are counted when nothing waits for it
 * (`look-over.ts`), since counting reads them: a start must not take longer for all that was ever done.
 */
function isComplete(db: GalleyDatabase, fence: FenceRow): Promise<boolean> {
	const lists = [db.runs, db.workflows, db.notes, db.entries];
	return db.transaction('r', [db.heads, db.events, ...lists], async () => {
		const [heads, runs, workflows, notes, entries] = await Promise.all([
			db.heads.toArray(),
			db.runs.toArray(),
			db.workflows.toArray(),
			db.notes.toArray(),
			db.entries.toArray()
		]);
		const areOurs =
			runs.every(fits('runs')) &&
			workflows.every(fits('workflows')) &&
			notes.every(fits('notes')) &&
			entries.every(fits('entries'));
		if (!areOurs || !heads.every(isHead)) return false;
		const listed = runs.map(({ id }) => id);
		const ended = new Set(runs.filter(isEnded).map(({ id }) => `run:${id}`));
		const live = heads.filter(({ stream }) => stream.startsWith('run:') && !ended.has(stream));
		const others = heads.filter(({ stream }) => !stream.startsWith('run:'));
		const [beside, ...counts] = await Promise.all([
			rowsBesideRuns(db),
			...live.map(({ stream }) => rowsIn(db, stream))
		]);
		if (beside !== others.reduce((sum, head) => sum + rowsOf(head), 0)) return false;
		if (live.some((head, index) => counts[index] !== rowsOf(head))) return false;
		const streams = new Set(heads.map(({ stream }) => stream));
		if (listed.some((id) => !streams.has(`run:${id}`))) return false;
		const ids = new Set(listed);
		const unlisted = heads.filter(({ stream }) => stream.startsWith('run:') && !ids.has(stream.slice(4)));
		const firsts = await Promise.all(unlisted.map(({ stream }) => firstRecord(db, stream)));
		const started = firsts.filter((record) => record?.event.type === 'run.started').length;
		return started <= (fence.unreadable ?? 0);
	});
}

/** False for a row that something else than Galley wrote: its key may be anything that a key can be. */
function isHead({ stream, length }: HeadRow): boolean {
	return typeof stream === 'string' && typeof length === 'number';
}

function isEnded({ status }: RunRow): boolean {
	return !OPEN_STATUSES.includes(status);
}

/** Number of rows of all streams that are not of a run. */
async function rowsBesideRuns({ events }: GalleyDatabase): Promise<number> {
	const keys = events.where('[stream+seq]');
	// A semicolon comes right after the colon.
	const [before, after] = await Promise.all([keys.below(['run:']).count(), keys.above(['run;']).count()]);
	return before + after;
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
	const last = (await Promise.all(row.last.map((keys) => entriesAt(db, keys)))).flat();
	if (missing > last.length) return ok(false);
	return appendNoted({ db, journal }, last.slice(-missing), { ...row, entries: count, last: [] });
}

/** The entries that keys of the last group stand for; nothing stands in the place of one that is lost. */
async function entriesAt(db: GalleyDatabase, keys: EntryKeys): Promise<JournalEntry[]> {
	if ('stream' in keys) {
		const { stream, seq, count = 1 } = keys;
		const records = await readRecords(db, stream, seq);
		return records.slice(0, count).map((record) => ({ record }));
	}
	const hashes = 'hashes' in keys ? keys.hashes : [keys.hash];
	const rows = await Promise.all(hashes.map((hash) => readValueRows(db, hash)));
	return rows.flatMap((found) => found.slice(0, 1).map(valueEntry));
}
