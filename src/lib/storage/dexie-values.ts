import { fail, hashOf, KEPT_TWICE, ok, textOfBytes, type Result } from '$lib/core';
import type { GalleyDatabase, ValueRow } from './dexie-database';
import { valueDamaged, valueMissing } from './failures';
import type { BlobFacts, Blobs, Journal, StoredValue } from './ports';
import { readValueRows } from './value-rows';

/** Where the contents of values are kept and found again. */
export class DexieValues {
	constructor(
		private readonly db: GalleyDatabase,
		private readonly journal: Journal,
		private readonly blobs: Blobs
	) {}

	/** The rows of values. Big ones are on disk as files when this returns; do it before the transaction. */
	async prepare(values: readonly StoredValue[]): Promise<Result<ValueRow[]>> {
		const rows = new Map<string, ValueRow>();
		for (const value of values) {
			if (rows.has(value.hash)) continue;
			if (value.bytes <= KEPT_TWICE) {
				rows.set(value.hash, value);
				continue;
			}
			const text = typeof value.content === 'string';
			const content = text
				? new TextEncoder().encode(value.content as string)
				: (value.content as Uint8Array);
			const written = await this.blobs.put(value.hash, content);
			if (!written.ok) return written;
			const { hash, media, bytes } = value;
			rows.set(hash, { hash, media, bytes, text, blob: true });
		}
		return ok([...rows.values()]);
	}

	/**
	 * A value, its content held against the hash. What the table lost or holds damaged is looked for in the journal
	 * and put back; of a file there is one copy only.
	 */
	async get(hash: string): Promise<Result<StoredValue>> {
		let found: Result<StoredValue> | null = null;
		const rows = await readValueRows(this.db, hash);
		for (const row of rows) {
			found = await this.#read(row);
			if (found.ok) return found;
		}
		const copy = await this.#fromJournal(
			hash,
			rows.some((row) => 'blob' in row)
		);
		const read = copy && (await this.#read(copy));
		if (copy && read?.ok) {
			await this.db.values.put(copy);
			return read;
		}
		return found ?? read ?? fail(valueMissing(hash));
	}

	async #read(row: ValueRow): Promise<Result<StoredValue>> {
		if (!('blob' in row)) return hashOf(row.content) === row.hash ? ok(row) : fail(valueDamaged(row.hash));
		const content = await this.blobs.get(row.hash);
		if (!content) return fail(valueMissing(row.hash));
		return hashOf(content) === row.hash ? ok(fromFile(row, content)) : fail(valueDamaged(row.hash));
	}

	/** The journal's copy. `isFile` spares the search when the facts are known already and only the file is at fault. */
	async #fromJournal(hash: string, isFile: boolean): Promise<ValueRow | null> {
		if (isFile) return null;
		for await (const entry of this.journal.entries()) {
			if ('value' in entry && entry.value.hash === hash && hashOf(entry.value.content) === hash)
				return entry.value;
			if ('blob' in entry && entry.blob.hash === hash) return { ...entry.blob, blob: true };
		}
		return null;
	}
}

function fromFile({ hash, media, bytes, text }: BlobFacts, content: Uint8Array): StoredValue {
	return { hash, media, bytes, content: text ? textOfBytes(content) : content };
}

/**
 * A value as the table holds it, for a page, which need not wait for its engine. Null when it lies in a file, is not
 * there or is damaged: the engine looks further, and heals it.
 */
export async function readInline(db: GalleyDatabase, hash: string): Promise<StoredValue | null> {
	const rows = await readValueRows(db, hash);
	const inline = rows.find((row) => !('blob' in row) && hashOf(row.content) === hash);
	return inline && !('blob' in inline) ? inline : null;
}

/** A value for somebody who only reads, wherever it lies; null when it is not there or damaged. */
export async function readStored(
	db: GalleyDatabase,
	blobs: Pick<Blobs, 'get'>,
	hash: string
): Promise<StoredValue | null> {
	for (const row of await readValueRows(db, hash)) {
		const content = 'blob' in row ? await blobs.get(hash) : row.content;
		if (content === null || hashOf(content) !== hash) continue;
		return 'blob' in row ? fromFile(row, content as Uint8Array) : row;
	}
	return null;
}
