import { cellNumber, type Evidence, type Json } from '$lib/core';
import { findLabelled, type Wanted } from './labelled';
import { earlierValue } from './previous';
import type { Block } from './prompt';
import type { Question, Where } from './question';
import { cellOf, gapsIn, filledRows, numbersOf, type Row } from './rows';
import { columnIndex, readTable, rounded, type Table } from './table';

/** What was found, where, and why nothing was. A value that is not known is null; nothing is made up. */
export interface Answer {
	value: Json;
	evidence: Omit<Evidence, 'claim'>[];
	/** For null: one clause on what is missing. */
	why: string;
	/** What a person should know about the value, one sentence each. */
	doubts?: string[];
}

/** Answers a question from the material. `current` gives values already found in this answer, by field or title. */
export function answer(
	question: Question,
	blocks: readonly Block[],
	wanted: Wanted,
	current: (name: string) => number | null
): Answer {
	switch (question.ask) {
		case 'labelled':
			return labelled(question.label, question.source, blocks, wanted);
		case 'ratio':
			return ratio(question, blocks, current);
		case 'change':
			return change(question.of, blocks, current);
		default: {
			const tables = tablesOf(question.source, blocks);
			return tables.length === 0
				? nothing(`there is no table “${question.source}”`)
				: fromTables(question, tables);
		}
	}
}

/** Nothing was found, and why. */
export function nothing(why: string): Answer {
	return { value: null, evidence: [], why };
}

function tablesOf(source: string, blocks: readonly Block[]): Table[] {
	const csv = blocks.filter((block) => block.media === 'text/csv');
	const wanted = source.toLowerCase();
	const bySource = csv.filter((block) => block.source.toLowerCase() === wanted);
	const found =
		bySource.length > 0 ? bySource : csv.filter((block) => block.name.toLowerCase().includes(wanted));
	return found.map(readTable);
}

type TableQuestion = Exclude<Question, { ask: 'labelled' | 'ratio' | 'change' }>;

function fromTables(question: TableQuestion, tables: readonly Table[]): Answer {
	const where = 'where' in question ? question.where : null;
	const asked = [
		...('column' in question ? [question.column] : []),
		...('group' in question ? [question.group] : []),
		...(where ? [where.column] : [])
	];
	for (const table of tables) {
		const missing = asked.find((name) => columnIndex(table, name) < 0);
		if (missing !== undefined) return nothing(`${table.document} has no column “${missing}”`);
	}
	const rows = tables.flatMap((table) => rowsOf(table, where));
	if (question.ask === 'rows') {
		return { value: rows.length, evidence: places(tables, rows, where, 'number of rows'), why: '' };
	}
	if (rows.length === 0)
		return nothing(`${tables.map((table) => table.document).join(', ')} has no rows to count`);
	switch (question.ask) {
		case 'sum':
		case 'average':
		case 'median':
		case 'smallest':
		case 'largest':
			return aggregate(question.ask, question.column, rows, (how) => places(tables, rows, where, how));
		case 'top':
		case 'groups':
			return grouped(question, rows, (how, of) => {
				const only = of === undefined ? null : { column: question.group, value: of };
				return places(tables, only ? rows.filter((row) => isIn(row, only)) : rows, only, how);
			});
		default:
			return listed(question, rows, (how) => places(tables, rows, where, how));
	}
}

function rowsOf(table: Table, where: Where | null): Row[] {
	const rows = filledRows(table);
	if (!where) return rows;
	return rows.filter((row) => isIn(row, where));
}

function isIn(row: Row, where: Where): boolean {
	return cellOf(row, where.column).toLowerCase() === where.value.trim().toLowerCase();
}

/** Where the rows stand: `rows 2–231` of each table, the column names being row 1. */
function places(
	tables: readonly Table[],
	rows: readonly Row[],
	where: Where | null,
	how: string
): Omit<Evidence, 'claim'>[] {
	return tables.map((table) => {
		const counted = rows.filter((row) => row.table === table).map((row) => row.number);
		const span = table.rows.length > 1 ? `rows 2–${table.rows.length + 1}` : 'row 2';
		const [total] = table.totals;
		const left = total === undefined ? '' : ` (total in row ${table.totals.join(' and ')} left out)`;
		return {
			document: table.document,
			place: where ? sayRows(counted) : span,
			how: `${where && !how.endsWith(`: ${where.value}`) ? `${how} where ${where.column} is ${where.value}` : how}${left}`
		};
	});
}

/** Rows by their numbers, those beside each other as a stretch: `rows 3, 8, 12–14`. */
function sayRows(numbers: readonly number[]): string {
	const spans: [number, number][] = [];
	for (const number of numbers) {
		const last = spans[spans.length - 1];
		if (last && last[1] === number - 1) last[1] = number;
		else spans.push([number, number]);
	}
	const said = spans.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(', ');
	return `${numbers.length === 1 ? 'row' : 'rows'} ${said}`;
}

type Places = (how: string) => Omit<Evidence, 'claim'>[];

