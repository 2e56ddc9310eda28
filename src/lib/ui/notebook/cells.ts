import { cellsOf, lastAttempt, type CellView, type RunState } from '$lib/run';

/**
 * The cells of a run as copies that stay the same object until something about them changes. A reader may fold events
 * in place; this way a page of a thousand cells draws anew only the one that an event is about.
 */
export class CellMemo {
	#known = new Map<string, { mark: string; cell: CellView }>();

	take(state: RunState): CellView[] {
		return cellsOf(state).map((cell) => {
			const mark = markOf(state.id, cell);
			const known = this.#known.get(cell.step.id);
			if (known?.mark === mark) return known.cell;
			const copy = copyOf(cell);
			this.#known.set(cell.step.id, { mark, cell: copy });
			return copy;
		});
	}
}

/** Everything about a cell that an event can change. */
function markOf(runId: string, { state, status }: CellView): string {
	const last = lastAttempt(state);
	return [
		runId,
		status,
		state.revision,
		state.failures,
		state.decisions.length,
		state.attempts.length,
		last?.id,
		last?.status,
		last?.prompt?.hash,
		state.request?.draft.hash,
		state.output?.hash
	].join('|');
}

function copyOf(cell: CellView): CellView {
	const attempts = cell.state.attempts.map((attempt) => ({ ...attempt }));
	const state = { ...cell.state, attempts, decisions: [...cell.state.decisions] };
	return { ...cell, state, attempt: lastAttempt(state) };
}
