/** Entries that are there in the first frame, and how many more after each idle moment. */
const FIRST = 16;
const MORE = 150;
const LATEST_MS = 150;

/** How much of a long list is drawn: what fits the window at once, the rest as soon as there is time, and then all. */
export class Drawn {
	#count = $state(FIRST);

	constructor(length: () => number) {
		const rest = $derived(length() > this.#count);
		$effect(() => {
			if (!rest) {
				if (length() > 0) this.#count = Infinity;
				return;
			}
			const more = () => (this.#count += MORE);
			void this.#count;
			if (!('requestIdleCallback' in globalThis)) {
				const timer = setTimeout(more);
				return () => clearTimeout(timer);
			}
			const idle = requestIdleCallback(more, { timeout: LATEST_MS });
			return () => cancelIdleCallback(idle);
		});
	}

	of<T>(list: T[]): T[] {
		return list.length > this.#count ? list.slice(0, this.#count) : list;
	}

	/** Everything, at once. */
	all(): void {
		this.#count = Infinity;
	}
}
