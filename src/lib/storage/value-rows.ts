import type { GalleyDatabase, ValueRow } from './dexie-database';
import { bytesInRow, inRows } from './event-rows';
import type { StoredValue } from './ports';

/** Values and the rows that hold them: small texts of one commit lie together, found by an index of their hashes. */

/**
 * Bytes of a small value. Asking whether one is there already would cost more than writing it again, and one of them is
 * read with all that lie beside it.
 */
export const SMALL_BYTES = 8 * 1024;

function isSmall(row: ValueRow): row is StoredValue {
	return !('blob' in row) && typeof row.content === 'string' && row.bytes <= SMALL_BYTES;
}

/** Puts rows of values; for use inside a transaction over `values` and `packs`. */
export async function writeValues(db: GalleyDatabase, rows: readonly ValueRow[]): Promise<void> {
	const packs = inRows(rows.filter(isSmall), ({ content }) => bytesInRow(content as string));
	const together = packs.filter((pack) => pack.length > 1);
	const alone = [...rows.filter((row) => !isSmall(row)), ...packs.flatMap((pack) => (pack[1] ? [] : pack))];
	await Promise.all([
		alone.length > 0 && db.values.bulkPut(alone),
		together.length > 0 &&
			db.packs.bulkAdd(together.map((values) => ({ hashes: values.map(({ hash }) => hash), values })))
	]);
}

/** Every row that claims to hold a value, not verified. One of its own comes first: it may be there to mend a pack. */
export async function readValueRows(db: GalleyDatabase, hash: string): Promise<ValueRow[]> {
	const [own, packs] = await Promise.all([
		db.values.get(hash),
		db.packs.where('hashes').equals(hash).toArray()
	]);
	const packed = packs.flatMap(({ values }) => values.filter((value) => value.hash === hash));
	return own ? [own, ...packed] : packed;
}

/** Which of these values have a row; of all, without a list. */
export async function knownHashes(db: GalleyDatabase, hashes?: readonly string[]): Promise<Set<string>> {
	const [own, packed] = await Promise.all(
		hashes
			? [db.values.where(':id').anyOf(hashes).primaryKeys(), db.packs.where('hashes').anyOf(hashes).keys()]
			: [db.values.toCollection().primaryKeys(), db.packs.orderBy('hashes').uniqueKeys()]
	);
	return new Set([...own, ...(packed as string[])]);
}

/** Number of values that are kept; one that two runs wrote may count twice. */
export async function countValues(db: GalleyDatabase): Promise<number> {
	const [own, packed] = await Promise.all([db.values.count(), db.packs.orderBy('hashes').count()]);
	return own + packed;
}
