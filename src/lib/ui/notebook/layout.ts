import { reviewRules, type CellView, type RunState } from '$lib/run';

/** Cells that share a margin, or a gate that has the whole width to itself. */
export type Group =
	{ kind: 'cells'; key: string; cells: CellView[] } | { kind: 'gate'; key: string; cell: CellView };

/** Cells in order, cut at the gates that wait. */
export function groupsOf(cells: readonly CellView[]): Group[] {
	const groups: Group[] = [];
	for (const cell of cells) {
		const last = groups.at(-1);
		if (cell.status === 'waiting') groups.push({ kind: 'gate', key: `gate-${cell.step.id}`, cell });
		else if (last?.kind === 'cells') last.cells.push(cell);
		else groups.push({ kind: 'cells', key: `cells-${groups.length}`, cells: [cell] });
	}
	return groups;
}

/**
 * Whether a cell begins open. While a gate waits, what the gate shows anyway (the draft, flags, checks) and what is only
 * material (documents) is folded, so that the question is on the first screen.
 */
export function beginsOpen(run: RunState, cell: CellView, gate: CellView | undefined): boolean {
	if (cell.status === 'failed' || cell.status === 'running' || cell.status === 'waiting-retry') return true;
	if (cell.state.decisions.length > 0) return true;
	if (cell.step.kind === 'collect') return false;
	if (!gate) return true;
	const draft = reviewRules(run, gate.step.id)?.draftStep;
	return cell.step.id !== draft && cell.step.job !== 'flag' && cell.step.kind !== 'check';
}

/** One sentence a screen reader is told when cells change; empty when nothing worth saying did. */
export function sayChanges(before: ReadonlyMap<string, string>, cells: readonly CellView[]): string {
	return cells
		.flatMap((cell) => {
			if (before.get(cell.step.id) === cell.status) return [];
			const { title } = cell.step;
			if (cell.status === 'waiting') return [`${title} waits for you.`];
			if (cell.status === 'failed') return [`${title} failed.`];
			if (cell.status === 'waiting-retry') return [`${title} failed and will be tried again.`];
			return cell.status === 'done' && cell.step.kind !== 'review' ? [`${title} is done.`] : [];
		})
		.slice(-3)
		.join(' ');
}
