import { numbersIn, type Evidence, type FoundNumber, type Json } from '$lib/core';
import { follow } from '$lib/workflow';

/** Evidence as a step gave it, with the typed output that its claims may name fields of. */
export interface Proof {
	evidence: Evidence[];
	output: Json | undefined;
}

/** A number of a text with everything that is known about where it comes from. */
export interface TracedNumber {
	number: FoundNumber;
	/** Counted from 1 over the numbers that have a source; one number written twice keeps its place in the list. */
	index: number;
	evidence: Evidence[];
}

/** Values that a claim stands for: the number as written, or the field of the output that it names. */
function valuesOfClaim(claim: string, output: Json | undefined): number[] {
	const field = output === undefined ? undefined : follow(output, claim.split('.'));
	if (typeof field === 'number') return [field];
	if (typeof field === 'string') return numbersIn(field).map((number) => number.value);
	const written = numbersIn(claim);
	return written.length === 1 && written[0] ? [written[0].value] : [];
}

/** Same number? A text may round, so it is compared with the digits that the text shows. */
export function fits(written: FoundNumber, value: number): boolean {
	// A small whole number is too common to be taken for a rounded one.
	const exact = !written.percent && written.decimals === 0 && Math.abs(written.value) < 10;
	const unit = exact ? 0 : 10 ** -written.decimals;
	const sizes = written.percent ? [value, value * 100] : [value];
	return sizes.some((size) => Math.abs(Math.abs(size) - Math.abs(written.value)) < unit / 2 + 1e-9);
}

/** The numbers of a text that have a source, and those that have none, as written. */
export function traceNumbers(
	text: string,
	proofs: readonly Proof[]
): { traced: TracedNumber[]; untraced: string[] } {
	const known = proofs.flatMap(({ evidence, output }) =>
		evidence.map((one) => ({ one, values: valuesOfClaim(one.claim, output) }))
	);
	const traced: TracedNumber[] = [];
	const untraced = new Set<string>();
	const places = new Map<string, number>();
	for (const number of numbersIn(text)) {
		const named = known.filter(({ one }) => one.claim === number.raw);
		const found = named.length
			? named
			: known.filter(({ values }) => values.some((value) => fits(number, value)));
		if (found.length === 0) {
			untraced.add(number.raw);
			continue;
		}
		const index = places.get(number.raw) ?? places.size + 1;
		places.set(number.raw, index);
		traced.push({ number, index, evidence: unique(found.map(({ one }) => one)) });
	}
	return { traced, untraced: [...untraced] };
}

/** Each place once. */
function unique(evidence: Evidence[]): Evidence[] {
	const seen = new Set<string>();
	return evidence.filter((one) => {
		const key = `${one.document}\n${one.place}\n${one.how}`;
		return seen.size !== seen.add(key).size;
	});
}
