/** A number as it stands in a text, with the last word before it, which Markdown marks do not change. */
interface Placed {
	raw: string;
	word: string;
}

/** The numbers of a text as they are compared with those of another. */
export function placed(text: string, numbers: readonly { raw: string; at: number }[]): Placed[] {
	return numbers.map(({ raw, at }) => ({
		raw,
		word: /(\p{L}+)[^\p{L}]*$/u.exec(text.slice(Math.max(0, at - 80), at))?.[1]?.toLowerCase() ?? ''
	}));
}

/** Above so many comparisons a text is not searched for what moved. */
const MOST_COMPARED = 4_000_000;

/**
 * For each number of a rendered or edited text the number of the original that it is, or -1. They are matched in order,
 * by the number and the word before it, so that something added or left out does not shift the rest.
 */
export function align(shown: readonly Placed[], original: readonly Placed[]): number[] {
	const found = shown.map(() => -1);
	let from = 0;
	const same = (a: Placed | undefined, b: Placed | undefined) =>
		a !== undefined && b !== undefined && a.raw === b.raw && a.word === b.word;
	while (from < shown.length && same(shown[from], original[from])) {
		found[from] = from;
		from += 1;
	}
	const rows = shown.length - from;
	const width = original.length - from;
	if (rows <= 0 || width <= 0 || rows * width > MOST_COMPARED) return found;
	// lengths[i][j]: how many of the numbers from i and j on can be matched.
	const lengths = Array.from({ length: rows + 1 }, () => new Uint32Array(width + 1));
	for (let i = rows - 1; i >= 0; i -= 1) {
		for (let j = width - 1; j >= 0; j -= 1) {
			const [here, below] = [lengths[i], lengths[i + 1]];
			if (!here || !below) continue;
			here[j] = same(shown[from + i], original[from + j])
				? (below[j + 1] ?? 0) + 1
				: Math.max(below[j] ?? 0, here[j + 1] ?? 0);
		}
	}
	for (let i = 0, j = 0; i < rows && j < width;) {
		if (same(shown[from + i], original[from + j])) {
			found[from + i] = from + j;
			i += 1;
			j += 1;
		} else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i += 1;
		else j += 1;
	}
	return found;
}
