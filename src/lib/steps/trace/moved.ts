import type { Evidence } from '$lib/core';

/**
 * Evidence of a text as evidence of the text that was made of it: what it says of the nth place of a number now says of the
 * nth. Where a number does not stand as often as before, the place is left out and every fitting one counts.
 */
export function moved(evidence: readonly Evidence[], before: string, after: string): Evidence[] {
	return evidence.map((one) => {
		if (one.at === undefined) return one;
		const { at, ...rest } = one;
		const places = [placesOf(one.claim, before), placesOf(one.claim, after)] as const;
		const place = places[1][places[0].indexOf(at)];
		return places[0].length === places[1].length && place !== undefined ? { ...rest, at: place } : rest;
	});
}

function placesOf(claim: string, text: string): number[] {
	const found: number[] = [];
	if (claim === '') return found;
	for (let at = text.indexOf(claim); at >= 0; at = text.indexOf(claim, at + 1)) found.push(at);
	return found;
}
