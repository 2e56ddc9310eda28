import 'fake-indexeddb/auto';
import { storeConformance, type Rig } from './conformance';
import { GalleyDatabase } from './dexie-database';
import { DexieStore } from './dexie-store';
import { MemoryBlobs } from './memory-blobs';
import { MemoryDisk, MemoryJournal } from './memory-journal';

let count = 0;

async function make(): Promise<Rig> {
	const name = `node-${++count}`;
	const disk = new MemoryDisk();
	const blobs = new MemoryBlobs();
	const page = new GalleyDatabase(name);
	const tabs: DexieStore[] = [];
	return {
		tab: async () => {
			const tab = new DexieStore({ name, blobs, journal: new MemoryJournal(disk) });
			tabs.push(tab);
			return tab;
		},
		rows: async () => ({
			runs: await page.runs.toArray(),
			workflows: await page.workflows.toArray(),
			notes: await page.notes.toArray(),
			entries: await page.entries.toArray()
		}),
		setFormat: async (format) => {
			await page.meta.put({ key: 'fence', format, epoch: 0 });
		},
		damage: async (hash) => {
			blobs.files.set(hash, new Uint8Array(3));
		},
		end: async () => {
			for (const tab of tabs) await tab.close();
			await page.delete();
		}
	};
}

storeConformance('Dexie and memory journal', make);
