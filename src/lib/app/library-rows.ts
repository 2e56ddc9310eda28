import type { LibraryEntry, LibraryEvent } from '$lib/run';
import { fits, readRecords, type GalleyDatabase } from '$lib/storage';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** Entries that are not in the bin, the newest first. */
export function libraryEntries(): Live<LibraryEntry[]> {
	const rows = new LibraryRows();
	return live(() => async () => (await rows.read(database())).filter((row) => row.deleted === 0));
}

/** All entries, those in the bin included, the newest first. */
export function wholeLibrary(): Live<LibraryEntry[]> {
	const rows = new LibraryRows();
	return live(() => () => rows.read(database()));
}

/** Rows that are read at once: more would hold up the page while the browser unpacks them. */
const AT_ONCE = 500;
const isEntry = fits('entries');

/** The library's rows: all of them once, then those that its stream says were changed. */
export class LibraryRows {
	#rows = new Map<string, LibraryEntry>();
	/** The head of the stream that they are of; null before the first reading. */
	#head: { length: number; hash: string } | null = null;

	/** The newest first. */
	read(db: GalleyDatabase): Promise<LibraryEntry[]> {
		return db.transaction('r', db.heads, db.events, db.entries, async () => {
			const head = (await db.heads.get('library')) ?? { length: 0, hash: '' };
			const changed = await this.#changed(db, head);
			const rows = changed ? new Map(this.#rows) : new Map<string, LibraryEntry>();
			for (const row of changed ? await byIds(db, changed) : await all(db)) rows.set(row.id, row);
			this.#rows = rows;
			this.#head = { length: head.length, hash: head.hash };
			return [...rows.values()].sort((a, b) => b.at - a.at);
		});
	}

	/** Ids of what was changed since the last reading; null where that is not known, as after a rebuild. */
	async #changed(db: GalleyDatabase, head: { length: number; hash: string }): Promise<string[] | null> {
		const before = this.#head;
		if (!before || before.length > head.length) return null;
		const records = await readRecords(db, 'library', Math.max(0, before.length - 1));
		const last = before.length === 0 ? '' : records.shift()?.hash;
		if (last !== before.hash || records.length !== head.length - before.length) return null;
		return records.map(({ event }) => idOf(event as LibraryEvent));
	}
}

function idOf(event: LibraryEvent): string {
	return event.type === 'entry.added' ? event.entry.id : event.id;
}

async function byIds(db: GalleyDatabase, ids: readonly string[]): Promise<LibraryEntry[]> {
	const rows = await db.entries.bulkGet([...new Set(ids)]);
	return rows.filter((row) => row !== undefined).filter(isEntry);
}

async function all(db: GalleyDatabase): Promise<LibraryEntry[]> {
	const rows: LibraryEntry[] = [];
	for (let last = ''; ;) {
		const next = await db.entries.where(':id').above(last).limit(AT_ONCE).toArray();
		rows.push(...next.filter(isEntry));
		if (next.length < AT_ONCE) return rows;
		last = next.at(-1)?.id ?? '';
	}
}
