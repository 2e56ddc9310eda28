/** How much of a run is open: a line a step, what is likely to be wanted, or every cell. */
export type Detail = 'terse' | 'usual' | 'all';

export const DETAILS: readonly { id: Detail; label: string; about: string }[] = [
	{ id: 'terse', label: 'Terse', about: 'A line a step; what waits for you or failed stays open' },
	{ id: 'usual', label: 'Usual', about: 'Results open, material folded' },
	{ id: 'all', label: 'Everything', about: 'Every cell open' }
];

/** The next finer or coarser one; the ends stay. */
export function nextDetail(detail: Detail, by: 1 | -1): Detail {
	const at = DETAILS.findIndex(({ id }) => id === detail) + by;
	return DETAILS[at]?.id ?? detail;
}

/** A stored choice; `usual` where there is none, or none that this version knows. */
export function detailFrom(stored: unknown): Detail {
	return DETAILS.find(({ id }) => id === stored)?.id ?? 'usual';
}
