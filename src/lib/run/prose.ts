import { fail, failure, ok, type Result } from '$lib/core';
import type { EventOf, RunEvent } from './event';
import type { RunState } from './state';

/** Text of the person's own between the steps of a run. It changes nothing that a step sees or does. */
export interface ProseCell {
	id: string;
	/** Coordinates of the step that it stands above; null: at the end. */
	before: string | null;
	/** Markdown. */
	text: string;
	/** When it was written last, and by whom where a name was given. */
	at: number;
	by: string | null;
}

/** Characters of one text, and texts of one run. */
const LONGEST = 20_000;
const MOST = 500;

/** Writes, changes or, with an empty text, takes away a text. Also of a run that has ended: its record goes on, unchanged. */
export function decideProse(
	state: RunState,
	{ id, before, text }: Pick<ProseCell, 'id' | 'before' | 'text'>,
	{ now, by }: { now: number; by?: string }
): Result<RunEvent[]> {
	const known = state.prose.find((one) => one.id === id);
	const wanted = text.trim();
	if (wanted.length > LONGEST) {
		const limit = LONGEST.toLocaleString('en');
		return fail(
			failure(
				'prose.too-long',
				`This text has more than ${limit} characters. Nothing was stored; it is still in the field.`
			)
		);
	}
	if (before !== null && !state.steps[before])
		return fail(
			failure(
				'prose.no-place',
				'The step that this text was to stand above is not in this run. Nothing was stored.'
			)
		);
	if (!known && wanted === '') return ok([]);
	if (!known && state.prose.length >= MOST)
		return fail(
			failure(
				'prose.too-many',
				`This run has ${MOST} texts already. Nothing was stored; put this one into one of them.`
			)
		);
	if (known?.text === wanted && known.before === before) return ok([]);
	return ok([{ type: 'prose.written', at: now, id, before, text: wanted, ...(by ? { by } : {}) }]);
}

/** Total, like every fold: a text for a step that is not there stands at the end. */
export function foldProse(state: RunState, { id, before, text, at, by }: EventOf<'prose.written'>): void {
	const others = state.prose.filter((one) => one.id !== id);
	if (text === '') {
		state.prose = others;
		return;
	}
	const place = before !== null && state.steps[before] ? before : null;
	const cell: ProseCell = { id, before: place, text, at, by: by ?? null };
	// One that is changed keeps its place among those that stand above the same step.
	const index = state.prose.findIndex((one) => one.id === id);
	state.prose = index < 0 ? [...others, cell] : state.prose.with(index, cell);
}
