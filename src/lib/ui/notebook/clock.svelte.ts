import type { RunStatus } from '$lib/run';

/** The time now for a run: by the second while it works, by the half minute while it waits or sleeps, else still. */
export class RunClock {
	#now = $state(Date.now());

	constructor(status: () => RunStatus) {
		const every = $derived(
			({ running: 1000, waiting: 30_000, sleeping: 30_000 } as Partial<Record<RunStatus, number>>)[status()]
		);
		$effect(() => {
			this.#now = Date.now();
			if (every === undefined) return;
			const timer = setInterval(() => (this.#now = Date.now()), every);
			return () => clearInterval(timer);
		});
	}

	get now(): number {
		return this.#now;
	}
}
