import { failure } from '$lib/core';
// Before Dexie, which looks for a database as it loads.
import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { describe, expect, it, vi } from 'vitest';
import { storeConformance } from './conformance';
import { GalleyDatabase } from './dexie-database';
import { DexieStore } from './dexie-store';
import { storageFaults } from './faults/conformance';
import { MemoryBlobs } from './memory-blobs';
import { MemoryDisk, MemoryJournal } from './memory-journal';
import type { Store } from './ports';
import { append, tick } from './testing';
import { databaseSide } from './testing-database';
import { fillDatabase, relieve } from './testing-faults';
import type { FaultRig } from './testing-rig';

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
		segments: async () => [...disk.segments.values()].map((held) => held.length).filter((count) => count > 0),
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

describe('a database that gives no answer', () => {
	it('is not waited for, and what it did after all gets its second copy', async () => {
		const name = `node-${++count}`;
		const disk = new MemoryDisk();
		const store = new DexieStore({
			name,
			blobs: new MemoryBlobs(),
			journal: new MemoryJournal(disk),
			patience: 60
		});
		await store.open();
		const page = new GalleyDatabase(name);
		let release = () => {};
		const held = new Promise<void>((done) => (release = done));
		// A transaction over the same tables that stays open holds up every other.
		const blocking = page.transaction('rw', page.tables, async () => {
			while (!(await Dexie.waitFor(Promise.race([held.then(() => true), pause(5).then(() => false)]))));
		});
		await pause(10);
		const commit = append('run:slow', [tick(1)]);
		expect(await store.commit(commit)).toMatchObject({ ok: false, failure: { code: 'storage.failed' } });
		release();
		await blocking;
		expect(await store.commit(commit)).toMatchObject({ ok: true });
		expect(await store.records('run:slow')).toEqual(commit.records);
		expect([...disk.segments.values()].flat()).toEqual([{ record: commit.records[0] }]);
		await store.close();
		await page.delete();
	});
});

function pause(ms: number): Promise<void> {
	return new Promise((done) => setTimeout(done, ms));
}

it('acknowledges nothing more once both copies were cleared under it, and says so to whoever listens', async () => {
	const rig = await make();
	const store = await rig.tab();
	const told: unknown[] = [];
	await store.open((report) => told.push(report));
	expect(await store.commit(append('run:before', [tick(1)]))).toMatchObject({ ok: true });
	await rig.loseDatabase();
	await rig.loseJournal();
	const next = append('run:after', [tick(1)]);
	const cleared = { ok: false, failure: { code: 'storage.cleared' } };
	expect(await store.commit(next)).toMatchObject(cleared);
	expect(await store.commit(next)).toMatchObject(cleared);
	expect(told).toMatchObject([cleared]);
	expect(await store.head('run:after')).toMatchObject({ length: 0 });
	await rig.end();
});

it('opens once more when the browser broke the opening off', async () => {
	const broken = vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
		throw new DOMException('The connection was closed.', 'AbortError');
	});
	const store = new DexieStore({
		name: 'broken-off',
		blobs: new MemoryBlobs(),
		journal: new MemoryJournal(new MemoryDisk())
	});
	expect(await store.open()).toMatchObject({ ok: true });
	expect(broken.mock.calls.length).toBeGreaterThan(1);
	await store.close();
	broken.mockRestore();
});
