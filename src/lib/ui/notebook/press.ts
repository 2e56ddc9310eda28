import type { CellView } from '$lib/run';
import type { GateHandle } from './context';
import { nextDetail, type Detail } from './detail';
import { isTaken } from './keys';
import type { Reading } from './reading.svelte';

/** What the keys of a notebook act on. */
export interface Pressed {
	reading: Reading;
	/** The cell where the reader is. */
	cell: CellView | undefined;
	/** The gate that a decision would be about. */
	gate: CellView | undefined;
	handle: GateHandle | undefined;
	detail: Detail;
	/** The run can be paused or resumed; null when it has ended. */
	pause: (() => void) | null;
	fold: (cell: CellView) => void;
	showTab: (cell: CellView, index: number) => void;
	ondetail: (detail: Detail) => void;
	onfind: () => void;
	onwrite: () => void;
}

/** Does what a key is for; false when it is for nothing here, or is meant for a field, a dialog or the browser. */
export function press(event: KeyboardEvent, to: Pressed): boolean {
	if (isTaken(event)) return false;
	const { key } = event;
	const { reading, cell, gate, handle } = to;
	if (key === 'j') reading.step(1);
	else if (key === 'k') reading.step(-1);
	else if (key === '/') to.onfind();
	else if (key === 'n') to.onwrite();
	else if (key === '-' || key === '+' || key === '=')
		to.ondetail(nextDetail(to.detail, key === '-' ? -1 : 1));
	else if (gate && handle && 'aecfmr'.includes(key)) {
		// A key that is held down would go on to the next gate; and who has just decided one has not looked at it yet.
		const elsewhere = cell?.step.kind === 'review' && cell.id !== gate.id;
		if (!event.repeat) decide(key, reading, gate.id, elsewhere, handle);
	} else if (key === 'p' && to.pause) to.pause();
	else if (key === 'o' && cell) to.fold(cell);
	else if (/^[1-6]$/.test(key) && cell) to.showTab(cell, Number(key) - 1);
	else return false;
	return true;
}

/** The first press brings the gate into view: nobody approves what they do not see. */
function decide(key: string, reading: Reading, gateId: string, elsewhere: boolean, handle: GateHandle): void {
	const seen = !elsewhere && reading.inView(gateId);
	if (!seen) reading.go(gateId);
	if (key === 'e') handle.edit();
	else if (key === 'c') handle.askForChanges();
	else if (key === 'r') handle.reject();
	else if (key === 'f') handle.look();
	else if (key === 'm') handle.comment();
	else if (seen) handle.approve();
}
