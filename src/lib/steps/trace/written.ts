import { numbersIn, type FoundNumber } from '$lib/core';
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

const MONTH =
	'(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sep(?:t(?:ember)?)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)';

/** Digits that name a day, a week, a place in a list: they count nothing, so nothing has to prove them. */
const NAMES: RegExp[] = [
	/https?:\/\/\S+/g,
	/\b\d{4}-W\d{1,2}\b/g,
	/\b\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z?)?/g,
	/\b\d{1,2}[./]\d{1,2}[./]\d{4}\b/g,
	/\b(?:weeks?|wk|quarters?|runs?|pages?|steps?|versions?|chapters?)\s+\d+(?:\s*(?:[–-]|and|to|,)\s*\d+)*/gi,
	new RegExp(
		`\\b\\d{1,2}(?:\\s*(?:[–-]|and|to)\\s*\\d{1,2})?\\.?\\s+(?:of\\s+)?${MONTH}\\b(?:\\s+\\d{4})?`,
		'g'
	),
	new RegExp(`\\b${MONTH}\\s+\\d{1,2}\\b(?:\\s*[–-]\\s*\\d{1,2})?(?:,?\\s+\\d{4})?`, 'g'),
	new RegExp(`\\b${MONTH}\\s+\\d{4}\\b`, 'g'),
	/\b(?:in|since|until|from|of|during|year|by)\s+(?:19|20)\d{2}\b(?!\s?%|[.,]\d)/gi,
	/\b\d{1,2}:\d{2}\b/g,
	/\b24\/7\b/g,
	/^[ \t]*(?:#{1,6}[ \t]+)?\d+[.)][ \t]/gm,
	/\[\^?\d+\]/g
];

/** The numbers of a text that state a quantity, in order. Dates, weeks, times and list numbers are left out. */
export function writtenNumbers(text: string): WrittenNumber[] {
	// Letters of the same length keep every offset and let no two numbers grow together.
	const masked = NAMES.reduce((rest, name) => rest.replace(name, (match) => match.replace(/\d/g, 'x')), text);
	const lines = text.split('\n');
	const heads = headsOf(lines);
	let index = 0;
	let start = 0;
	return numbersIn(masked).map((number) => {
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
