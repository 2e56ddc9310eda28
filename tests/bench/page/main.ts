import { trustedScriptUrl } from '$lib/egress';
import { GalleyDatabase } from '$lib/storage';
import { wrap, type Remote } from 'comlink';
import type { EngineBench } from './engine';
import engineUrl from './engine?worker&url';
import type { PeerBench } from './langgraph';
import peerUrl from './langgraph?worker&url';
import type { LocalBench } from './local';
import localUrl from './local?worker&url';
import type { GuardBench } from './model-guard';
import guardUrl from './model-guard?worker&url';
import type { SearchBench } from './search';
import searchUrl from './search?worker&url';

/** What a figure calls by `page.evaluate`. Workers start when they are first asked for. */
function started<T>(url: string): () => Remote<T> {
	let api: Remote<T> | null = null;
	return () => (api ??= wrap<T>(new Worker(trustedScriptUrl(url), { type: 'module' })));
}

const engine = started<EngineBench>(engineUrl);
const bench = {
	engine,
	peer: started<PeerBench>(peerUrl),
	guard: started<GuardBench>(guardUrl),
	local: started<LocalBench>(localUrl),
	search: started<SearchBench>(searchUrl),

	/** Milliseconds from starting the engine worker to the first resumed step. */
	async resume(name: string): Promise<number> {
		const begun = performance.now();
		await engine().resume(name);
		return performance.now() - begun;
	},

	/** Milliseconds until a page has the newest 50 runs, by the query of its lists. */
	async recentRuns(name: string, times: number): Promise<number[]> {
		const database = new GalleyDatabase(name);
		await database.open();
		const taken: number[] = [];
		for (let time = -1; time < times; time++) {
			const begun = performance.now();
			const rows = await database.runs.orderBy('startedAt').reverse().limit(50).toArray();
			const ms = performance.now() - begun;
			if (rows.length !== 50) throw new Error(`${rows.length} rows instead of 50`);
			if (time >= 0) taken.push(ms);
		}
		return taken;
	},

	/** Has the app's service worker between this page, its workers and the network. */
	async control(): Promise<void> {
		await navigator.serviceWorker.register(trustedScriptUrl('/service-worker.js'));
		await navigator.serviceWorker.ready;
		if (navigator.serviceWorker.controller) return;
		await new Promise((done) => navigator.serviceWorker.addEventListener('controllerchange', done));
	}
};

Object.assign(globalThis, { bench });
