import {
	cellsOf,
	lastAttempt,
	type AttemptState,
	type CellView,
	type Opens,
	type RunState,
	type StepState
} from '$lib/run';

/**
 * The cells of a run as copies that stay the same object until something about them changes, and so does the list. A
 * reader may fold events in place; this way a page of a thousand cells draws anew only the one that an event is about.
 */
export class CellMemo {
	#known = new Map<string, CellView>();
	#list: CellView[] = [];

	/** Cells inside items that are folded are left out. */
	take(state: RunState, opens?: Opens): CellView[] {
		const list = cellsOf(state, opens).map((cell) => {
			const known = this.#known.get(cell.id);
			if (known && isSame(known, cell)) return known;
			const copy = copyOf(cell);
			this.#known.set(cell.id, copy);
			return copy;
		});
		const same = list.length === this.#list.length && list.every((cell, index) => cell === this.#list[index]);
		if (!same) this.#list = list;
		return this.#list;
	}
}

/** Whether nothing that an event can change about a cell differs from its copy. */
function isSame({ state: copy, status, attempt }: CellView, now: CellView): boolean {
	const { state } = now;
	return (
		status === now.status &&
		copy.because === state.because &&
		copy.revision === state.revision &&
		copy.failures === state.failures &&
		copy.fallbacks === state.fallbacks &&
		copy.without === state.without &&
		copy.flow.settled === state.flow.settled &&
		copy.decisions.length === state.decisions.length &&
		copy.answers.length === state.answers.length &&
		copy.attempts.length === state.attempts.length &&
		copy.request?.draft.hash === state.request?.draft.hash &&
		copy.asked?.why === state.asked?.why &&
		copy.asked?.at === state.asked?.at &&
		copy.route === state.route &&
		copy.until === state.until &&
		copy.made === state.made &&
		copy.output?.hash === state.output?.hash &&
		isSameAttempt(attempt, now.attempt) &&
		isSameLadder(copy.ladder, state.ladder) &&
		isSameBlock(copy.block, state.block)
	);
}

function isSameAttempt(copy: AttemptState | null, now: AttemptState | null): boolean {
	return (
		copy?.id === now?.id &&
		copy?.status === now?.status &&
		copy?.prompt?.hash === now?.prompt?.hash &&
		copy?.failure?.message === now?.failure?.message &&
		copy?.intent?.key === now?.intent?.key
	);
}

function isSameLadder(copy: StepState['ladder'], now: StepState['ladder']): boolean {
	return (
		copy.held === now.held &&
		copy.person === now.person &&
		copy.onDevice === now.onDevice &&
		copy.tried.length === now.tried.length &&
		copy.switched.length === now.switched.length &&
		copy.allowed.length === now.allowed.length &&
		copy.refused.length === now.refused.length
	);
}

function isSameBlock(copy: StepState['block'], now: StepState['block']): boolean {
	return (
		copy?.count === now?.count &&
		copy?.next === now?.next &&
		copy?.active === now?.active &&
		copy?.ended === now?.ended &&
		copy?.stuck === now?.stuck &&
		copy?.judged === now?.judged &&
		copy?.because === now?.because
	);
}

function copyOf(cell: CellView): CellView {
	const attempts = cell.state.attempts.map((attempt) => ({ ...attempt }));
	const { block, decisions, answers, instead, flow, ladder } = cell.state;
	const state = {
		...cell.state,
		attempts,
		decisions: [...decisions],
		answers: [...answers],
		instead: { ...instead },
		ladder: { ...ladder },
		block: block && { ...block },
		flow: { ...flow }
	};
	return { ...cell, state, attempt: lastAttempt(state) };
}
