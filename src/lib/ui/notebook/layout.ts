import type { CellView } from '$lib/run';

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
 * Whether a cell begins open. Material (documents) is folded; while a gate waits, so is all that is done, because the
 * question belongs on the first screen and the gate shows the draft, its flags and where its numbers come from.
 */
export function beginsOpen(cell: CellView, gateWaits: boolean): boolean {
	if (cell.status === 'failed' || cell.status === 'running' || cell.status === 'waiting-retry') return true;
	if (cell.state.decisions.length > 0) return true;
	return cell.step.kind !== 'collect' && !gateWaits;
}

/** One sentence a screen reader is told when cells change; empty when nothing worth saying did. */
export function sayChanges(before: Readonly<Record<string, string>>, cells: readonly CellView[]): string {
	return cells
		.flatMap((cell) => {
			if (before[cell.step.id] === cell.status) return [];
			const { title } = cell.step;
			if (cell.status === 'waiting') return [`${title} waits for you.`];
			if (cell.status === 'failed') return [`${title} failed.`];
			if (cell.status === 'waiting-retry') return [`${title} failed and will be tried again.`];
			return cell.status === 'done' && cell.step.kind !== 'review' ? [`${title} is done.`] : [];
		})
		.slice(-3)
		.join(' ');
}
