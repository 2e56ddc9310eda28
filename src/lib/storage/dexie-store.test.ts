import { failure } from '$lib/core';
import 'fake-indexeddb/auto';
import { storeConformance } from './conformance';
import { GalleyDatabase } from './dexie-database';
import { DexieStore } from './dexie-store';
import { storageFaults, type FaultRig } from './faults';
import { MemoryBlobs } from './memory-blobs';
import { MemoryDisk, MemoryJournal } from './memory-journal';
import type { Store } from './ports';
import { databaseSide } from './testing-database';
import { fillDatabase, relieve } from './testing-faults';

let count = 0;

/** Dexie on a database in memory, with a journal in memory: the same code as in the browser but for the files. */
async function make(): Promise<FaultRig> {
	const name = `node-${++count}`;
	const disk = new MemoryDisk();
	const blobs = new MemoryBlobs();
	const page = new GalleyDatabase(name);
	const tabs = new Map<Store, MemoryJournal>();
	const open = (limit?: number) => {
		const journal = new MemoryJournal(disk, limit);
		const store = new DexieStore({ name, blobs, journal });
		tabs.set(store, journal);
		return store;
	};
	/** The segment that has most entries. */
	const longest = () => [...disk.segments.values()].sort((a, b) => b.length - a.length)[0] ?? [];
	return {
		...databaseSide(page),
		tab: async () => open(),
		smallTab: async () => open(10),
		damage: async (hash) => {
			blobs.files.set(hash, new Uint8Array(3));
		},
		loseJournal: async () => disk.segments.clear(),
		tearJournal: async () => {
			longest().pop();
		},
		flipJournal: async () => {
			const entries = longest();
			entries.splice(entries.length >> 1, 1);
			for (const [name, held] of disk.segments) if (held === entries) disk.damaged.add(name);
		},
		segments: async () => [...disk.segments.values()].filter((entries) => entries.length > 0).length,
		fill: async (tab, copy) => {
			const journal = tabs.get(tab);
			if (journal) journal.refuse = copy === 'journal' ? failure('storage.full', 'No room.') : null;
			if (copy === 'database') fillDatabase();
			else relieve();
		},
		end: async () => {
			relieve();
			for (const tab of tabs.keys()) await tab.close();
			await page.delete();
		}
	};
}

storeConformance('Dexie and memory journal', make);
storageFaults('Dexie and memory journal', make);
