import { keptTo, NO_PICKS, picked, toggled, withRange, type Picks } from './picks';

type Rows = readonly { path: string }[];

/** Which paths of a list are picked, and which row the keyboard is on. */
export class Selection {
	#picks = $state.raw<Picks>(NO_PICKS);
	/** Row of the keyboard. */
	at = $state(0);
	/** Where a range begins. */
	#anchor = 0;

	get paths(): string[] {
		return [...this.#picks];
	}

	get count(): number {
		return this.#picks.size;
	}

	has(path: string): boolean {
		return this.#picks.has(path);
	}

	clear(): void {
		this.#picks = NO_PICKS;
	}

	only(paths: readonly string[]): void {
		this.#picks = picked(paths);
	}

	/** Drops what is not in the list any more. */
	keepTo(rows: Rows): void {
		this.#picks = keptTo(this.#picks, rows);
	}

	/** Picks a row or lets it go; with `range`, everything between the row before and this one. */
	toggle(rows: Rows, at: number, range = false): void {
		const row = rows[at];
		if (!row) return;
		this.#picks = range ? withRange(this.#picks, rows, this.#anchor, at) : toggled(this.#picks, row.path);
		if (!range) this.#anchor = at;
		this.at = at;
	}

	/** Goes to a row; with `extend`, picking all on the way. */
	go(rows: Rows, to: number, extend = false): void {
		this.at = Math.max(0, Math.min(rows.length - 1, to));
		if (extend) this.#picks = withRange(NO_PICKS, rows, this.#anchor, this.at);
		else this.#anchor = this.at;
	}
}
