import { DONE, fail, type Result } from '$lib/core';
import { GalleyDatabase } from './dexie-database';
import { DexieStore } from './dexie-store';
import { stillHeld, storageFailure } from './failures';
import { OpfsBlobs } from './opfs-blobs';
import { OpfsJournal } from './opfs-journal';
import type { Store } from './ports';
import { salvage, type Salvage } from './salvage';
import { OpfsShelf, type Shelf } from './shelf';

/** Folder in the origin's private file system that the first opening of a store makes, before anything is written. */
export function journalFolder(name = 'galley'): string {
	return `${name}-journal`;
}

/** Files put aside, see {@link Shelf}. */
export function createShelf(name = 'galley'): Shelf {
	return new OpfsShelf(`${name}-shelf`);
}

/** A second, empty device beside the one in use, for a rehearsal. */
export interface Scratch {
	store: Store;
	database: GalleyDatabase;
	/** Throws it away. */
	remove(): Promise<void>;
}

export function createScratch(name = 'galley-rehearsal'): Scratch {
	const store = createStore(name);
	const database = new GalleyDatabase(name);
	return {
		store,
		database,
		async remove() {
			await store.wipe();
			await store.close();
			await database.delete();
			const root = await navigator.storage.getDirectory();
			for (const folder of [journalFolder(name), `${name}-blobs`])
				await root.removeEntry(folder, { recursive: true }).catch(() => undefined);
		}
	};
}

/**
 * Throws a device's data away without opening it, for one whose store does not open. Everything that holds it has to be
 * ended before. Its failure is `storage.failed`.
 */
export async function destroyDevice(name = 'galley'): Promise<Result<void>> {
	try {
		const isFree = await new Promise<boolean>((resolve, reject) => {
			const request = indexedDB.deleteDatabase(name);
			request.onsuccess = () => resolve(true);
			request.onblocked = () => resolve(false);
			request.onerror = () => reject(request.error ?? new Error('the database could not be deleted'));
		});
		if (!isFree) return fail(stillHeld());
		for (const beside of ['folders', 'signing']) indexedDB.deleteDatabase(`${name}-${beside}`);
		const root = await navigator.storage.getDirectory();
		for (const folder of [journalFolder(name), `${name}-blobs`, `${name}-shelf`])
			await root.removeEntry(folder, { recursive: true }).catch(ignoreMissing);
		return DONE;
	} catch (error) {
		return fail(storageFailure(error, 'starting over'));
	}
}

function ignoreMissing(error: unknown): void {
	if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error;
}

/** What can still be read of a device whose store does not open; for a dedicated worker. */
export function salvageDevice(name = 'galley'): Promise<Salvage> {
	return salvage({
		name,
		journal: new OpfsJournal(journalFolder(name)),
		blobs: new OpfsBlobs(`${name}-blobs`)
	});
}

/** The store of a device, for a dedicated worker (it needs OPFS access handles). Call `open()` before anything else. */
export function createStore(name = 'galley'): Store {
	return new DexieStore({
		name,
		journal: new OpfsJournal(journalFolder(name)),
		blobs: new OpfsBlobs(`${name}-blobs`)
	});
}

export { approvedOutputs } from './approved';
export { DexieStore, type DexieStoreParts } from './dexie-store';
export { GalleyDatabase, type NoteRow, type SettingRow, type ValueRow } from './dexie-database';
export { readInline, readStored } from './dexie-values';
export { exclusively, within } from './exclusive';
export { FolderBook, mayUse, type ConnectedFolder, type FolderFile, type FolderLook } from './folder-book';
export { firstRecord, readLog, readRecords } from './event-rows';
export { isStorageError, storageFailure } from './failures';
export { MemoryBlobs } from './memory-blobs';
export { MemoryDisk, MemoryJournal } from './memory-journal';
export { MemoryDevice, MemoryStore } from './memory-store';
export { OpfsBlobs } from './opfs-blobs';
export { OpfsJournal } from './opfs-journal';
export type {
	BlobFacts,
	Blobs,
	Commit,
	Journal,
	JournalEntry,
	JournalPlace,
	OpenReport,
	Store,
	StoredValue
} from './ports';
export { salvage, type Salvage } from './salvage';
export { MemoryShelf, OpfsShelf, type Shelf, type ShelfWriter } from './shelf';
export { getSetting, putSetting, type Shape } from './settings';
export { KeyVault, type KeyFacts, type VaultState } from './key-vault';
export { SigningKey } from './signing-key';
export { fits } from './rows-fit';
export { emptiedHashes } from './forget';
export { countValues, knownHashes } from './value-rows';
