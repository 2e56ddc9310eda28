import {
	countWords,
	hasPhrase,
	numbersIn,
	parseRule,
	sameHeading,
	sections,
	type GivenNote,
	type Rule
} from '$lib/core';
import type { Verdict } from './event-parts';

/** Judges each note against a text (null: the output is data) without a model. What no rule can tell is told as `cannot-tell`, never guessed. */
export function judgeNotes(notes: readonly GivenNote[], text: string | null): Verdict[] {
	return notes.map((note) => {
		if (text === null) {
			return { noteId: note.id, verdict: 'cannot-tell', reason: 'This step makes data; read for yourself.' };
		}
		const rule = parseRule(note.instruction);
		if (!rule) {
			return {
				noteId: note.id,
				verdict: 'cannot-tell',
				reason: 'No rule can check this wording; read for yourself.'
			};
		}
		const { held, reason } = judgeRule(rule, text);
		return { noteId: note.id, verdict: held ? 'held' : 'missed', reason };
	});
}

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

/** Amounts with a currency sign and decimals, as written. */
export function moneyWithDecimals(text: string): string[] {
	return numbersIn(text)
		.filter((number) => number.decimals > 0)
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
