import type { ProseCell, RunState } from '$lib/run';

/** What is being written between the cells: a new text or a change to one; null while nothing is. */
export class Writing {
	#open = $state.raw<{ id: string; before: string | null; fresh: boolean } | null>(null);
	readonly #byPlace: ReadonlyMap<string | null, readonly ProseCell[]>;

	constructor(run: () => RunState) {
		this.#byPlace = $derived(byPlace(run().prose));
	}

	/** Texts that stand above a step; at the end for null. */
	at(before: string | null): readonly ProseCell[] {
		return this.#byPlace.get(before) ?? [];
	}

	/** Whether there is anything to show above a step. */
	isAt(before: string | null): boolean {
		return this.#byPlace.has(before) || this.isFresh(before);
	}

	/** Whether a new text is being written there. */
	isFresh(before: string | null): boolean {
		return this.#open?.fresh === true && this.#open.before === before;
	}

	isChanging(id: string): boolean {
		return this.#open?.id === id;
	}

	get freshId(): string {
		return this.#open?.id ?? '';
	}

	begin(before: string | null): void {
		this.#open ??= { id: crypto.randomUUID(), before, fresh: true };
	}

	change({ id, before }: ProseCell): void {
		this.#open = { id, before, fresh: false };
	}

	end(): void {
		this.#open = null;
	}
}

function byPlace(prose: readonly ProseCell[]): ReadonlyMap<string | null, readonly ProseCell[]> {
	const places = [...new Set(prose.map(({ before }) => before))];
	return new Map(places.map((place) => [place, prose.filter(({ before }) => before === place)]));
}
