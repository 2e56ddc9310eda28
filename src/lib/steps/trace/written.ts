import { quantitiesIn, type FoundNumber } from '$lib/core';

/** A number of a draft, with what stands around it. */
export interface WrittenNumber extends FoundNumber {
	/** The line that it stands in. */
	line: string;
	/** What the words beside it say about its sign: 1 rose, -1 fell, 0 nothing. */
	direction: -1 | 0 | 1;
}

/** The numbers of a text that state a quantity, in order. Dates, weeks, times and list numbers are left out. */
export function writtenNumbers(text: string): WrittenNumber[] {
	return quantitiesIn(text).map((number) => {
		const start = text.lastIndexOf('\n', number.at - 1) + 1;
		const end = text.indexOf('\n', number.at);
		const after = number.at + number.raw.length;
		return {
			...number,
			line: text.slice(start, end < 0 ? text.length : end),
			direction: directionOf(number.raw, text.slice(start, number.at), text.slice(after, after + 24))
		};
	});
}

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
