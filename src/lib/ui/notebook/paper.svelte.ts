import { flushSync, tick } from 'svelte';

/** A notebook on paper: every cell is drawn in full, and nothing is printed before its values have been read. */
export class Paper {
	#whole = $state(false);
	readonly #drawAll: () => void;
	#reads: Promise<unknown>[] = [];

	constructor(drawAll: () => void) {
		this.#drawAll = drawAll;
	}

	get whole(): boolean {
		return this.#whole;
	}

	/** Notes that something is being read. */
	waitFor<T>(reading: Promise<T>): Promise<T> {
		this.#reads = [...this.#reads, reading];
		void reading.finally(() => (this.#reads = this.#reads.filter((one) => one !== reading)));
		return reading;
	}

	async print(): Promise<void> {
		this.begin();
		for (await tick(); this.#reads.length > 0; await tick()) await Promise.allSettled(this.#reads);
		window.print();
	}

	/** The browser prints by itself what is there when this returns. */
	begin(): void {
		flushSync(() => {
			this.#drawAll();
			this.#whole = true;
		});
	}

	end(): void {
		this.#whole = false;
	}

	/** Takes the browser's own key for printing: it would not wait for what is far away. */
	take(event: KeyboardEvent): boolean {
		const asked = event.key.toLowerCase() === 'p' && (event.ctrlKey || event.metaKey);
		if (!asked || event.shiftKey || event.altKey) return false;
		event.preventDefault();
		void this.print();
		return true;
	}
}
