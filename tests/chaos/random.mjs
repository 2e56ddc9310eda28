/** A generator of its own, so that a seed means the same everywhere (mulberry32). */
export class Random {
	#state;

	/** @param {number} seed */
	constructor(seed) {
		this.#state = seed >>> 0;
	}

	/** From 0 up to, and without, 1. */
	next() {
		this.#state = (this.#state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	}

	/** A whole number below a limit. @param {number} limit */
	below(limit) {
		return Math.floor(this.next() * limit);
	}

	/** @template T @param {readonly T[]} from @returns {T} */
	pick(from) {
		return /** @type {T} */ (from[this.below(from.length)]);
	}
}
