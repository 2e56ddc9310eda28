import { flushSync } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { Spot } from './spot.svelte';

/** How far from the window an entry is filled, and from where on it is taken down again, in windows. */
const FILL = 1;
const KEEP = 2.5;
/** Filling may take this much of a frame, milliseconds; the rest waits for the next one. */
const BUDGET_MS = 6;
/** By then what was filled has its own height. */
const SETTLED_MS = 500;

/**
 * What of a long list is near the window. Far entries are their titles alone; what was near and is far again leaves its
 * height behind, so that nothing moves. Entries are filled a few a frame, the nearest first: whoever scrolls fast is not
 * held up by what has gone past by then. They are found by their order, with a look at a few of them: an observer of
 * each of a thousand would take milliseconds of every frame.
 */
export class Nearness {
	readonly #spots = new Map<string, Spot>();
	readonly #ids: () => readonly string[];
	readonly #lets: () => boolean;
	readonly #near = new Set<Spot>();
	#frame = 0;

	/** `ids`: of the entries, from top to bottom. `lets`: whether what is far again may be taken down. */
	constructor(ids: () => readonly string[], lets: () => boolean) {
		this.#ids = ids;
		this.#lets = lets;
	}

	/** Follows the window; until then nothing but what was known to be near is. Returns how to stop. */
	follow(root: HTMLElement): () => void {
		// Whatever is drawn, folded or written changes the height of the whole. By then all is measured, so a look costs
		// little; a frame of its own would be one more for each line that is written.
		const sizes = new ResizeObserver(() => {
			const { wanted, far } = this.#around();
			if (wanted.length > 0 || far.length > 0) this.#later();
		});
		sizes.observe(root);
		addEventListener('scroll', this.#later, { passive: true });
		addEventListener('resize', this.#later);
		return () => {
			sizes.disconnect();
			removeEventListener('scroll', this.#later);
			removeEventListener('resize', this.#later);
			cancelAnimationFrame(this.#frame);
			this.#frame = 0;
		};
	}

	/** The entry of an id; `near` from the start where it is known to be on the first screen. */
	of(id: string, near = false): Spot {
		let spot = this.#spots.get(id);
		if (!spot) {
			spot = new Spot();
			spot.near = near;
			if (near) this.#near.add(spot);
			this.#spots.set(id, spot);
		}
		return spot;
	}

	/** Says which element shows an entry. */
	at(spot: Spot): Attachment<HTMLElement> {
		return (element) => {
			spot.element = element;
			return () => {
				spot.element = null;
				this.#near.delete(spot);
			};
		};
	}

	readonly #later = (): void => {
		this.#frame ||= requestAnimationFrame(() => {
			this.#frame = 0;
			this.#look();
		});
	};

	#look(): void {
		const { wanted, far } = this.#around();
		this.#takeDown(far);
		this.#fill(wanted);
	}

	/** What is to be filled, with how far it is from the window, px; and what may be taken down. */
	#around(): { wanted: { spot: Spot; away: number }[]; far: Spot[] } {
		const [height, shown] = [innerHeight, this.#shown()];
		const wanted: { spot: Spot; away: number }[] = [];
		const kept = new Set<Spot>();
		for (let index = firstBelow(shown, -KEEP * height); index < shown.length; index++) {
			const spot = shown[index];
			const box = spot?.element?.getBoundingClientRect();
			if (!spot || !box) continue;
			if (box.top > (1 + KEEP) * height) break;
			kept.add(spot);
			const away = Math.max(box.top - height, -box.bottom);
			if (!spot.near && away < FILL * height) wanted.push({ spot, away });
		}
		// Whoever works in an entry keeps it, wherever the window is.
		const isFar = (spot: Spot) =>
			spot.element !== null && !kept.has(spot) && !spot.element.contains(document.activeElement);
		return { wanted, far: this.#lets() ? [...this.#near].filter(isFar) : [] };
	}

	#shown(): Spot[] {
		return this.#ids().flatMap((id) => {
			const spot = this.#spots.get(id);
			return spot?.element ? [spot] : [];
		});
	}

	#takeDown(far: readonly Spot[]): void {
		const heights = far.map(({ element }) => element?.offsetHeight ?? null);
		for (const [index, spot] of far.entries()) {
			this.#near.delete(spot);
			spot.reserve = heights[index] ?? null;
			spot.near = false;
		}
	}

	#fill(wanted: { spot: Spot; away: number }[]): void {
		const end = performance.now() + BUDGET_MS;
		for (const { spot } of wanted.sort((a, b) => a.away - b.away)) {
			// The next frame looks again: by then it may be gone.
			if (performance.now() > end) return this.#later();
			this.#near.add(spot);
			flushSync(() => (spot.near = true));
			if (spot.reserve !== null) setTimeout(() => (spot.reserve = null), SETTLED_MS);
		}
	}
}

/** Index of the first entry that ends below a height of the window, px. */
function firstBelow(spots: readonly Spot[], y: number): number {
	let [low, high] = [0, spots.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		const bottom = spots[middle]?.element?.getBoundingClientRect().bottom ?? 0;
		if (bottom > y) high = middle;
		else low = middle + 1;
	}
	return low;
}
