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
	/** The newest first. */
	#rows: LibraryEntry[] = [];
	/** The head of the stream that they are of; null before the first reading. */
	#head: { length: number; hash: string } | null = null;

	/** The newest first. */
	read(db: GalleyDatabase): Promise<LibraryEntry[]> {
		return db.transaction('r', db.heads, db.events, db.entries, async () => {
			const head = (await db.heads.get('library')) ?? { length: 0, hash: '' };
			const changed = await this.#changed(db, head);
			if (!changed) this.#rows = (await all(db)).sort((a, b) => b.at - a.at);
			else if (changed.length > 0) this.#rows = merged(this.#rows, await byIds(db, changed));
			this.#head = { length: head.length, hash: head.hash };
			return this.#rows;
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

/** Rows in their order with some of them changed or added; the others are not put in order anew. */
function merged(before: readonly LibraryEntry[], changed: readonly LibraryEntry[]): LibraryEntry[] {
	const ids = new Set(changed.map(({ id }) => id));
	const rest = before.filter(({ id }) => !ids.has(id));
	const inOrder = [...changed].sort((a, b) => b.at - a.at);
	const rows: LibraryEntry[] = [];
	let at = 0;
	for (const row of rest) {
		for (let next = inOrder[at]; next && next.at >= row.at; next = inOrder[(at += 1)]) rows.push(next);
		rows.push(row);
	}
	return [...rows, ...inOrder.slice(at)];
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
