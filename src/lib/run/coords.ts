/**
 * Where a step stands in a run. At the top its id is enough: `draft`. Inside a block the item or round is named too:
 * `each[3]/draft`, `each[3]/polish[0]/rewrite` (items and rounds are counted from 0). Attempt ids, events and addresses
 * of cells use these names.
 */
export function coordsOf(inside: { block: string; index: number } | null, id: string): string {
	return inside ? `${inside.block}[${inside.index}]/${id}` : id;
}

/** The id that the step has in its document. */
export function localId(coords: string): string {
	return coords.slice(coords.lastIndexOf('/') + 1);
}
