import { ok, type Result } from '$lib/core';
import type { Copies } from './copies';
import type { FenceRow, GalleyDatabase } from './dexie-database';
import { readRecords, rowsOf } from './event-rows';
import type { OpenReport } from './ports';
import { noRows, project, type Rows } from './project';
import { NOTHING_REBUILT, rebuild } from './rebuild';

/**
 * The look at what opening takes on trust, since reading all of it would hold up the first screen: that the journal can
 * still be read where its counts are right, that runs which ended have all their records, and that lists have the rows that
 * their streams give.
 */

/** What is wrong; null when nothing is. */
export interface Damage {
	/** Segments of the journal that hold less than they say. */
	segments: string[];
	/** Streams or lists lack rows, or have some too many. */
	rows: boolean;
}

export async function findDamage({ db, journal }: Copies): Promise<Damage | null> {
	const segments = await journal.short();
	const rows = !(await hasAllRecords(db)) || !(await areListsRight(db));
	return segments.length > 0 || rows ? { segments, rows } : null;
}

/** Gives each copy what it lacks. No other tab may be reconciling. */
export async function mend(copies: Copies, { segments, rows }: Damage): Promise<Result<OpenReport>> {
	const { db, journal } = copies;
	const fence = (await db.meta.get('fence')) as FenceRow | undefined;
	// Somebody else is at it.
	if (!fence) return ok(NOTHING_REBUILT);
	// Their headers are put right on the way, or they would be found again at each look.
	for (const segment of segments) await journal.state(segment);
	return rebuild(copies, fence, rows);
}

/** Of one moment: a commit in between would look like a loss. */
async function hasAllRecords(db: GalleyDatabase): Promise<boolean> {
	return db.transaction('r', [db.heads, db.events], async () => {
		const [heads, rows] = await Promise.all([db.heads.toArray(), db.events.count()]);
		return rows === heads.reduce((sum, head) => sum + rowsOf(head), 0);
	});
}

async function areListsRight(db: GalleyDatabase): Promise<boolean> {
	return db.transaction('r', [db.events, db.heads, db.workflows, db.notes, db.entries], async () => {
		const [notes, entries] = [await projected(db, 'notes'), await projected(db, 'library')];
		return (
			(await hasJust(db, 'notes', notes?.notes)) &&
			(await hasJust(db, 'entries', entries?.entries)) &&
			(await hasEveryWorkflow(db))
		);
	});
}

async function hasEveryWorkflow(db: GalleyDatabase): Promise<boolean> {
	const [heads, ids] = await Promise.all([
		db.heads.where('stream').startsWith('workflow:').primaryKeys(),
		db.workflows.toCollection().primaryKeys()
	]);
	const known = new Set(ids.map((id) => `workflow:${id}`));
	for (const stream of heads) {
		if (!known.has(stream) && (await projected(db, stream))?.workflows.size) return false;
	}
	return true;
}

/** The rows that a stream gives; null for one that this version can't read. */
async function projected(db: GalleyDatabase, stream: string): Promise<Rows | null> {
	const records = await readRecords(db, stream);
	try {
		return project(noRows(), records);
	} catch {
		return null;
	}
}

async function hasJust(
	db: GalleyDatabase,
	table: 'notes' | 'entries',
	wanted: ReadonlyMap<string, unknown> | undefined
): Promise<boolean> {
	if (!wanted) return true;
	const ids = await db[table].toCollection().primaryKeys();
	return ids.length === wanted.size && ids.every((id) => wanted.has(id));
}
