/** One entry of a long list. */
export class Spot {
	/** Near enough to be drawn in full. */
	near = $state(false);
	/** Height that is kept for what was drawn and is far away again, px. */
	reserve = $state<number | null>(null);
	element: HTMLElement | null = null;
}
