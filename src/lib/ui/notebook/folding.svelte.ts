import type { CellView } from '$lib/run';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Detail } from './detail';
import { beginsOpen, needsSomebody } from './layout';

/** Which cells are open: as the person left them, else as suits the detail that was chosen and the state of the run. */
export class Folding {
	readonly #chosen = new SvelteMap<string, boolean>();
	/** What was folded while a gate waited stays so afterwards: a decision must not turn the page over. */
	readonly #quiet = new SvelteSet<string>();
	readonly #gateWaits: () => boolean;
	readonly #detail: () => Detail;

	constructor(cells: () => readonly CellView[], gateWaits: () => boolean, detail: () => Detail) {
		this.#gateWaits = gateWaits;
		this.#detail = detail;
		$effect(() => {
			if (!gateWaits()) return;
			for (const { id, step, status } of cells()) {
				if (status === 'done' && step.kind !== 'review') this.#quiet.add(id);
			}
		});
	}

	isOpen(cell: CellView): boolean {
		const chosen = this.#chosen.get(cell.id);
		if (chosen !== undefined) return chosen;
		const detail = this.#detail();
		if (detail !== 'usual') return detail === 'all' || needsSomebody(cell);
		const quiet = cell.status === 'done' && this.#quiet.has(cell.id);
		return !quiet && beginsOpen(cell, this.#gateWaits());
	}

	set(stepId: string, open: boolean): void {
		this.#chosen.set(stepId, open);
	}

	/** Another detail was chosen: it holds for every cell, also for those that were opened or folded by hand. */
	forget(): void {
		this.#chosen.clear();
	}
}
