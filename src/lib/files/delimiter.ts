/** Finding out what separates the cells of a table. */

export type Delimiter = ',' | ';' | '\t' | '|';

const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];

export const DELIMITER_NAMES: Record<Delimiter, string> = {
	',': 'commas',
	';': 'semicolons',
	'\t': 'tabs',
	'|': 'vertical bars'
};

/** Rows that are looked at for a guess. */
export const SAMPLE_ROWS = 100;

/** How well a delimiter cuts a text into a table. */
interface Fit {
	delimiter: Delimiter;
	/** Cells that most rows have. */
	width: number;
	/** Share of rows that have just that many, 0 to 1. */
	share: number;
}

/**
 * The delimiter that gives the most even table of two columns or more, or null when none does and the text is no
 * table. `split` cuts the first {@link SAMPLE_ROWS} rows by a delimiter; it knows about quotation marks.
 */
export function guessDelimiter(
	split: (delimiter: Delimiter) => string[][],
	expected: Delimiter
): { delimiter: Delimiter; width: number } | null {
	const fits = DELIMITERS.map((delimiter) => fit(delimiter, split(delimiter))).filter(
		(each) => each.width > 1 && each.share > 0.5
	);
	fits.sort(
		(a, b) => b.share - a.share || Number(b.delimiter === expected) - Number(a.delimiter === expected)
	);
	const [best] = fits;
	if (!best) return null;
	// The expected one is given the benefit of a few ragged rows.
	const usual = fits.find((each) => each.delimiter === expected);
	return usual && usual.share > best.share - 0.2 && usual.width >= best.width ? usual : best;
}

/** A ragged table of so few rows has no usual width that a guess could rest on. */
const FEW_ROWS = 5;

/**
 * The delimiter of a few ragged rows under a table's name: one that cuts the column names apart, the expected one
 * first. Its widths are those of the rows, the smallest first. Null when there are many rows or one column only.
 */
export function guessRagged(
	split: (delimiter: Delimiter) => string[][],
	expected: Delimiter
): { delimiter: Delimiter; widths: number[] } | null {
	for (const delimiter of [expected, ...DELIMITERS.filter((each) => each !== expected)]) {
		const filled = split(delimiter).filter((row) => row.some((cell) => cell.trim() !== ''));
		const widths = [...new Set(filled.map((row) => row.length))].sort((a, b) => a - b);
		if (filled.length > 1 && filled.length <= FEW_ROWS && (filled[0]?.length ?? 0) > 1) {
			return { delimiter, widths };
		}
	}
	return null;
}

/** Is a text surely a table: three lines or more, nearly all cut into the same number of cells, and no JSON? */
export function looksLikeTable(text: string): boolean {
	const lines = text.slice(0, 65_536).trim().split('\n', SAMPLE_ROWS);
	if (lines.length < 3 || /^[[{<]/.test(text.trimStart())) return false;
	return DELIMITERS.some((delimiter) => {
		const { share, width } = fit(
			delimiter,
			lines.map((line) => line.split(delimiter))
		);
		return width > 1 && share > 0.9;
	});
}

function fit(delimiter: Delimiter, rows: string[][]): Fit {
	const widths = new Map<number, number>();
	const filled = rows.filter((row) => row.length > 1 || row[0]?.trim());
	for (const row of filled) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
	const [width, count] = [...widths].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [0, 0];
	return { delimiter, width, share: filled.length === 0 ? 0 : count / filled.length };
}
