/**
 * True for sources that tell of earlier runs: the last approved result, what changed since, and what it left open. Galley finds them by itself,
 * and nothing in them is a fact of this time.
 */
export function isOfBefore(origin: string): boolean {
	return origin === 'last-approved' || origin === 'changes' || origin === 'open-items';
}