function aggregate(
	ask: 'sum' | 'average' | 'median' | 'smallest' | 'largest',
	column: string,
	rows: readonly Row[],
	evidence: Places
): Answer {
	const { numbers, decimals, odd } = numbersOf(rows, column);
	if (numbers.length === 0) return nothing(`no row has a number in “${column}”`);
	const left = odd > 0 ? ` (${odd} ${odd === 1 ? 'cell' : 'cells'} without a number left out)` : '';
	const sum = numbers.reduce((total, value) => total + value, 0);
	const sorted = [...numbers].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	const value = {
		sum: () => rounded(sum, decimals),
		average: () => rounded(sum / numbers.length, Math.max(decimals, 2)),
		median: () =>
			rounded(
				((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2,
				Math.max(decimals, 2)
			),
		smallest: () => sorted[0] ?? 0,
		largest: () => sorted[sorted.length - 1] ?? 0
	}[ask]();
	return { value, evidence: evidence(`${ask} of ${column}${left}`), why: '', doubts: gapsIn(rows, column) };
}

function grouped(
	question: TableQuestion & { ask: 'top' | 'groups' },
	rows: readonly Row[],
	/** `of` names the group whose rows alone made the answer. */
	evidence: (how: string, of?: string) => Omit<Evidence, 'claim'>[]
): Answer {
	const { group, column } = question;
	const { decimals, numbers } = numbersOf(rows, column);
	if (numbers.length === 0) return nothing(`no row has a number in “${column}”`);
	const doubts = gapsIn(rows, column);
	const sums = new Map<string, number>();
	for (const row of rows) {
		const name = cellOf(row, group);
		const number = cellNumber(cellOf(row, column));
		if (name && number) sums.set(name, (sums.get(name) ?? 0) + number.value);
	}
	const order = [...sums]
		.map(([name, sum]) => ({ name, sum: rounded(sum, decimals) }))
		.sort((a, b) => b.sum - a.sum || a.name.localeCompare(b.name, 'en'));
	if (question.ask === 'groups') {
		const value = order.map(({ name, sum }) => ({ [group]: name, [column]: sum }));
		return { value, evidence: evidence(`sum of ${column} by ${group}`), why: '', doubts };
	}
	const best = question.most ? order[0] : order[order.length - 1];
	if (!best) return nothing(`no row names a ${group}`);
	const how = `${question.most ? 'largest' : 'smallest'} sum of ${column} by ${group}: ${best.name}`;
	return {
		value: question.want === 'name' ? best.name : best.sum,
		evidence: evidence(how, best.name),
		why: '',
		doubts
	};
}

function listed(
	question: TableQuestion & { ask: 'different' | 'first' | 'last' | 'range' | 'list' },
	rows: readonly Row[],
	evidence: Places
): Answer {
	const { ask, column } = question;
	const cells = [...new Set(rows.map((row) => cellOf(row, column)).filter((cell) => cell !== ''))];
	if (cells.length === 0) return nothing(`“${column}” is empty in every row`);
	if (ask === 'different')
		return { value: cells.length, evidence: evidence(`number of different ${column}`), why: '' };
	if (ask === 'list') return { value: cells, evidence: evidence(`list of different ${column}`), why: '' };
	const sorted = inOrder(cells);
	const first = sorted[0] ?? '';
	const last = sorted[sorted.length - 1] ?? '';
	const value = { first, last, range: first === last ? first : `${first} to ${last}` }[ask];
	return { value, evidence: evidence(ask === 'range' ? `range of ${column}` : `${ask} ${column}`), why: '' };
}

/** Days as yyyy-mm-dd or dd.mm.yyyy by the calendar, numbers by size, anything else by letter. */
function inOrder(cells: readonly string[]): string[] {
	const key = (cell: string) => cell.replace(/^(\d{2})\.(\d{2})\.(\d{4})$/, '$3-$2-$1');
	const numeric = cells.every((cell) => cellNumber(cell) !== null);
	return [...cells].sort((a, b) =>
		numeric
			? (cellNumber(a)?.value ?? 0) - (cellNumber(b)?.value ?? 0)
			: key(a) < key(b)
				? -1
				: key(a) > key(b)
					? 1
					: 0
	);
}

function labelled(label: string, source: string | null, blocks: readonly Block[], wanted: Wanted): Answer {
	const found = findLabelled(label, source, blocks, wanted);
	return found
		? {
				value: found.value,
				evidence: [{ document: found.document, place: `line ${found.line}`, how: `labelled “${label}”` }],
				why: ''
			}
		: nothing(`nothing is labelled “${label}”${source ? ` in “${source}”` : ''}`);
}

function ratio(
	question: Question & { ask: 'ratio' },
	blocks: readonly Block[],
	current: (name: string) => number | null
): Answer {
	const over = answer(question.over, blocks, 'number', current);
	const under = answer(question.under, blocks, 'number', current);
	if (typeof over.value !== 'number') return over.why ? over : nothing('its upper part is not a number');
	if (typeof under.value !== 'number') return under.why ? under : nothing('its lower part is not a number');
	if (under.value === 0) return nothing('it would be divided by zero');
	const value = rounded((over.value / under.value) * (question.percent ? 100 : 1), 2);
	const [first, second] = [over.evidence[0], under.evidence[0]];
	const how = `${first?.how ?? ''} ÷ ${second?.how ?? ''}${question.percent ? ', in percent' : ''}`;
	const same = first?.document === second?.document;
	return {
		value,
		evidence: [...over.evidence, ...(same ? [] : under.evidence)].map((item) => ({ ...item, how })),
		why: '',
		doubts: [...(over.doubts ?? []), ...(under.doubts ?? [])]
	};
}

function change(of: string, blocks: readonly Block[], current: (name: string) => number | null): Answer {
	const now = current(of);
	if (now === null) return nothing(`“${of}” is not known`);
	const earlier = earlierValue([of], blocks);
	if (!earlier || earlier.value === 0) return nothing(`the last approved report says nothing of “${of}”`);
	const value = rounded(((now - earlier.value) / Math.abs(earlier.value)) * 100, 1);
	const how = `${now} against ${earlier.value}, in percent`;
	return { value, evidence: [{ document: earlier.document, place: `line ${earlier.line}`, how }], why: '' };
}
