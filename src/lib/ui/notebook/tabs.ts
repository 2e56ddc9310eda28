import type { CellView } from '$lib/run';

export type CellTab = 'items' | 'error' | 'output' | 'input' | 'sent' | 'notes' | 'cost' | 'attempts';

const ITEMS: Record<string, { id: CellTab; label: string }> & { workflow: { id: CellTab; label: string } } = {
	map: { id: 'items', label: 'Items' },
	loop: { id: 'items', label: 'Rounds' },
	workflow: { id: 'items', label: 'Steps' }
};

/** The tabs of a cell, in the order in which the number keys reach them. A failed one begins with what went wrong. */
export function tabsOf(cell: CellView): { id: CellTab; label: string; count?: number }[] {
	const { attempt, state, step } = cell;
	const tabs: { id: CellTab; label: string; count?: number }[] = [
		{ id: 'output', label: 'Output' },
		{ id: 'input', label: 'Input' }
	];
	// A block has no work of its own: it is sent nowhere and given no notes.
	if (state.block) tabs.unshift(ITEMS[step.kind] ?? ITEMS.workflow);
	else {
		tabs.push({ id: 'sent', label: 'As sent' });
		tabs.push({ id: 'notes', label: 'Notes', count: attempt?.given.length ?? 0 });
	}
	if (state.attempts.some((one) => one.prompt !== null)) tabs.push({ id: 'cost', label: 'Cost' });
	if (cell.status === 'failed' && attempt?.failure) tabs.unshift({ id: 'error', label: 'Error' });
	if (state.attempts.length > 1 || attempt?.repaired)
		tabs.push({ id: 'attempts', label: 'Attempts', count: state.attempts.length });
	return tabs;
}

/** The tab that is open: the person's choice while it exists, else the first. */
export function openTab(cell: CellView, chosen: CellTab | undefined): CellTab {
	const tabs = tabsOf(cell);
	return tabs.find((tab) => tab.id === chosen)?.id ?? tabs[0]?.id ?? 'output';
}
