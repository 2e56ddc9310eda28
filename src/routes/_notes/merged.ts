import type { UndoMerge } from '$lib/app';
import { toast, toastFailure } from '$lib/ui';

/** Says that a proposal went into a note that was there. Its own words are in that note now, so it is put away, too. */
export function toastMerged(undo: UndoMerge, putAway: () => () => void): void {
	const showAgain = putAway();
	toast('Put in the place of the note you had.', async () => {
		const back = await undo();
		if (back.ok) showAgain();
		else toastFailure(back.failure);
	});
}
