import { wrap, type Remote } from 'comlink';
import { storeConformance } from './conformance';
import { GalleyDatabase } from './dexie-database';
import { storageFaults, type FaultRig } from './faults';
import { walkFrames } from './journal-frame';
import { BODY } from './opfs-segment';
import type { Store } from './ports';
import { databaseSide } from './testing-database';
import type { TestingWorker } from './testing-worker';

let count = 0;

/** The real thing: each tab is a worker with Dexie on the browser's database and the journal in its file system. */
async function make(): Promise<FaultRig> {
	const name = `storage-${Date.now()}-${++count}`;
	const page = new GalleyDatabase(name);
	const tabs = new Map<Store, { worker: Worker; remote: Remote<TestingWorker> }>();
	const open = (segmentBytes = '') => {
		const label = `${name} ${segmentBytes}`.trim();
		const worker = new Worker(new URL('./testing-worker.ts', import.meta.url), {
			type: 'module',
			name: label
		});
		const remote = wrap<TestingWorker>(worker);
		const store = methodsOf(remote.store);
		tabs.set(store, { worker, remote });
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
		...databaseSide(page),
		tab: async () => open(),
		smallTab: async () => open('4000'),
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
		segments: async () =>
			(await segments()).filter(({ bytes }) => walkFrames(bytes, BODY).bodies.length > 0).length,
		fill: async (tab, copy) => {
			await tabs.get(tab)?.remote.fill(copy);
		},
		end: async () => {
			for (const [tab, { worker }] of tabs) {
				await tab.close();
				worker.terminate();
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
		records: (stream, from) => remote.records(stream, from),
		head: (stream) => remote.head(stream),
		heads: (prefix) => remote.heads(prefix),
		openRuns: () => remote.openRuns(),
		value: (hash) => remote.value(hash),
		nextEpoch: () => remote.nextEpoch(),
		wipe: () => remote.wipe(),
		close: () => remote.close()
	};
}

storeConformance('Dexie and OPFS journal', make);
storageFaults('Dexie and OPFS journal', make);
