import { numbersIn } from '$lib/core';
import type { Block } from './prompt';

/** What the last approved report says of a figure. */
export interface Earlier {
	value: number;
	percent: boolean;
	/** Decimals it is written with. */
	decimals: number;
	document: string;
	/** Counted from 1. */
	line: number;
}

/** Is there a report that was approved before? */
export function earlierReport(blocks: readonly Block[]): Block | null {
	return blocks.find((block) => block.origin === 'last-approved' && block.text.trim() !== '') ?? null;
}

/**
 * The value of a figure in the last approved report: from its table of figures, else from its sentences. A figure may
 * go by several names, since a correction can have renamed it.
 */
export function earlierValue(
	names: readonly string[],
	blocks: readonly Block[],
	percent?: boolean
): Earlier | null {
	const report = earlierReport(blocks);
	if (!report) return null;
	const lines = report.text.split('\n');
	return inTable(names, lines, report.name) ?? inProse(names, lines, report.name, percent ?? false);
}

/** Names of figures in the table of the last approved report that are none of these. */
export function unknownFigures(blocks: readonly Block[], names: readonly string[]): string[] {
	const lines = earlierReport(blocks)?.text.split('\n') ?? [];
	return lines.flatMap((line, index) => {
		const [name = '', ...cells] = line.trim().startsWith('|') ? cellsOf(line) : [];
		const isHead = /^\s*\|?\s*:?-{2,}/.test(lines[index + 1] ?? '');
		const hasNumber = cells.some((cell) => numbersIn(cell).length > 0);
		return isHead || !hasNumber || names.some((one) => sameName(one, name)) ? [] : [name];
	});
}

function cellsOf(line: string): string[] {
	return line
		.trim()
		.replace(/^\||\|$/g, '')
		.split('|')
		.map((cell) => cell.replace(/[*_`]/g, '').trim());
}

function inTable(names: readonly string[], lines: readonly string[], document: string): Earlier | null {
	let column = 1;
	for (const [index, line] of lines.entries()) {
		if (!line.trim().startsWith('|')) continue;
		const cells = cellsOf(line);
		if (/^\s*\|?\s*:?-{2,}/.test(lines[index + 1] ?? '')) {
			// Of “this week” and “last week”, the report's own week is what is earlier now.
			const own = cells.findIndex((cell, at) => at > 0 && /^(?:this|current|now)\b/i.test(cell));
			column = own > 0 ? own : 1;
			continue;
		}
		if (!names.some((name) => sameName(cells[0] ?? '', name))) continue;
		const number = numbersIn(cells[column] ?? '')[0];
		if (number)
			return {
				value: number.value,
				percent: number.percent,
				decimals: number.decimals,
				document,
				line: index + 1
			};
	}
	return null;
}

function sameName(a: string, b: string): boolean {
	const plain = (text: string) =>
		text
			.toLowerCase()
			.replace(/\s*\([^)]*\)/g, '')
			.replace(/[^\p{L}\p{N}]+/gu, ' ')
			.trim();
	return plain(a) === plain(b) && plain(a) !== '';
}

/** `Revenue fell 7.1 % to € 51,904.30`: the number behind “to”, else the first of the right sort behind the name. */
function inProse(
	names: readonly string[],
	lines: readonly string[],
	document: string,
	percent: boolean
): Earlier | null {
	for (const [index, line] of lines.entries()) {
		for (const name of names) {
			const at = line.toLowerCase().indexOf(name.toLowerCase());
			if (at < 0 || name === '') continue;
			const rest = line.slice(at + name.length).split(/[;.]\s|, (?:while|and|but) /)[0] ?? '';
			const fitting = numbersIn(rest).filter((number) => number.percent === percent);
			const behindTo = fitting.find((number) =>
				/\b(?:to|at|was|were)\s+[€$£]?\s?$/.test(rest.slice(0, number.at))
			);
			const number = behindTo ?? fitting[0];
			if (number)
				return {
					value: number.value,
					percent: number.percent,
					decimals: number.decimals,
					document,
					line: index + 1
				};
		}
	}
	return null;
}
