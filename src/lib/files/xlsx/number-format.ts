/** What the number in a cell is meant as. */
export type CellFormat = 'number' | 'percent' | 'date' | 'time' | 'date-time';

/** Formats that every workbook knows by number, without naming them. */
const KNOWN: Record<number, CellFormat> = {
	9: 'percent',
	10: 'percent',
	14: 'date',
	15: 'date',
	16: 'date',
	17: 'date',
	18: 'time',
	19: 'time',
	20: 'time',
	21: 'time',
	22: 'date-time',
	45: 'time',
	46: 'time',
	47: 'time'
};

/** The kinds of the formats that cells use, by the number of the cell's style. */
export function formatKinds(used: readonly number[], codes: ReadonlyMap<number, string>): CellFormat[] {
	return used.map((id) => {
		const code = codes.get(id);
		return code === undefined ? (KNOWN[id] ?? 'number') : kindOf(code);
	});
}

function kindOf(code: string): CellFormat {
	// Words in quotation marks, escaped letters, colours and currencies are no fields.
	const [bare = ''] = code
		.replace(/"[^"]*"|\\.|_.|\*./g, '')
		.replace(/\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, '')
		.split(';');
	if (/^general$/i.test(bare.trim())) return 'number';
	const hasTime = /[hs]/i.test(bare);
	const hasDate = /[yd]/i.test(bare) || (/m/i.test(bare) && !hasTime);
	if (hasDate) return hasTime ? 'date-time' : 'date';
	if (hasTime) return 'time';
	return bare.includes('%') ? 'percent' : 'number';
}

const DAY_MS = 86_400_000;

/** A stored number as people would write it, dates as yyyy-mm-dd. What is no number is given back as it is. */
export function sayNumber(stored: string, format: CellFormat, from1904: boolean): string {
	const value = Number(stored);
	if (stored.trim() === '' || !Number.isFinite(value)) return stored;
	if (format === 'number') return plain(value);
	if (format === 'percent') return `${plain(value * 100)}%`;
	const days = from1904 ? value + 1462 : value;
	// Day 60 is 29 February 1900, which never was: days before it are off by one.
	const moment = new Date(Date.UTC(1899, 11, 30) + Math.round((days < 60 ? days + 1 : days) * DAY_MS));
	if (Number.isNaN(moment.getTime()) || value < 0) return plain(value);
	const [date = '', time = ''] = moment.toISOString().slice(0, 19).split('T');
	if (format === 'time' || value < 1) return time;
	return format === 'date-time' && value % 1 !== 0 ? `${date} ${time.replace(/:00$/, '')}` : date;
}

/** As many digits as a spreadsheet keeps, so that 0.1 + 0.2 reads 0.3. */
function plain(value: number): string {
	return String(Number(value.toPrecision(15)));
}
