import { fail, failure, ok, totalName, totalRows, unexpected, type Result } from '$lib/core';
import type PapaParse from 'papaparse';
import type { ParseConfig } from 'papaparse';
import type { Document, RawFile } from './contract';
import { decode } from './decode';
import { DELIMITER_NAMES, guessDelimiter, guessRagged, SAMPLE_ROWS, type Delimiter } from './delimiter';
import { Refused, type Reading } from './reading';
import { listRows, tidy } from './tidy';

type Papa = typeof PapaParse;

/** No text that reached this far holds a NUL often enough to matter: it stands for "quotation marks are letters". */
const NO_QUOTES = '\u0000';

/**
 * Reads a table of any of the usual delimiters. The text it gives is comma-separated with one row a line, the column
 * names in line 1, every row as wide as those, so that line n is row n as a spreadsheet counts it.
 */
export async function readTable(
	file: RawFile,
	expected: Delimiter,
	reading: Pick<Reading, 'table' | 'check'>
): Promise<Result<Document>> {
	const decoded = decode(file);
	if (!decoded.ok) return decoded;
	try {
		const Papa = (await import('papaparse')).default;
		return tableOf(Papa, file.name, decoded.value, expected, reading);
	} catch (cause) {
		if (cause instanceof Refused) throw cause;
		return fail(unexpected(cause, `reading the table “${file.name}”`));
	}
}

function tableOf(
	Papa: Papa,
	name: string,
	decoded: { text: string; warnings: string[] },
	expected: Delimiter,
	reading: Pick<Reading, 'table' | 'check'>
): Result<Document> {
	const warnings = [...decoded.warnings];
	const { text, declared } = withoutPreface(decoded.text, warnings);
	if (text === '') {
		return fail(
			failure(
				'file.empty',
				`“${name}” names its separator and has nothing else in it. Export it again, then add it again.`
			)
		);
	}
	const split = (delimiter: Delimiter) => preview(Papa, text, delimiter);
	const guess =
		guessDelimiter(split, expected) ?? (declared ? null : ragged(split, expected, text, warnings));
	const delimiter = declared ?? guess?.delimiter ?? null;
	if (delimiter && delimiter !== expected) {
		warnings.push(`The cells are separated by ${DELIMITER_NAMES[delimiter]}.`);
	}
	if (delimiter) guard(text, delimiter, reading);
	const raw = delimiter ? parse(Papa, text, delimiter, warnings) : text.split('\n').map((line) => [line]);
	reading.check();
	reading.table(Math.max(raw[0]?.length ?? 0, guess?.width ?? 0), raw.length);
	const {
		columns,
		rows,
		warnings: more
	} = tidy(raw, delimiter === guess?.delimiter ? guess?.width : undefined);
	warnings.push(...more);
	if (!delimiter && isProse(raw)) {
		warnings.push(
			'This does not look like a table: no columns were found, so every line was taken as one cell.'
		);
	}
	if (rows.length === 0) warnings.push('The table has column names but no rows.');
	warnings.push(...totalsIn(name, rows));
	const whole = Papa.unparse([columns, ...rows], { newline: '\n' });
	return ok({
		name,
		media: 'text/csv',
		text: `${whole}\n`,
		unit: 'row',
		table: { columns, rows: rows.length },
		warnings,
		// Rows are counted from the column names, as the warnings count them.
		spans: [{ start: 0, end: whole.length + 1, place: { in: 'cell', row: 1, column: 1 } }]
	});
}

/** Counted before anything is made of it: ten million cells would be ten million texts. Quoted separators count along. */
function guard(text: string, delimiter: Delimiter, reading: Pick<Reading, 'table'>): void {
	let [cells, rows] = [1, 1];
	for (let at = 0; at < text.length; at += 1) {
		const sign = text[at];
		if (sign === delimiter) cells += 1;
		else if (sign === '\n') [cells, rows] = [cells + 1, rows + 1];
	}
	reading.table(cells / rows, rows);
}

