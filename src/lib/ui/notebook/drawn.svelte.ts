/** Entries that are there in the first frame, and how many more after each idle moment. */
const FIRST = 16;
const MORE = 150;
const LATEST_MS = 150;

/** The parts of a notebook, from top to bottom: what comes after something never pushes it down. */
const PARTS = ['head', 'rail', 'cells'] as const;

/**
 * How much of a long notebook is drawn. Its parts come one after the other, each in a task of its own, so that a key or a
 * frame comes in between; of its cells what fits the window at once, the rest as soon as there is time, and then all.
 */
export class Drawn {
	#parts = $state(1);
	#count = $state(FIRST);
	readonly #long: () => boolean;

	constructor(length: () => number, long: () => boolean) {
		this.#long = long;
		const whole = $derived(this.has('cells'));
		const rest = $derived(length() > this.#count);
		$effect(() => {
			if (whole) {
				// What was drawn stays, also where a notebook becomes long later on.
				if (length() > 0) this.#parts = PARTS.length;
				return;
			}
			void this.#parts;
			const timer = setTimeout(() => (this.#parts += 1));
			return () => clearTimeout(timer);
		});
		$effect(() => {
			if (!whole) return;
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

	/** Whether it is the turn of a part. */
	has(part: (typeof PARTS)[number]): boolean {
		return PARTS.indexOf(part) < this.#parts || !this.#long();
	}

	of<T>(list: T[]): T[] {
		return list.length > this.#count ? list.slice(0, this.#count) : list;
	}

	/** Everything, at once. */
	all(): void {
		this.#parts = PARTS.length;
		this.#count = Infinity;
	}
}
