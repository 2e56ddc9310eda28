/** Which paths of a list are picked, and which row the keyboard is on. */
export class Selection {
	#picked = $state.raw<ReadonlySet<string>>(new Set());
	/** Row of the keyboard. */
	at = $state(0);
	/** Where a range begins. */
	#anchor = 0;

	get paths(): string[] {
		return [...this.#picked];
	}

	get count(): number {
		return this.#picked.size;
	}

	has(path: string): boolean {
		return this.#picked.has(path);
	}

	clear(): void {
		if (this.#picked.size > 0) this.#picked = new Set();
	}

	only(paths: readonly string[]): void {
		this.#picked = new Set(paths);
	}

	/** Drops what is not in the list any more. */
	keepTo(paths: ReadonlySet<string>): void {
		const kept = this.paths.filter((path) => paths.has(path));
		if (kept.length < this.count) this.#picked = new Set(kept);
	}

	/** Picks a row or lets it go; with `range`, everything between the row before and this one. */
	toggle(rows: readonly { path: string }[], at: number, range = false): void {
		const row = rows[at];
		if (!row) return;
		const next = new Set(this.#picked);
		if (range) {
			const [from, to] = [Math.min(this.#anchor, at), Math.max(this.#anchor, at)];
			for (const one of rows.slice(from, to + 1)) next.add(one.path);
		} else if (next.has(row.path)) next.delete(row.path);
		else next.add(row.path);
		if (!range) this.#anchor = at;
		this.at = at;
		this.#picked = next;
	}

	/** Goes to a row; with `extend`, picking all on the way. */
	go(rows: readonly { path: string }[], to: number, extend = false): void {
		const at = Math.max(0, Math.min(rows.length - 1, to));
		if (!extend) this.#anchor = at;
		this.at = at;
		if (extend) {
			const [from, until] = [Math.min(this.#anchor, at), Math.max(this.#anchor, at)];
			this.#picked = new Set(rows.slice(from, until + 1).map((one) => one.path));
		}
	}
}
