import { DexieStore } from './dexie-store';
import { OpfsBlobs } from './opfs-blobs';
import { OpfsJournal } from './opfs-journal';
import type { Store } from './ports';

/** Folder in the origin's private file system that the first opening of a store makes, before anything is written. */
export function journalFolder(name = 'galley'): string {
	return `${name}-journal`;
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
export { firstRecord, readRecords } from './event-rows';
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
export { getSetting, putSetting, type Shape } from './settings';
export { KeyVault, type KeyFacts, type VaultState } from './key-vault';
export { fits } from './rows-fit';
export { countValues } from './value-rows';
