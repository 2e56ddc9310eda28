import { countWords, hasPhrase, parseRule, rephrased, sameHeading, withoutCents, type Rule } from '$lib/core';
import { mapTexts, shortened, without, type Draft, type DraftSection } from './document';
import { capital } from './format';
import type { Reading } from './prompt';

/** What has to be obeyed, as rules, and what could not be understood, word for word. */
export interface Orders {
	rules: Rule[];
	notUnderstood: string[];
}

/** The rules in the corrections, in a person's request for changes, and in a house style guide among the material. */
export function ordersOf(reading: Reading): Orders {
	const rules: Rule[] = styleRules(reading);
	const notUnderstood: string[] = [];
	// The correction given first counts most, so it is obeyed last.
	for (const correction of [...reading.corrections].reverse()) {
		const rule = parseRule(correction);
		if (rule) rules.push(rule);
		else notUnderstood.unshift(correction);
	}
	if (reading.feedback) {
		for (const wish of wishesIn(reading.feedback)) {
			const rule = parseRule(wish) ?? plainWish(wish, reading);
			if (rule) rules.push(rule);
			else notUnderstood.push(wish);
		}
	}
	return { rules, notUnderstood };
}

/** Of a style guide only choices of words are followed: it is a document, and this is all that it may change. */
function styleRules(reading: Reading): Rule[] {
	const asked = /\bstyle\b/i.test(reading.task);
	if (!asked) return [];
	return reading.blocks
		.filter((block) => /style/i.test(`${block.source} ${block.name}`) && block.kind !== 'data')
		.flatMap((block) => block.text.split('\n'))
		.map((line) => parseRule(line.replace(/^\s*(?:[-*+]|\d+[.)])\s+/, '')))
		.filter((rule) => rule?.type === 'replace' || rule?.type === 'forbid');
}

const BETWEEN_WISHES =
	/[.;\n]+(?:\s|$)|,?\s+and\s+(?=(?:add|remove|drop|delete|leave|make|start|begin|use|write|say|no)\b)/gi;

/** The wishes of a request, each for itself. What stands in quotation marks parts none. */
function wishesIn(feedback: string): string[] {
	const bare = feedback.replace(/[“"][^”"\n]*[”"]/g, (quoted) => '“'.repeat(quoted.length));
	const wishes: string[] = [];
	let from = 0;
	for (const match of bare.matchAll(BETWEEN_WISHES)) {
		wishes.push(feedback.slice(from, match.index));
		from = match.index + match[0].length;
	}
	return [...wishes, feedback.slice(from)].map((part) => part.trim()).filter((part) => part !== '');
}

/** Wishes as people write them in a hurry: “shorter”, “add next steps”, “drop the team section”, “no cents”. */
function plainWish(wish: string, reading: Reading): Rule | null {
	const draft = reading.blocks.find((block) => block.kind === 'draft')?.text ?? '';
	const headings = [...draft.matchAll(/^##+\s+(.+)$/gm)].map((match) => match[1] ?? '');
	const heading = (name: string) => headings.find((one) => hasPhrase(one, name) || sameHeading(one, name));
	if (/\b(?:shorter|shorten|too long|more concise|briefer)\b/i.test(wish)) {
		return { type: 'max-words', words: Math.floor(countWords(draft) * 0.7) };
	}
	if (/\b(?:decimals|cents|round(?:ed)?)\b/i.test(wish)) return { type: 'no-decimals' };
	const name = (verbs: string) =>
		new RegExp(
			`\\b(?:${verbs})\\s+(?:the\\s+|a\\s+)?(?:section\\s+)?(?:on\\s+|about\\s+|called\\s+)?[“"]?([\\p{L}\\p{N} -]+?)[”"]?(?:\\s+section)?[.!]?$`,
			'iu'
		).exec(wish)?.[1];
	const dropped = name('remove|drop|delete|leave out|without');
	const known = dropped === undefined ? undefined : heading(dropped);
	if (known !== undefined) return { type: 'no-section', heading: known };
	const first = name('(?:start|begin|open) with');
	const opening = first === undefined ? undefined : heading(first);
	if (opening !== undefined) return { type: 'first-section', heading: opening };
	const added = name('add|include');
	return added === undefined ? null : { type: 'section', heading: heading(added) ?? capital(added) };
}

/** A figure's or section's name after the replacements that apply to it. */
export function renamed(text: string, rules: readonly Rule[]): string {
	return rules.reduce(
		(now, rule) => (rule.type === 'replace' ? rephrased(now, rule.from, rule.to) : now),
		text
	);
}

/** The draft as the rules want it. `write` makes a section that has to be added. */
export function obey(draft: Draft, rules: readonly Rule[], write: (heading: string) => DraftSection): Draft {
	let now = mapTexts(draft, (text) => renamed(text, rules));
	for (const rule of rules) {
		if (rule.type === 'no-section') {
			now = { ...now, sections: now.sections.filter((section) => !sameHeading(section.title, rule.heading)) };
		} else if (rule.type === 'section' && !has(now, rule.heading)) {
			now = { ...now, sections: [...now.sections, write(rule.heading)] };
		} else if (rule.type === 'first-section') {
			const found =
				now.sections.find((section) => sameHeading(section.title, rule.heading)) ?? write(rule.heading);
			const rest = now.sections.filter((section) => !sameHeading(section.title, rule.heading));
			now = { ...now, sections: [found, ...rest] };
		}
	}
	now = mapTexts(now, (text) => renamed(text, rules));
	for (const rule of rules) {
		if (rule.type === 'forbid') now = without(now, (text) => hasPhrase(text, rule.text));
		if (rule.type === 'no-decimals') now = mapTexts(now, withoutCents);
	}
	const words = rules.flatMap((rule) => (rule.type === 'max-words' ? [rule.words] : []));
	const keep = rules.flatMap((rule) =>
		rule.type === 'section' || rule.type === 'first-section' ? [rule.heading] : []
	);
	return words.length > 0 ? shortened(now, Math.min(...words), keep) : now;
}

function has(draft: Draft, heading: string): boolean {
	return draft.sections.some((section) => sameHeading(section.title, heading));
}
