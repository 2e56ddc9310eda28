import { quantitiesIn, type FoundNumber } from '$lib/core';
import { columnAt, headsOf, isEarlier } from './rows';

/** A number of a draft, with what stands around it. */
export interface WrittenNumber extends FoundNumber {
	/** The line that it stands in. */
	line: string;
	/** Where it stands in that line. */
	column: number;
	/** The draft says that this is how it was before. */
	earlier: boolean;
	/** What the words beside it say about its sign: 1 rose, -1 fell, 0 nothing. */
	direction: -1 | 0 | 1;
}

/** The numbers of a text that state a quantity, in order. Dates, weeks, times and list numbers are left out. */
export function writtenNumbers(text: string): WrittenNumber[] {
	const lines = text.split('\n');
	const heads = headsOf(lines);
	let index = 0;
	let start = 0;
	return quantitiesIn(text).map((number) => {
		while (number.at > start + (lines[index]?.length ?? 0)) {
			start += (lines[index]?.length ?? 0) + 1;
			index += 1;
		}
		const line = lines[index] ?? '';
		const column = number.at - start;
		const before = line.slice(0, column);
		const head = heads[index]?.[columnAt(line, column)];
		return {
			...number,
			line,
			column,
			earlier: isEarlier(head) || BEFORE.test(before),
			direction: directionOf(number.raw, before, line.slice(column + number.raw.length).slice(0, 24))
		};
	});
}

const BEFORE = /\b(?:from|against|after|before|previously)\s+(?:about\s+)?[€$£]?\s?$/i;
const UP = '(?:rose|risen|rises|grew|grown|up|gained|increase[ds]?|climbed)';
const DOWN = '(?:fell|fallen|falls|dropped|down|lost|decrease[ds]?|declined|shrank)';

function directionOf(raw: string, before: string, after: string): -1 | 0 | 1 {
	if (/^[-−]/.test(raw)) return -1;
	if (raw.startsWith('+')) return 1;
	const close = before.slice(-24);
	if (new RegExp(`\\b${UP}\\s+(?:by\\s+)?$`, 'i').test(close) || /^\s?%?\s+more\b/.test(after)) return 1;
	if (new RegExp(`\\b${DOWN}\\s+(?:by\\s+)?$`, 'i').test(close) || /^\s?%?\s+(?:less|fewer)\b/.test(after))
		return -1;
	return 0;
}
