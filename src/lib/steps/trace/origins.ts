import type { Evidence } from '$lib/core';
import { sentenceAround, type LabelReader } from './beside';
import type { KnownNumber } from './known';
import type { WrittenNumber } from './written';

type Origin = Omit<Evidence, 'claim' | 'at'>;

const MOST_NAMED = 3;

/**
 * Where a written number comes from: the known number that has its size, unit and sign and that the words beside it
 * name. Where several fit equally well, each is given and says so. None fits: an empty list.
 */
export function originsOf(
	number: WrittenNumber,
	known: readonly KnownNumber[],
	reader: LabelReader
): Origin[] {
	const fitting = known.filter((candidate) => fits(number, candidate));
	if (fitting.length === 0) return [];
	const stated = reader.of(number.line, { at: number.column, length: number.raw.length });
	const named = new Set(reader.in(number.line).map(({ label }) => label));
	const close = lowest(fitting, (candidate) => {
		const beside =
			candidate.label === '' ? 0 : candidate.label === stated ? 10 : named.has(candidate.label) ? 5 : 0;
		return candidate.rank - beside - (number.earlier && candidate.earlier ? 2 : 0);
	});
	const [from, to] = sentenceAround(number.line, number.column, number.column + number.raw.length);
	const words = wordsOf(number.line.slice(from, to));
	const best = lowest(close, ({ context }) => -shared(words, context));
	const [first] = best;
	if (!first) return [];
	// One figure told in several places is still one figure; the first place will do.
	const same = first.label !== '' && best.every(({ label }) => label === first.label);
	const places = same ? [saying(first, stated)] : distinct(best.map((one) => saying(one, stated)));
	if (places.length === 1) return places;
	return places
		.slice(0, MOST_NAMED)
		.map((place) => ({ ...place, how: `one of ${places.length} that fit: ${place.how}` }));
}

/** The draft names one figure and the number is known of another: nobody can tell which is meant, so both are told. */
function saying({ label, rank, evidence }: KnownNumber, stated: string): Origin {
	if (rank > 1 || label === '' || stated === '' || label === stated) return evidence;
	return { ...evidence, how: `${evidence.how}; known of “${label}”, the draft says “${stated}”` };
}

function lowest<T>(list: readonly T[], rank: (one: T) => number): T[] {
	const ranks = list.map(rank);
	const least = ranks.reduce((low, one) => Math.min(low, one), Infinity);
	return list.filter((_, index) => ranks[index] === least);
}

function distinct(origins: Origin[]): Origin[] {
	const key = ({ document, place, how }: Origin) => `${document}\n${place}\n${how}`;
	return [...new Map(origins.map((origin) => [key(origin), origin])).values()];
}

function wordsOf(text: string): Set<string> {
	return new Set(text.toLowerCase().match(/\p{L}{4,}/gu));
}

function shared(words: ReadonlySet<string>, context: string): number {
	return [...wordsOf(context)].filter((word) => words.has(word)).length;
}

function fits(number: WrittenNumber, known: KnownNumber): boolean {
	const slack = 0.5 * 10 ** -number.decimals + known.slack + 1e-9;
	const same = (value: number) => Math.abs(Math.abs(value) - Math.abs(number.value)) <= slack;
	if (known.change && number.direction !== 0 && Math.sign(known.value) === -number.direction && !same(0))
		return false;
	if (number.percent) {
		if (known.percent === true) return same(known.value);
		return (
			known.percent === null && (same(known.value) || (Math.abs(known.value) <= 1 && same(known.value * 100)))
		);
	}
	return !(known.change && known.percent) && same(known.value);
}
