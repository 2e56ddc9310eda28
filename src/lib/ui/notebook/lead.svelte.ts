import { untrack } from 'svelte';
import { isTyping } from './keys';
import type { Reading } from './reading.svelte';

/** So long the values above a cell that the address names may take to load, milliseconds. */
const ARRIVE_MS = 200;

interface Around {
	/** Id of the step that the address names; empty where it names none. */
	at: () => string;
	/** Ids of the steps that wait for somebody. */
	waiting: () => readonly string[];
	isWaiting: (stepId: string) => boolean;
	/** It waits no more because what it was about has changed: nobody decided anything. */
	isVoid: (stepId: string) => boolean;
	/** Unfolds what is around a step. */
	reveal: (stepId: string) => void;
	/** Id of the cell that a step is seen in. */
	shownAt: (stepId: string) => string;
}

/**
 * Leads the focus where no key was pressed for it: to the cell that the address names, and on from a gate that was decided,
 * which is one line then, or folded, so that nobody is left in the dark. Whoever types keeps the focus: what they typed
 * next would be taken for keys of the notebook, and one of those approves. Call it while a component is set up.
 */
export function leadFocus(
	reading: Reading,
	{ at, waiting, isWaiting, isVoid, reveal, shownAt }: Around
): void {
	const go = (id: string) => {
		if (!isTyping()) reading.go(id);
	};
	$effect(() => {
		const id = at();
		if (!id) return;
		untrack(() => reveal(id));
		const timer = setTimeout(() => go(id), ARRIVE_MS);
		return () => clearTimeout(timer);
	});
	let waited: readonly string[] = [];
	$effect(() => {
		const left = waited.find((id) => !isWaiting(id) && !isVoid(id));
		waited = waiting();
		if (left === undefined || isTyping()) return;
		// The keys are about it at once, and not about the next gate, which takes its place in the window before the frame comes.
		const id = untrack(() => shownAt(left));
		untrack(() => reading.mark(id));
		requestAnimationFrame(() => {
			if (reading.marked === id) go(id);
		});
	});
}
