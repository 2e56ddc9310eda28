import type { CellView, RunState } from '$lib/run';

/** Cells that share a margin, or one that a person is waited for in: it has the whole width to itself. */
export type Group =
	{ kind: 'cells'; key: string; cells: CellView[] } | { kind: 'gate'; key: string; cell: CellView };

/** Cells in order, cut at the gates that wait. */
export function groupsOf(cells: readonly CellView[]): Group[] {
	const groups: Group[] = [];
	for (const cell of cells) {
		const last = groups.at(-1);
		if (cell.status === 'waiting') groups.push({ kind: 'gate', key: `gate-${cell.id}`, cell });
		else if (last?.kind === 'cells') last.cells.push(cell);
		else groups.push({ kind: 'cells', key: `cells-${groups.length}`, cells: [cell] });
	}
	return groups;
}

/** Id of the cell that a step is seen in: its own, or the block around it while its item is folded. */
export function cellShowing(run: RunState, cells: readonly CellView[], stepId: string): string {
	let at = stepId;
	for (let inside = run.steps[at]?.inside; inside; inside = run.steps[at]?.inside) {
		if (cells.some((cell) => cell.id === at)) break;
		at = inside.block;
	}
	return at;
}

/** Ids of the cells that an unfolded item begins with. */
export function headsOf(cells: readonly CellView[]): Set<string> {
	const items = new Set<string>();
	const heads = new Set<string>();
	for (const { id, state } of cells) {
		if (!state.inside) continue;
		const item = `${state.inside.block}[${state.inside.index}]`;
		if (!items.has(item)) heads.add(id);
		items.add(item);
	}
	return heads;
}

/**
 * Whether a cell begins open. Material (documents) is folded; while a gate waits, so is all that is done, because the
 * question belongs on the first screen and the gate shows the draft, its flags and where its numbers come from.
 */
export function beginsOpen(cell: CellView, gateWaits: boolean): boolean {
	if (cell.status === 'failed' || cell.status === 'running' || cell.status === 'waiting-retry') return true;
	if (cell.status === 'sleeping' || cell.state.decisions.length > 0) return true;
	// What was begun in a block is looked for in its list, gate or not.
	if (cell.state.block && cell.status !== 'done') return true;
	return cell.step.kind !== 'collect' && cell.step.kind !== 'ask' && !gateWaits;
}

/** Whether a step cannot go on by itself: it failed and nothing has taken its place yet. */
export function needsSomebody({ status, state }: CellView): boolean {
	return status === 'waiting' || (status === 'failed' && !state.flow.settled);
}

/** One sentence a screen reader is told when cells change; empty when nothing worth saying did. */
export function sayChanges(before: Readonly<Record<string, string>>, cells: readonly CellView[]): string {
	return cells
		.flatMap((cell) => {
			const was = before[cell.id];
			if (was === cell.status) return [];
			const { title } = cell.step;
			if (cell.status === 'waiting') return [`${title} waits for you.`];
			if (cell.status === 'failed') return [`${title} failed.`];
			if (cell.status === 'waiting-retry') return [`${title} failed and will be tried again.`];
			// A cell that was only unfolded is no news.
			return was !== undefined && cell.status === 'done' && cell.step.kind !== 'review'
				? [`${title} is done.`]
				: [];
		})
		.slice(-3)
		.join(' ');
}
