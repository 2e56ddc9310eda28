import { wrap, type Remote } from 'comlink';
import { Dexie, liveQuery } from 'dexie';
import { expect, it, vi } from 'vitest';
import { storeConformance } from './conformance';
import { GalleyDatabase } from './dexie-database';
import { storageFaults } from './faults/conformance';
import { walkFrames } from './journal-frame';
import { BODY } from './opfs-segment';
import { migrations } from './migrations';
import type { Store } from './ports';
import { runCommit } from './testing';
import { databaseSide } from './testing-database';
import type { TestingWorker } from './testing-worker';
import type { FaultRig } from './testing-rig';

const spawn = () =>
	wrap<TestingWorker>(new Worker(new URL('./testing-worker.ts', import.meta.url), { type: 'module' }));
const workers = [spawn(), spawn()];
let count = 0;

/** The real thing: tabs live in two workers, with Dexie on the browser's database and the journal in its file system. */
async function make(): Promise<FaultRig & { database: string }> {
	const name = `storage-${Date.now()}-${++count}`;
	const page = new GalleyDatabase(name);
	const tabs = new Map<Store, Remote<TestingWorker>>();
	const open = async (segmentBytes?: number) => {
		// Every second tab in the other worker, so that two tabs of a test never share one.
		const remote = workers[tabs.size % workers.length] ?? spawn();
		const store = methodsOf(await remote.tab(name, segmentBytes));
		tabs.set(store, remote);
		return store;
	};
	const folder = async (kind: 'journal' | 'blobs') =>
		(await navigator.storage.getDirectory()).getDirectoryHandle(`${name}-${kind}`, { create: true });
	const segments = async () => {
		const found: { file: FileSystemFileHandle; bytes: Uint8Array<ArrayBuffer> }[] = [];
		for await (const file of (await folder('journal')).values()) {
			if (file instanceof FileSystemFileHandle) {
				found.push({ file, bytes: new Uint8Array(await (await file.getFile()).arrayBuffer()) });
			}
		}
		return found.sort((a, b) => b.bytes.length - a.bytes.length);
	};
	const change = async (bytesOf: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>) => {
		const [longest] = await segments();
		const out = await longest?.file.createWritable();
		await out?.write(bytesOf(longest?.bytes ?? new Uint8Array()));
		await out?.close();
	};
	return {
		database: name,
		...databaseSide(page),
		tab: () => open(),
		smallTab: () => open(4000),
		damage: async (hash) => {
			const out = await (await (await folder('blobs')).getFileHandle(hash)).createWritable();
			await out.write('something else');
			await out.close();
		},
		loseJournal: async () => {
			await (await navigator.storage.getDirectory()).removeEntry(`${name}-journal`, { recursive: true });
		},
		tearJournal: () => change((bytes) => bytes.slice(0, bytes.length - 5)),
		flipJournal: () =>
			change((bytes) => {
				const { bodies } = walkFrames(bytes, BODY);
				const middle = bodies[bodies.length >> 1];
				if (middle) middle[middle.length >> 1] = (middle[middle.length >> 1] ?? 0) ^ 1;
				return bytes;
			}),
		segments: async () => {
			const counts = (await segments()).map(({ bytes }) => walkFrames(bytes, BODY).bodies.length);
			return counts.filter((count) => count > 0);
		},
		fill: async (tab, copy) => {
			await tabs.get(tab)?.fill(copy);
		},
		end: async () => {
			for (const [tab, remote] of tabs) {
				await remote.fill(null);
				await tab.close();
			}
			await page.delete();
			const root = await navigator.storage.getDirectory();
			await root.removeEntry(`${name}-journal`, { recursive: true });
			await root.removeEntry(`${name}-blobs`, { recursive: true }).catch(() => null);
		}
	};
}

/** A Comlink proxy can't be handed on by a promise (it looks like one itself); an object of its methods can. */
function methodsOf(remote: Remote<Store>): Store {
	return {
		open: () => remote.open(),
		commit: (commit) => remote.commit(commit),
		flush: () => remote.flush(),
		records: (stream, from) => remote.records(stream, from),
		head: (stream) => remote.head(stream),
		heads: (prefix) => remote.heads(prefix),
		openRuns: () => remote.openRuns(),
		value: (hash) => remote.value(hash),
		forget: (hashes) => remote.forget(hashes),
		nextEpoch: () => remote.nextEpoch(),
		lookOver: () => remote.lookOver(),
		wipe: () => remote.wipe(),
		close: () => remote.close()
	};
}

storeConformance('Dexie and OPFS journal', make);
storageFaults('Dexie and OPFS journal', make);

it('wakes live queries of the page with a commit of a worker', async () => {
	const rig = await make();
	const store = await rig.tab();
	await store.open();
	const page = new GalleyDatabase(rig.database);
	const seen: string[][] = [];
	const query = liveQuery(() => page.runs.orderBy('startedAt').primaryKeys());
	const watching = query.subscribe((ids) => seen.push(ids));
	await vi.waitFor(() => expect(seen).toEqual([[]]));
	await store.commit(runCommit('r1', 1000));
	await vi.waitFor(() => expect(seen).toEqual([[], ['r1']]));
	watching.unsubscribe();
	page.close();
	await rig.end();
});

it('says that a tab with an older version holds up the upgrade, and goes on once it lets go', async () => {
	const name = `storage-${Date.now()}-${++count}`;
	const [first] = migrations;
	const old = new Dexie(name);
	old.version(1).stores(first?.stores ?? {});
	// Code that never heard of newer versions: it does not let go when it is asked to.
	old.on('versionchange', () => false);
	await old.open();
	const store = methodsOf(await workers[0]!.tab(name));
	const begun = performance.now();
	expect(await store.open()).toMatchObject({ ok: false, failure: { code: 'storage.blocked' } });
	expect(performance.now() - begun).toBeLessThan(5_000);
	expect(await store.open()).toMatchObject({ ok: false, failure: { code: 'storage.blocked' } });
	old.close();
	await vi.waitFor(async () => expect(await store.open()).toMatchObject({ ok: true }), 10_000);
	expect(await store.commit(runCommit('run-after', 1))).toMatchObject({ ok: true });
	await store.close();
});
