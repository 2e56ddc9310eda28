import { trustedScriptUrl } from '$lib/egress';
import type { EngineApi } from '$lib/engine';
import type { Remote } from 'comlink';
import engineUrl from '../../workers/engine?worker&url';

const BEAT_MS = 1_000;
/**
 * A worker that leaves a question open for so many of our own beats is spinning. Counted in beats and not in time: after
 * the sleep of a device everything would look silent at once.
 */
const SILENT_BEATS = 10;

/** The engine worker ended before it answered. */
export class EngineDied extends Error {}

/** The engine worker of a tab, watched. */
export interface EngineWorker {
	/** Asks it something; rejects with {@link EngineDied} when it ends before it answers. */
	call<T>(use: (api: Remote<EngineApi>) => Promise<T>): Promise<T>;
	/** Ends it at once. Calls under way are rejected; `onDied` is not told. */
	end(): void;
}

/**
 * Starts an engine worker. A worker that was ended raises no event, but lets go of its lock, which bears its name; one that
 * spins is found by its silence. `onDied` is told once, after the calls under way were rejected.
 */
export async function startEngineWorker(
	onDied: (why: string) => void,
	beatMs = BEAT_MS
): Promise<EngineWorker> {
	const { wrap } = await import('comlink');
	const name = `engine-${crypto.randomUUID()}`;
	const worker = new Worker(trustedScriptUrl(engineUrl), { type: 'module', name });
	const api = wrap<EngineApi>(worker);
	const calls = new Set<(cause: EngineDied) => void>();
	const waiting = new AbortController();
	let beat: ReturnType<typeof setInterval> | undefined;
	let ended: EngineDied | null = null;

	const end = (why: string) => {
		ended = new EngineDied(why);
		clearInterval(beat);
		waiting.abort();
		worker.terminate();
		for (const giveUp of [...calls]) giveUp(ended);
	};
	const die = (why: string) => {
		if (ended) return;
		end(why);
		onDied(why);
	};
	const ask = () => (api as unknown as EngineApi).ping();

	// Its script may take long to come, so nothing counts before it has answered once. By then it has its lock.
	void ask().then(() => {
		if (ended) return;
		navigator.locks
			.request(name, { signal: waiting.signal }, () => die('it was ended'))
			.catch(() => undefined);
		let open = 0;
		beat = setInterval(() => {
			if (open > SILENT_BEATS) return die('it stopped answering');
			if (open === 0) void ask().then(() => (open = 0));
			open += 1;
		}, beatMs);
	});
	worker.addEventListener('error', (event) => {
		// Once it runs, an error in it is not its end.
		if (beat === undefined) die(event.message || 'its script did not load');
	});

	return {
		call: (use) =>
			new Promise((resolve, reject) => {
				if (ended) return reject(ended);
				calls.add(reject);
				void use(api)
					.then(resolve, reject)
					.finally(() => calls.delete(reject));
			}),
		end: () => ended ?? end('this tab let go of it')
	};
}
