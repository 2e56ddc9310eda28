import { cellsOf, lastAttempt, type CellView, type Opens, type RunState } from '$lib/run';

/**
 * The cells of a run as copies that stay the same object until something about them changes. A reader may fold events
 * in place; this way a page of a thousand cells draws anew only the one that an event is about.
 */
export class CellMemo {
	#known = new Map<string, { mark: string; cell: CellView }>();

	/** Cells inside items that are folded are left out. */
	take(state: RunState, opens?: Opens): CellView[] {
		return cellsOf(state, opens).map((cell) => {
			const mark = markOf(state.id, cell);
			const known = this.#known.get(cell.id);
			if (known?.mark === mark) return known.cell;
			const copy = copyOf(cell);
			this.#known.set(cell.id, { mark, cell: copy });
			return copy;
		});
	}
}

/** Everything about a cell that an event can change. */
function markOf(runId: string, { state, status }: CellView): string {
	const last = lastAttempt(state);
	const { block, asked } = state;
	return [
		runId,
		status,
		state.because,
		state.revision,
		state.failures,
		state.fallbacks,
		state.without,
		state.flow.settled,
		state.decisions.length,
		state.answers.length,
		state.attempts.length,
		last?.id,
		last?.status,
		last?.prompt?.hash,
		last?.failure?.message,
		last?.intent?.key,
		state.request?.draft.hash,
		asked && `${asked.why}@${asked.at}`,
		state.route,
		state.until,
		state.made,
		state.output?.hash,
		block &&
			[block.count, block.next, block.active, block.ended, block.stuck, block.judged, block.because].join()
	].join('|');
}

function copyOf(cell: CellView): CellView {
	const attempts = cell.state.attempts.map((attempt) => ({ ...attempt }));
	const { block, decisions, answers, instead, flow } = cell.state;
	const state = {
		...cell.state,
		attempts,
		decisions: [...decisions],
		answers: [...answers],
		instead: { ...instead },
		block: block && { ...block },
		flow: { ...flow }
	};
	return { ...cell, state, attempt: lastAttempt(state) };
}