/** A few uneven rows are a table if their name says so and they are no sentences; the person is told to look. */
function ragged(
	split: (delimiter: Delimiter) => string[][],
	expected: Delimiter,
	text: string,
	warnings: string[]
): { delimiter: Delimiter; width: number } | null {
	const found = isProse(text.split('\n').map((line) => [line])) ? null : guessRagged(split, expected);
	if (!found) return null;
	const widths = found.widths.join(' or ');
	warnings.push(
		`The rows do not have the same number of cells (${widths}), and there are too few of them to tell what is right. They were taken as a table all the same; compare it with the file.`
	);
	return { delimiter: found.delimiter, width: Math.max(...found.widths) };
}

/**
 * Totals stay in the table, since rows keep their numbers; what they are is told, so that nothing is counted twice.
 * `numberOf` gives the number of a row, the column names being row 0.
 */
export function totalsIn(
	name: string,
	rows: string[][],
	numberOf: (index: number) => number = (index) => index + 1
): string[] {
	const first = rows.length - totalRows(rows);
	return rows.slice(first).map((row, index) => {
		const called = totalName(row);
		const which = `Row ${numberOf(first + index + 1)} of “${name}”${called === '' ? '' : ` (“${called}”)`}`;
		return `${which} is a total of the rows above, not data: the built-in model leaves it out of its figures. Check that another model does so too.`;
	});
}

/** Cuts off empty lines at the top and the line `sep=;` that spreadsheets put there for each other. */
function withoutPreface(text: string, warnings: string[]): { text: string; declared: Delimiter | null } {
	const start = text.replace(/^(?:[^\S\n\t]*\n)+/, '');
	const left = text.slice(0, text.length - start.length).split('\n').length - 1;
	if (left > 0) {
		warnings.push(
			`${left === 1 ? 'One empty line' : `${left} empty lines`} at the top were left out; rows are counted from below.`
		);
	}
	const match = /^sep=([,;\t|])\n?/i.exec(start);
	if (!match) return { text: start, declared: null };
	return { text: start.slice(match[0].length), declared: match[1] as Delimiter };
}

/** The first rows as a delimiter would cut them. */
function preview(Papa: Papa, text: string, delimiter: Delimiter): string[][] {
	// A quotation mark that is never closed must not make a guess read 20 MB four times.
	return Papa.parse<string[]>(text.slice(0, 262_144), { ...settings(delimiter), preview: SAMPLE_ROWS }).data;
}

/** All rows. A quotation mark that is never closed costs no rows: from there on, such marks are plain letters. */
function parse(Papa: Papa, text: string, delimiter: Delimiter, warnings: string[]): string[][] {
	const { data, errors } = Papa.parse<string[]>(text, settings(delimiter));
	const odd = errors.filter((error) => error.code === 'InvalidQuotes').map((error) => (error.row ?? 0) + 1);
	const unclosed = errors.find((error) => error.code === 'MissingQuotes');
	const stray = [...new Set(odd)].filter((row) => !unclosed || row <= (unclosed.row ?? 0));
	if (stray.length > 0) warnings.push(`A quotation mark stands where none belongs (${listRows(stray)}).`);
	if (unclosed?.row === undefined || unclosed.index === undefined) return data;
	warnings.push(
		`Row ${unclosed.row + 1} opens a quotation mark that is never closed. From there on, quotation marks were taken as they stand.`
	);
	const kept = data.slice(0, unclosed.row);
	const begun = (data[unclosed.row] ?? []).slice(0, -1);
	const tail = Papa.parse<string[]>(text.slice(unclosed.index - 1), {
		...settings(delimiter),
		quoteChar: NO_QUOTES
	}).data;
	return [...kept, [...begun, ...(tail[0] ?? [])], ...tail.slice(1)];
}

function settings(delimiter: Delimiter): ParseConfig & { worker?: false; download?: false } {
	return { delimiter, newline: '\n', skipEmptyLines: false };
}

/** Sentences rather than cells: most lines have more than five words. */
function isProse(lines: string[][]): boolean {
	const filled = lines.slice(0, SAMPLE_ROWS).flatMap(([line]) => (line?.trim() ? [line] : []));
	const long = filled.filter((line) => line.trim().split(/\s+/).length > 5);
	return long.length > filled.length / 2;
}
