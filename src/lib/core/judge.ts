import { type Rule } from './rule';
import { countWords, hasPhrase, numbersIn, sameHeading, sections } from './text';

/** Whether a text keeps a rule, and one sentence on what was seen. */
export function judgeRule(rule: Rule, text: string): { held: boolean; reason: string } {
	const headings = sections(text).flatMap((section) => (section.heading === null ? [] : [section.heading]));
	switch (rule.type) {
		case 'replace':
			return hasPhrase(text, rule.from)
				? { held: false, reason: `The text still says “${rule.from}”.` }
				: { held: true, reason: `“${rule.from}” does not occur.` };
		case 'forbid':
			return hasPhrase(text, rule.text)
				? { held: false, reason: `The text says “${rule.text}”.` }
				: { held: true, reason: `“${rule.text}” does not occur.` };
		case 'no-section':
			return headings.some((heading) => sameHeading(heading, rule.heading))
				? { held: false, reason: `There is a section “${rule.heading}”.` }
				: { held: true, reason: `There is no section “${rule.heading}”.` };
		case 'section':
			return headings.some((heading) => sameHeading(heading, rule.heading))
				? { held: true, reason: `There is a section “${rule.heading}”.` }
				: { held: false, reason: `The section “${rule.heading}” is missing.` };
		case 'first-section':
			return judgeFirst(rule.heading, text);
		case 'max-words': {
			const words = countWords(text);
			return words <= rule.words
				? { held: true, reason: `The text has ${words} words.` }
				: { held: false, reason: `The text has ${words} words, ${words - rule.words} too many.` };
		}
		case 'no-decimals': {
			const found = moneyWithDecimals(text);
			return found.length === 0
				? { held: true, reason: 'No amount has decimals.' }
				: { held: false, reason: `The text still says ${found.slice(0, 3).join(', ')}.` };
		}
	}
}

function judgeFirst(heading: string, text: string): { held: boolean; reason: string } {
	const found = sections(text).filter((section) => section.heading !== null);
	// A title on its own level above the sections is not a section.
	const body = found.length > 1 && found[0]?.level === 1 ? found.slice(1) : found;
	const first = body[0]?.heading ?? null;
	return first !== null && sameHeading(first, heading)
		? { held: true, reason: `The text starts with “${heading}”.` }
		: {
				held: false,
				reason: first === null ? 'The text has no sections.' : `The text starts with “${first}”.`
			};
}

/** `€ 1.5 million` has no cents to leave out: rounded it would be another amount. */
export const SCALE = '\\s?(?:k|m|mn|mio|mrd|bn|tn|thousand|millions?|billions?|trillions?)\\b';
const SCALED = new RegExp(`^${SCALE}`, 'i');

/** Amounts with a currency sign and decimals, as written. */
export function moneyWithDecimals(text: string): string[] {
	return numbersIn(text)
		.filter(({ decimals, at, raw }) => decimals > 0 && !SCALED.test(text.slice(at + raw.length)))
		.map((number) => ({
			number,
			before: text.slice(Math.max(0, number.at - 2), number.at),
			after: text.slice(number.at + number.raw.length, number.at + number.raw.length + 4)
		}))
		.filter(({ before, after }) => /[€$£¥]\s?$/.test(before) || /^\s?(€|EUR|USD|GBP)/.test(after))
		.map(
			({ number, before, after }) =>
				`${/[€$£¥]\s?$/.exec(before)?.[0] ?? ''}${number.raw}${/^\s?(€|EUR|USD|GBP)/.exec(after)?.[0] ?? ''}`
		);
}
