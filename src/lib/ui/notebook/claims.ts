import { numbersIn, quantitiesIn, type Evidence, type FoundNumber, type Json } from '$lib/core';
import { follow } from '$lib/workflow';
import { align, placed } from './align';

/** Evidence as a step gave it, with the typed output that its claims may name fields of. */
export interface Proof {
	evidence: Evidence[];
	output: Json | undefined;
}

/** A number of a text with everything that is known about where it comes from. */
export interface TracedNumber {
	number: FoundNumber;
	/** Counted from 1 over the numbers that have a source; one number with one source, written twice, keeps its place. */
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
	// Where a step looked at each number of this very text, a number that it says nothing of has no source.
	const located = known.filter(({ one }) => one.at !== undefined && text.startsWith(one.claim, one.at));
	const traced: TracedNumber[] = [];
	const untraced = new Set<string>();
	const places = new Map<string, number>();
	// Digits that name a day or a week count nothing, so nobody has to say where they come from.
	const counting = new Set(quantitiesIn(text).map((number) => number.at));
	for (const number of numbersIn(text)) {
		const named = known.filter(({ one }) => one.claim === number.raw);
		const found = located.length
			? located.filter(({ one }) => one.at === number.at && one.claim === number.raw)
			: named.length
				? named
				: known.filter(({ values }) => values.some((value) => fits(number, value)));
		if (found.length === 0) {
			if (counting.has(number.at)) untraced.add(number.raw);
			continue;
		}
		const evidence = unique(found.map(({ one }) => one));
		const key = [number.raw, ...evidence.map(keyOf)].join('\n\n');
		const index = places.get(key) ?? places.size + 1;
		places.set(key, index);
		traced.push({ number, index, evidence });
	}
	return { traced, untraced: [...untraced] };
}

/** Each place once. */
function unique(evidence: Evidence[]): Evidence[] {
	const seen = new Set<string>();
	return evidence.filter((one) => {
		return seen.size !== seen.add(keyOf(one)).size;
	});
}

function keyOf({ document, place, how }: Evidence): string {
	return `${document}\n${place}\n${how}`;
}

/**
 * For each number of a text that was made from another, rendered or edited, the index of its source; null without one.
 * A number that cannot be found again has the source that all of its kind have, if they have one.
 */
export function indexesIn(
	shown: string,
	original: string,
	traced: readonly TracedNumber[]
): { number: FoundNumber; index: number | null }[] {
	const before = numbersIn(original);
	const now = numbersIn(shown);
	const byPlace = new Map(traced.map((one) => [one.number.at, one.index]));
	const kinds = new Map<string, Set<number | null>>();
	for (const { raw, at } of before) {
		kinds.set(raw, (kinds.get(raw) ?? new Set()).add(byPlace.get(at) ?? null));
	}
	const found = align(placed(shown, now), placed(original, before));
	return now.map((number, at) => {
		const same = before[found[at] ?? -1];
		const [only, ...others] = kinds.get(number.raw) ?? [];
		const index = same ? byPlace.get(same.at) : others.length === 0 ? only : null;
		return { number, index: index ?? null };
	});
}
