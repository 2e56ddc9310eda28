import { KEPT_TWICE, ok, type Result } from '$lib/core';
import type { LibraryEntry } from '$lib/run';
import type { GalleyDatabase } from './dexie-database';
import type { Blobs } from './ports';
import { SMALL_BYTES } from './value-rows';

/** Values that the bin held, removed where nothing else needs them. */

const HASH = /[0-9a-f]{64}/g;

/** Those of the hashes that no entry needs whose bytes are kept. */
export function looseOf(hashes: readonly string[], entries: readonly LibraryEntry[]): Set<string> {
	const loose = new Set(hashes);
	for (const { value, emptied } of entries) if (!emptied) loose.delete(value.hash);
	return loose;
}

/** False for streams in which a hash keeps no value: the library's own history, and the ledger. */
export function namesValues(stream: string): boolean {
	return stream !== 'library' && stream !== 'egress';
}

/** Takes out every hash that a text names. */
export function dropNamed(loose: Set<string>, text: string): void {
	for (const [hash] of text.matchAll(HASH)) loose.delete(hash);
}

/** Those of the hashes that neither an entry of the library nor a record of a run needs. */
async function looseIn(db: GalleyDatabase, hashes: readonly string[]): Promise<Set<string>> {
	const loose = looseOf(hashes, await db.entries.toArray());
	// One by one: all records at once may be more than fits into memory.
	if (loose.size > 0)
		await db.events.each((row) => {
			if (!namesValues(row.stream)) return;
			for (const text of 'records' in row ? row.records : [JSON.stringify(row)]) dropNamed(loose, text);
		});
	return loose;
}

/** Hashes of what was emptied out of the bin and that nothing needs; the small ones still lie on this device. */
export async function emptiedHashes(db: GalleyDatabase): Promise<Set<string>> {
	const emptied = await db.entries.filter((entry) => entry.emptied === true).toArray();
	return emptied.length === 0
		? new Set()
		: looseIn(
				db,
				emptied.map(({ value }) => value.hash)
			);
}

/**
 * Removes the values and says how many bytes of them lie nowhere any more: the journal keeps what is small. In one
 * transaction with the look at what refers to them, so that no commit comes in between; the caller holds the lock that
 * keeps files of big values from being written meanwhile.
 */
export async function forgetValues(
	db: GalleyDatabase,
	blobs: Blobs,
	hashes: readonly string[]
): Promise<Result<number>> {
	const gone = await db.transaction('rw', db.entries, db.events, db.values, async () => {
		const loose = await looseIn(db, hashes);
		const rows = await db.values.bulkGet([...loose]);
		const big = rows.flatMap((row) => (row && row.bytes > SMALL_BYTES ? [row] : []));
		await db.values.bulkDelete(big.map(({ hash }) => hash));
		return big;
	});
	for (const row of gone) if ('blob' in row) await blobs.remove(row.hash);
	return ok(gone.reduce((sum, { bytes }) => sum + (bytes > KEPT_TWICE ? bytes : 0), 0));
}
