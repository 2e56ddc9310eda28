import { numbersIn, type FoundNumber } from '$lib/core';
import type { CollectedDocument } from '../contract';
import type { LabelReader } from './beside';
import type { KnownNumber } from './known';
import { columnAt, headsOf, isRow, ownColumn } from './rows';

/** A number of a text, with the figure that its line states with it. */
export interface LineNumber {
	decimals: number;
	/** Its label is empty unless the line states that figure with this very number. */
	known: KnownNumber;
	/** The line has other numbers that could state the figure, so this one was chosen. */
	chosen: boolean;
	/** The line gives it as the value before, or as a change: it states no figure of that report. */
	former: boolean;
}

type Text = Pick<CollectedDocument, 'name' | 'text' | 'unit'> & { hash?: string; origin?: string };

/** Which figures there are, and which of them are percentages. */
export interface Figures {
	reader: LabelReader;
	percent: ReadonlyMap<string, boolean | null>;
}

/** Numbers of a text, line by line. In tables of cells only those long enough to be no accident. */
export function linesOf(document: Text, rank: number, figures: Figures | null): LineNumber[] {
	const lines = document.text.split('\n');
	const heads = headsOf(lines);
	return lines.flatMap((line, index) => {
		const numbers = document.unit === 'row' ? cellNumbersIn(line) : numbersIn(line);
		const stated = figures
			? statedIn(line, numbers, heads[index] ?? null, figures)
			: new Map<FoundNumber, Stated>();
		return numbers.map((number): LineNumber => {
			const facts = stated.get(number);
			return {
				decimals: number.decimals,
				chosen: facts?.chosen ?? false,
				former: isFormer(line, number, heads[index] ?? null),
				known: {
					value: number.value,
					percent: number.percent,
					change: false,
					slack: 0,
					label: facts?.label ?? '',
					context: line,
					earlier: document.origin === 'last-approved',
					rank,
					evidence: {
						document: document.name,
						place: `${document.unit} ${index + 1}`,
						how: 'as written there',
						...(document.hash ? { hash: document.hash } : {})
					}
				}
			};
		});
	});
}

/** A cell ends at its comma, so that two cells are not read as one number with a thousands mark. */
function cellNumbersIn(row: string): FoundNumber[] {
	return row
		.split(',')
		.flatMap((cell) => numbersIn(cell))
		.filter((number) => number.raw.replace(/\D/g, '').length >= 3);
}

interface Stated {
	label: string;
	chosen: boolean;
}

/** For each figure that a line names, the one number that states it: not its change, not its value before. */
function statedIn(
	line: string,
	numbers: readonly FoundNumber[],
	heads: readonly string[] | null,
	{ reader, percent }: Figures
): Map<FoundNumber, Stated> {
	const groups = new Map<string, FoundNumber[]>();
	if (numbers.length === 0 || reader.in(line).length === 0) return new Map();
	for (const number of numbers) {
		const label = reader.of(line, { at: number.at, length: number.raw.length });
		if (label !== '') groups.set(label, [...(groups.get(label) ?? []), number]);
	}
	const stated = new Map<FoundNumber, Stated>();
	for (const [label, group] of groups) {
		const fitting = group.filter((number) => number.percent === (percent.get(label) === true));
		const sorted = fitting.length > 0 ? fitting : group.filter((number) => !number.percent);
		const open = sorted.filter((number) => !isFormer(line, number, heads));
		const number = open.find((one) => TO.test(line.slice(0, one.at))) ?? open[0];
		if (number) stated.set(number, { label, chosen: open.length > 1 });
	}
	return stated;
}

function isFormer(line: string, number: FoundNumber, heads: readonly string[] | null): boolean {
	if (isRow(line)) return heads !== null && columnAt(line, number.at) !== ownColumn(heads);
	return /^[-−+]/.test(number.raw) || FROM.test(line.slice(0, number.at));
}

/** Words in front of a value that is reached, and in front of one that is left or of a step between the two. */
const TO = /(?:\b(?:to|at|was|were|is|are|reached)\s+|[:=]\s*)(?:about\s+)?[€$£]?\s?$/i;
const FROM = /\b(?:from|by|against|after|before)\s+(?:about\s+)?[€$£]?\s?$/i;
