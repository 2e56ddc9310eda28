import { expose, proxy } from 'comlink';
import { DexieStore } from './dexie-store';
import { OpfsBlobs } from './opfs-blobs';
import { OpfsJournal } from './opfs-journal';
import type { Commit, Store } from './ports';
import { fillDatabase, fillJournal, relieve } from './testing-faults';

/** A worker of the browser suites: stores on the real database and file system, as the engine worker has them. */
const worker = {
	/** A store over a database name; `segmentBytes` makes its journal roll over early. */
	tab(name: string, segmentBytes?: number) {
		const journal = new OpfsJournal(`${name}-journal`, segmentBytes);
		return proxy<Store>(new DexieStore({ name, journal, blobs: new OpfsBlobs(`${name}-blobs`) }));
	},

	/** Makes the disk full for one of the copies of every store in this worker, or for none. */
	fill(copy: 'database' | 'journal' | null): void {
		relieve();
		if (copy === 'database') fillDatabase();
		if (copy === 'journal') fillJournal();
	},

	/** Commits one after the other, timed inside the worker: ms of each. */
	async time(name: string, commits: Commit[], journaled: boolean): Promise<number[]> {
		const journal = new OpfsJournal(`${name}-journal`);
		if (!journaled) journal.append = async () => ({ ok: true, value: undefined });
		const store = new DexieStore({ name, journal, blobs: new OpfsBlobs(`${name}-blobs`) });
		await store.open();
		const times: number[] = [];
		for (const commit of commits) {
			const begun = performance.now();
			const result = await store.commit(commit);
			if (!result.ok) throw new Error(result.failure.message);
			times.push(performance.now() - begun);
		}
		await store.close();
		return times;
	}
};

export type TestingWorker = typeof worker;

expose(worker);
