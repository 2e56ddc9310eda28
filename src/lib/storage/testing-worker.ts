import { expose, proxy } from 'comlink';
import { DexieStore } from './dexie-store';
import { OpfsBlobs } from './opfs-blobs';
import { OpfsJournal } from './opfs-journal';
import type { Commit, Store } from './ports';
import { fillDatabase, fillJournal, relieve } from './testing-faults';

// The worker's name says what to open: `<database>` or `<database> <bytes of a journal segment>`.
const [name = '', segmentBytes] = self.name.split(' ');

const store = new DexieStore({
	name,
	journal: new OpfsJournal(`${name}-journal`, segmentBytes ? Number(segmentBytes) : undefined),
	blobs: new OpfsBlobs(`${name}-blobs`)
});

const exposed = {
	store: proxy<Store>(store),
	fill(copy: 'database' | 'journal' | null): void {
		relieve();
		if (copy === 'database') fillDatabase();
		if (copy === 'journal') fillJournal();
	},
	/** Commits one after the other, timed inside the worker: ms of each. */
	async time(commits: Commit[]): Promise<number[]> {
		const times: number[] = [];
		for (const commit of commits) {
			const begun = performance.now();
			const result = await store.commit(commit);
			if (!result.ok) throw new Error(result.failure.message);
			times.push(performance.now() - begun);
		}
		return times;
	}
};

export type TestingWorker = typeof exposed;

expose(exposed);
