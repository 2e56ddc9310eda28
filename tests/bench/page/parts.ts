import type { Engine as RealEngine } from '$lib/engine/engine';
import { Engine } from '$lib/engine/engine';
import { systemClock, systemRandom } from '$lib/engine/ids';
import type { Executor } from '$lib/engine/protocol';
import { workerExecutor } from '$lib/engine/worker-executor';
import { DONE, ok } from '$lib/core';
import {
	DexieStore,
	GalleyDatabase,
	OpfsBlobs,
	OpfsJournal,
	type Commit,
	type Journal,
	type Store
} from '$lib/storage';

/** A journal that keeps nothing: what storing costs without the second copy. */
const noJournal: Journal = {
	open: async () => DONE,
	next: async () => ok({ segment: 'none', entries: 0 }),
	append: async () => DONE,
	flush: async () => DONE,
	counts: async () => ({}),
	state: async () => 'whole',
	missing: async () => 0,
	short: async () => [],
	async *entries() {},
	wipe: async () => DONE,
	close: async () => undefined
};

export interface Bench {
	engine: RealEngine;
	store: Store;
	/** Runs whose end is acknowledged, by id: called when it is. */
	ended: Map<string, () => void>;
	/** Commits so far. */
	commits: number;
}

/** A store on this device, under a name of its own. */
export function storeOf(name: string, journal: boolean): Store {
	return new DexieStore({
		name,
		journal: journal ? new OpfsJournal(`${name}-journal`) : noJournal,
		blobs: new OpfsBlobs(`${name}-blobs`)
	});
}

/** The app's own engine with its own workers on a store of its own. Settles when it may execute. */
export async function engineOn(name: string, journal: boolean, onBegan = () => undefined): Promise<Bench> {
	const bench: Partial<Bench> & Pick<Bench, 'ended' | 'commits'> = { ended: new Map(), commits: 0 };
	const store = watched(storeOf(name, journal), (commit) => {
		bench.commits += 1;
		for (const { stream, event } of commit.records)
			if (event.type === 'run.finished') bench.ended.get(stream)?.();
	});
	const engine = new Engine({
		store,
		database: new GalleyDatabase(name),
		executor: telling(workerExecutor(), onBegan),
		clock: systemClock,
		random: systemRandom,
		channel: new BroadcastChannel(name),
		stream: () => undefined,
		locks: navigator.locks,
		lockName: name
	});
	await new Promise<void>((leads, refuse) => {
		void engine
			.open(({ leader }) => leader && leads())
			.then((opened) => !opened.ok && refuse(new Error(opened.failure.message)), refuse);
	});
	return Object.assign(bench, { engine, store });
}

/** The same store; `onCommit` hears of each commit once it is acknowledged. */
function watched(store: Store, onCommit: (commit: Commit) => void): Store {
	return new Proxy(store, {
		get(target, name) {
			if (name === 'commit') {
				return async (commit: Commit) => {
					const result = await target.commit(commit);
					if (result.ok) onCommit(commit);
					else throw new Error(result.failure.message);
					return result;
				};
			}
			const member = Reflect.get(target, name) as unknown;
			return typeof member === 'function' ? (member.bind(target) as unknown) : member;
		}
	});
}

function telling(executor: Executor, onBegan: () => void): Executor {
	return {
		...executor,
		run: (spec, host, signal) =>
			executor.run(
				spec,
				{
					prepared: (prompt) => host.prepared(prompt),
					emit(piece) {
						onBegan();
						host.emit(piece);
					},
					loading: (progress) => host.loading(progress)
				},
				signal
			)
	};
}
