/** Reading the cells of a table. */

/** A cell with a number in it: the value and the decimals it is written with. */
export interface CellNumber {
	value: number;
	decimals: number;
}

/** The number in a cell, with or without unit and thousands marks; null when the cell holds something else. */
export function cellNumber(cell: string): CellNumber | null {
	const bare = cell.replace(/[€$£%\s\u00a0\u202f']/g, '').replace('−', '-');
	let plain: string | null = null;
	if (/^[-+]?\d+(\.\d+)?$/.test(bare)) plain = bare;
	else if (/^[-+]?\d{1,3}(,\d{3})+(\.\d+)?$/.test(bare)) plain = bare.replaceAll(',', '');
	else if (/^[-+]?\d{1,3}(\.\d{3})+,\d+$/.test(bare)) plain = bare.replaceAll('.', '').replace(',', '.');
	else if (/^[-+]?\d+,\d{1,2}$/.test(bare)) plain = bare.replace(',', '.');
	if (plain === null) return null;
	const point = plain.indexOf('.');
	return { value: Number(plain), decimals: point < 0 ? 0 : plain.length - point - 1 };
}

const TOTAL =
	/^(?:(?:grand|sub)[\s-]?)?(?:totals?|sums?)$|^(?:zwischen|gesamt)?summen?$|^gesamt$|^insgesamt$|^somme$|^suma$|^totale$|^totaal$/;

/** Longer tables are not searched for a total that does not call itself one: that would take too long. */
const MOST_ADDED = 20_000;

/**
 * The totals at the end of a table: how many of its last rows add up the ones above instead of standing beside them. A
 * total says so in its first words, or has no words of its own and holds the sums of its columns.
 */
export function totalRows(rows: readonly (readonly string[])[]): number {
	let end = rows.length;
	while (end > 1 && isNamedTotal(rows[end - 1] ?? [])) end -= 1;
	if (end === rows.length && end > 2 && end <= MOST_ADDED && isSum(rows)) end -= 1;
	return rows.length - end;
}

/** What a total calls itself; empty when it does not say. */
export function totalName(row: readonly string[]): string {
	return row.find((cell) => cell.trim() !== '' && cellNumber(cell) === null)?.trim() ?? '';
}

function isNamedTotal(row: readonly string[]): boolean {
	const name = totalName(row)
		.toLowerCase()
		// “Total (7 rows):” and “Total 2026” are totals, “Total wash” is a product.
		.replace(/\([^)]*\)|[\d:.,–-]/g, ' ')
		.trim();
	return TOTAL.test(name) && row.some((cell) => cellNumber(cell) !== null);
}

function isSum(rows: readonly (readonly string[])[]): boolean {
	const last = rows[rows.length - 1] ?? [];
	const above = rows.slice(0, -1);
	const numbers = last.flatMap((cell, column) => {
		const number = cellNumber(cell);
		return number ? [{ ...number, column }] : [];
	});
	const matching = numbers.filter(({ value, decimals, column }) => {
		const sum = above.reduce((total, row) => total + (cellNumber(row[column] ?? '')?.value ?? 0), 0);
		return value !== 0 && Math.abs(sum - value) <= 0.5 * 10 ** -decimals + Math.abs(sum) * 1e-9;
	});
	// A rate or an average in a row of totals is no sum, so not every number has to be one.
	if (matching.length === 0 || matching.length * 2 <= numbers.length) return false;
	const nameless = last.every((cell) => cell.trim() === '' || cellNumber(cell) !== null);
	const named = above.every((row) => row.some((cell) => cell.trim() !== '' && cellNumber(cell) === null));
	return nameless ? named || matching.length > 1 : matching.length > 1 && above.length > 2;
}
