import { wrap, type Remote } from 'comlink';

const PING_EVERY_MS = 2_000;
const SILENT_FOR_MS = 10_000;

/** The worker died or does not answer. Its calls fail with this; the handle starts a new one at the next call. */
export class WorkerDied extends Error {}

interface Living<Api> {
	api: Remote<Api>;
	/** Rejects each call under way when the worker dies. */
	calls: Set<(cause: WorkerDied) => void>;
	died: WorkerDied | null;
	/** Settles when it was prepared; calls wait for that. */
	ready: Promise<unknown>;
	kill: (why: string) => void;
}

/**
 * One worker that is started on first use, watched, and replaced when it dies. A terminated or spinning worker
 * raises no event, so it is pinged; every call settles either way.
 */
export class WorkerHandle<Api extends { ping(): Promise<true> }> {
	#living: Living<Api> | null = null;

	constructor(
		private readonly start: () => Worker,
		/** Runs once for each new worker, before any call. */
		private readonly prepare: (api: Remote<Api>) => Promise<unknown> = () => Promise.resolve(),
		/** Told when a worker died, so that those connected to it can be ended too. */
		private readonly onDied: () => void = () => undefined,
		private readonly silentForMs = SILENT_FOR_MS
	) {}

	/** Calls into the worker; rejects with {@link WorkerDied} when it dies before answering. */
	async call<T>(use: (api: Remote<Api>) => Promise<T>): Promise<T> {
		const living = (this.#living ??= this.#begin());
		await living.ready;
		return settled(living, () => use(living.api));
	}

	/** Ends the worker at once; what it was doing fails with `why`. */
	kill(why: string): void {
		this.#living?.kill(why);
	}

	#begin(): Living<Api> {
		const worker = this.start();
		const kill = (why: string) => {
			if (living.died) return;
			living.died = new WorkerDied(why);
			if (this.#living === living) this.#living = null;
			clearInterval(watch);
			worker.terminate();
			for (const giveUp of [...living.calls]) giveUp(living.died);
			this.onDied();
		};
		const api = wrap<Api>(worker);
		const living: Living<Api> = { api, calls: new Set(), died: null, ready: Promise.resolve(), kill };
		// Counted in pings, not in time: a device that slept, or a clock that jumped, must not kill a healthy worker.
		let unanswered = 0;
		const watch = setInterval(() => {
			if (unanswered * PING_EVERY_MS > this.silentForMs) return kill('it stopped answering');
			unanswered += 1;
			void Promise.resolve((api as unknown as Api).ping()).then(() => {
				unanswered = 0;
			});
		}, PING_EVERY_MS);
		worker.addEventListener('error', (event) => kill(event.message || 'it could not be started'));
		living.ready = settled(living, () => this.prepare(api));
		return living;
	}
}

/** The result of a call, or its worker's death. Not a race with one lasting promise: that keeps every call for ever. */
function settled<Api, T>(living: Living<Api>, begin: () => Promise<T>): Promise<T> {
	return new Promise((resolve, reject) => {
		if (living.died) return reject(living.died);
		living.calls.add(reject);
		void begin()
			.then(resolve, reject)
			.finally(() => living.calls.delete(reject));
	});
}
