import { wrap, type Remote } from 'comlink';

const PING_EVERY_MS = 2_000;
const SILENT_FOR_MS = 10_000;

/** The worker died or does not answer. Its calls fail with this; the handle starts a new one at the next call. */
export class WorkerDied extends Error {}

interface Living<Api> {
	worker: Worker;
	api: Remote<Api>;
	died: Promise<never>;
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
		private readonly onDied: () => void = () => undefined
	) {}

	/** Calls into the worker; rejects with {@link WorkerDied} when it dies before answering. */
	async call<T>(use: (api: Remote<Api>) => Promise<T>): Promise<T> {
		const living = this.#living ?? (await this.#begin());
		return Promise.race([use(living.api), living.died]);
	}

	/** Ends the worker at once; what it was doing fails with `why`. */
	kill(why: string): void {
		this.#living?.kill(why);
	}

	async #begin(): Promise<Living<Api>> {
		const worker = this.start();
		let kill: Living<Api>['kill'] = () => undefined;
		const died = new Promise<never>((_resolve, reject) => {
			kill = (why) => {
				if (this.#living?.worker === worker) this.#living = null;
				clearInterval(watch);
				worker.terminate();
				reject(new WorkerDied(why));
				this.onDied();
			};
		});
		// Nobody may be waiting for it when it dies; that alone is no error.
		died.catch(() => undefined);
		const api = wrap<Api>(worker);
		let answered = Date.now();
		const watch = setInterval(() => {
			if (Date.now() - answered > SILENT_FOR_MS) kill('it stopped answering');
			else
				void Promise.resolve((api as unknown as Api).ping()).then(() => {
					answered = Date.now();
				});
		}, PING_EVERY_MS);
		worker.addEventListener('error', (event) => kill(event.message || 'it could not be started'));
		const living: Living<Api> = { worker, api, died, kill };
		this.#living = living;
		await Promise.race([this.prepare(api), died]);
		return living;
	}
}
