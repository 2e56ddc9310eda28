/** Paths that are picked out of a list. Each change gives another set. */
export type Picks = ReadonlySet<string>;
type Rows = readonly { path: string }[];

export const NO_PICKS: Picks = new Set();

export function picked(paths: readonly string[]): Picks {
	return new Set(paths);
}

export function toggled(picks: Picks, path: string): Picks {
	const next = new Set(picks);
	if (!next.delete(path)) next.add(path);
	return next;
}

/** Everything from one row to another one, on top of what was picked before. */
export function withRange(picks: Picks, rows: Rows, from: number, to: number): Picks {
	const range = rows.slice(Math.min(from, to), Math.max(from, to) + 1).map((one) => one.path);
	return new Set([...picks, ...range]);
}

/** What of it is still in the list; the same set where all of it is. */
export function keptTo(picks: Picks, rows: Rows): Picks {
	if (picks.size === 0) return picks;
	const there = new Set(rows.map((one) => one.path));
	const kept = [...picks].filter((path) => there.has(path));
	return kept.length < picks.size ? new Set(kept) : picks;
}
