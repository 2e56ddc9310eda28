import { cellsOf, type CellView, type RunState } from '$lib/run';

/** A run over time: what worked, and what waited, when. All times in ms since 1970. */

export interface Segment {
	/** `work`: an attempt. `failed`: one that came to nothing. `person`, `clock`: what was waited for. */
	kind: 'work' | 'failed' | 'person' | 'clock';
	from: number;
	/** Of what still lasts: now. */
	to: number;
}

export interface WaterfallRow {
	id: string;
	title: string;
	depth: number;
	segments: Segment[];
	/** Working time, and the time in which a person or the clock was waited for, ms. */
	worked: number;
	waited: number;
	/** It will not run: the run went another way, or ended before it. */
	away: boolean;
}

/** A stretch of time that is shown. */
export interface Window {
	from: number;
	to: number;
}

/** Nothing is stretched further than this, ms. */
const LEAST = 10;

export function waterfallOf(run: RunState, now: number): WaterfallRow[] {
	return cellsOf(run).map((cell) => {
		const segments = segmentsOf(cell, now);
		const sum = (...kinds: Segment['kind'][]) =>
			segments.reduce((all, { kind, from, to }) => all + (kinds.includes(kind) ? to - from : 0), 0);
		return {
			...{ id: cell.id, title: cell.step.title, depth: cell.depth, segments },
			...{ worked: sum('work', 'failed'), waited: sum('person', 'clock') },
			away: cell.status === 'skipped' && segments.length === 0
		};
	});
}

function segmentsOf({ state }: CellView, now: number): Segment[] {
	const attempts = state.attempts.map(({ startedAt, endedAt, status }): Segment => {
		const isLost = status === 'failed' || status === 'interrupted' || status === 'unknown';
		return { kind: isLost ? 'failed' : 'work', from: startedAt, to: Math.max(startedAt, endedAt ?? now) };
	});
	const waits = state.waits.map((wait): Segment => {
		return { kind: wait.for, from: wait.from, to: Math.max(wait.from, wait.to ?? now) };
	});
	return [...attempts, ...waits].sort((a, b) => a.from - b.from);
}

/** From the start of a run to its end, or to now. */
export function wholeOf(run: RunState, rows: readonly WaterfallRow[], now: number): Window {
	const ends = rows.flatMap(({ segments }) => segments.map(({ to }) => to));
	const to = Math.max(
		run.startedAt + LEAST,
		run.endedAt ?? now,
		ends.reduce((latest, end) => Math.max(latest, end), 0)
	);
	return { from: run.startedAt, to };
}

/** The stretch between two times, in whichever order, kept inside the whole and not smaller than can be told apart. */
export function between(whole: Window, a: number, b: number): Window {
	const [low, high] = [Math.min(a, b), Math.max(a, b)];
	const from = Math.max(whole.from, Math.min(low, whole.to - LEAST));
	return { from, to: Math.min(whole.to, Math.max(high, from + LEAST)) };
}

/** Shows less (`factor` under 1) or more around the middle of what is shown. */
export function zoomed(whole: Window, shown: Window, factor: number): Window {
	const middle = (shown.from + shown.to) / 2;
	const half = Math.max(LEAST, (shown.to - shown.from) * factor) / 2;
	return inside(whole, { from: middle - half, to: middle + half });
}

/** Moves what is shown by a share of it; what is shown stays as long. */
export function moved(whole: Window, shown: Window, share: number): Window {
	const by = (shown.to - shown.from) * share;
	return inside(whole, { from: shown.from + by, to: shown.to + by });
}

function inside(whole: Window, { from, to }: Window): Window {
	const length = Math.min(to - from, whole.to - whole.from);
	const begin = Math.min(Math.max(from, whole.from), whole.to - length);
	return { from: begin, to: begin + length };
}

/** Where a segment stands in what is shown, both 0 to 1; null where none of it is to be seen. */
export function placeIn(shown: Window, { from, to }: Segment): { start: number; size: number } | null {
	const length = shown.to - shown.from;
	if (to < shown.from || from > shown.to || length <= 0) return null;
	const start = Math.max(0, (from - shown.from) / length);
	return { start, size: Math.min(1, (to - shown.from) / length) - start };
}
