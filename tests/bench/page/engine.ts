import { installGuard } from '$lib/egress';
import { foldAll, rowOf } from '$lib/run';
import type { Store } from '$lib/storage';
import { expose } from 'comlink';
import { contentOf } from './content';
import { idOf, madeRun, recordsOf, type MadeRun } from './logs';
import { stateAfter } from './state';
import { engineOn, storeOf, type Bench } from './parts';
import { chainOf, documentOf, fanOf, startOf } from './start';

installGuard(globalThis);

const engines = new Map<string, Promise<Bench>>();
let raw: Promise<IDBDatabase> | null = null;
/** The engine of the last start that was timed. */
let resumed: Promise<Bench> | null = null;

/** Runs to the acknowledged end on an engine that stays for the next one. */
async function timed(
	name: string,
	journal: boolean,
	command: ReturnType<typeof startOf>
): Promise<{ ms: number; commits: number }> {
	if (!engines.has(name)) engines.set(name, engineOn(name, journal));
	const bench = await engines.get(name)!;
	const runId = crypto.randomUUID();
	const over = new Promise<void>((done) => bench.ended.set(`run:${runId}`, done));
	const commits = bench.commits;
	const begun = performance.now();
	const started = await bench.engine.command(runId, command);
	if (!started.ok) throw new Error(started.failure.message);
	await over;
	return { ms: performance.now() - begun, commits: bench.commits - commits };
}

const api = {
	/** Milliseconds of a chain of steps, from the click until its end is acknowledged; and the commits that it took. */
	chain: (name: string, steps: number, journal: boolean) => timed(name, journal, startOf(chainOf(steps))),

	/** The same of a map over so many items. */
	fan: (name: string, count: number) => timed(name, true, startOf(fanOf(count))),

	/** Milliseconds of as many transactions in sequence, with one put of 1 KB each. */
	async raw(count: number): Promise<number> {
		raw ??= openRaw();
		const db = await raw;
		const begun = performance.now();
		let state = stateAfter(null);
		for (let index = 0; index < count; index++) {
			const transaction = db.transaction('states', 'readwrite', { durability: 'relaxed' });
			transaction.objectStore('states').put(state, crypto.randomUUID());
			await new Promise((done, refuse) => {
				transaction.oncomplete = done;
				transaction.onabort = refuse;
			});
			state = stateAfter(state);
		}
		return performance.now() - begun;
	},

	/** Fills a store with runs that ended. */
	async seed(name: string, runs: number, steps: number): Promise<void> {
		const store = storeOf(name, true);
		const opened = await store.open();
		if (!opened.ok) throw new Error(opened.failure.message);
		const definition = chainOf(steps);
		for (let number = 1; number <= runs;) {
			const group = [];
			for (; group.length < 25 && number <= runs; number++) group.push(madeRun(definition, number));
			await write(store, group);
		}
		await store.close();
	},

	/** One more run, which was at work when its tab went away. */
	async leave(name: string, number: number, steps: number): Promise<void> {
		const store = storeOf(name, true);
		const opened = await store.open();
		if (!opened.ok) throw new Error(opened.failure.message);
		await write(store, [madeRun(chainOf(steps, true), number, { unfinished: true })]);
		await store.close();
	},

	/** Starts an engine as a page does and settles when the first resumed step has begun in its worker. */
	async resume(name: string): Promise<void> {
		await new Promise<void>((began, refuse) => {
			resumed = engineOn(name, true, () => void began());
			resumed.catch(refuse);
		});
	},

	/** Ends the run that was resumed: one that is broken off again and again is left to the person. */
	async cancel(number: number): Promise<void> {
		const bench = await resumed;
		const ended = await bench?.engine.command(idOf(number), { type: 'cancel', reason: 'measured' });
		if (!ended?.ok) throw new Error(ended?.failure.message ?? 'nothing was resumed');
	},

	/** An export of one finished run, whose cells hold 2 KB of Markdown and of JSON in turn; and the texts in them. */
	bundle(cells: number): { text: string; contents: unknown[] } {
		const contents = Array.from({ length: cells }, (_, cell) => contentOf(cell));
		const run = madeRun(documentOf(cells), 1, { content: (step) => contents[step] });
		const values = run.values.map(({ hash, media, content }) => ({ hash, media, text: content }));
		const runs = [{ id: run.id, records: recordsOf(run) }];
		const more = { workflows: [], notes: [], entries: [] };
		const bundle = { galley: 'bundle', format: 1, exportedAt: 0, runs, values, ...more };
		return { text: JSON.stringify(bundle), contents };
	},

	/** Events folded per second, of a log with that many. */
	fold(events: number): number {
		const { id, events: log } = madeRun(chainOf(Math.floor((events - 2) / 4)), 1, { stumbling: true });
		const begun = performance.now();
		const state = foldAll(id, log);
		const ms = performance.now() - begun;
		if (state.ended !== 'done') throw new Error('the log was not folded to its end');
		return (log.length / ms) * 1000;
	}
};

export type EngineBench = typeof api;

async function write(store: Store, group: MadeRun[]): Promise<void> {
	const written = await store.commit({
		records: group.flatMap(recordsOf),
		values: group.flatMap(({ values }) => values),
		runs: group.map(({ id, events }) => rowOf(foldAll(id, events))),
		durability: 'relaxed',
		epoch: null
	});
	if (!written.ok) throw new Error(written.failure.message);
}

function openRaw(): Promise<IDBDatabase> {
	return new Promise((done, refuse) => {
		const request = indexedDB.open('raw', 1);
		request.onupgradeneeded = () => request.result.createObjectStore('states');
		request.onsuccess = () => done(request.result);
		request.onerror = () => refuse(new Error('the raw database did not open'));
	});
}

expose(api);
