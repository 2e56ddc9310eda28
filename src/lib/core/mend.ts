import { judgeRule, SCALE } from './judge';
import { grouped } from './quantity';
import { parseRule, type Rule } from './rule';
import { joinSections, phrasePattern, sameHeading, sections, type Section } from './text';

/** Putting right without a model what a rule says: only where the words of the rule alone say how. */

/** What came of holding a text against rules. */
export interface Mended {
	text: string;
	/** Rules that the text broke and keeps now, in the person's words. */
	mended: string[];
	/** Rules that it still breaks: nobody but a model or a person can say what to write instead. */
	missed: { rule: string; reason: string }[];
}

/** Can a rule be kept by changing a text, without knowing what the text is about? */
export function isMendable(rule: Rule): boolean {
	return rule.type !== 'section' && rule.type !== 'max-words';
}

/** The text as the rules want it, as far as that needs no model. Sentences that state no rule are passed over. */
export function mendText(text: string, instructions: readonly string[]): Mended {
	const rules = instructions.flatMap((words) => {
		const rule = parseRule(words);
		return rule ? [{ words, rule }] : [];
	});
	const broken = rules.filter(({ rule }) => !judgeRule(rule, text).held);
	const now = rules.reduce((so, { rule }) => (judgeRule(rule, so).held ? so : mend(rule, so)), text);
	const left = rules.flatMap(({ words, rule }) => {
		const { held, reason } = judgeRule(rule, now);
		return held ? [] : [{ rule: words, reason }];
	});
	return {
		text: now,
		mended: broken.map(({ words }) => words).filter((words) => !left.some(({ rule }) => rule === words)),
		missed: left
	};
}

function mend(rule: Rule, text: string): string {
	switch (rule.type) {
		case 'replace':
			return ownWords(text, (words) => rephrased(words, rule.from, rule.to));
		case 'forbid':
			return ownWords(text, (words) => leftOut(words, rule.text));
		case 'no-decimals':
			return ownWords(text, withoutCents);
		case 'no-section':
			return joinSections(outside(sections(text), rule.heading));
		case 'first-section':
			return moved(text, rule.heading);
		case 'section':
		case 'max-words':
			return text;
	}
}

/** Fenced code, quoted lines, quotations and code in a line: words of somebody else, which no rule may change. */
const OTHERS = /```[\s\S]*?(?:```|$)|^>.*$|`[^`\n]+`|“[^”\n]*”|"[^"\n]*"/gm;

function ownWords(text: string, change: (words: string) => string): string {
	let changed = '';
	let at = 0;
	for (const match of text.matchAll(OTHERS)) {
		changed += change(text.slice(at, match.index)) + match[0];
		at = match.index + match[0].length;
	}
	return changed + change(text.slice(at));
}

/** Other words for a phrase; a capital at its beginning is kept. */
export function rephrased(text: string, from: string, to: string): string {
	return text.replace(phrasePattern(from), (found) =>
		/^\p{Lu}/u.test(found) && !/^\p{Lu}{2}/u.test(found) ? to.charAt(0).toUpperCase() + to.slice(1) : to
	);
}

/** The text without a phrase, and without the commas, the space or the sentence that only it needed. */
function leftOut(text: string, phrase: string): string {
	const { source } = phrasePattern(phrase);
	const first = new RegExp(`(^(?:[-*] )?|[.!?]\\s+)${source}(?:[.!?]\\s*|[,;:]?[ \\t]*)(\\p{L})?`, 'gimu');
	const later = new RegExp(`[ \\t]*,?[ \\t]*${source},?`, 'giu');
	return text
		.replace(first, (_, before: string, next: string = '') => before + next.toUpperCase())
		.replace(later, '');
}

const SIGNED = new RegExp(`([€$£¥]\\s?)(\\d[\\d,']*\\.\\d+)(?!\\d|${SCALE})`, 'gi');

/** Amounts of money in a text rounded to whole units: `€ 43.73` as `€ 44`, but not `€ 1.5 million`. */
export function withoutCents(text: string): string {
	const round = (digits: string) => grouped(Number(digits.replace(/[,' ]/g, '')), 0);
	return text
		.replace(SIGNED, (_, sign: string, digits: string) => sign + round(digits))
		.replace(
			/(\d[\d,']*\.\d+)(\s?(?:€|EUR|USD|GBP))/g,
			(_, digits: string, sign: string) => round(digits) + sign
		);
}

/** Sections but the named one and what stands below it. */
function outside(all: readonly Section[], heading: string): Section[] {
	let inside = 0;
	return all.filter((section) => {
		if (section.heading === null) return true;
		if (inside > 0 && section.level > inside) return false;
		inside = sameHeading(section.heading, heading) ? section.level : 0;
		return inside === 0;
	});
}

/** The named section, with what stands below it, before all others; a title above them stays above. */
function moved(text: string, heading: string): string {
	const all = sections(text.endsWith('\n') ? text : `${text}\n`);
	const rest = outside(all, heading);
	const found = all.filter((section) => !rest.includes(section));
	if (found.length === 0) return text;
	const above = rest.findIndex(
		({ heading: name, level }) => name !== null && level >= (found[0]?.level ?? 1)
	);
	const place = above < 0 ? rest.length : above;
	// A blank line parts two sections, wherever they stood.
	const parted = found.map((section) => ({ ...section, body: `${section.body.trimEnd()}\n\n` }));
	return joinSections([...rest.slice(0, place), ...parted, ...rest.slice(place)]).replace(/\n+$/, '\n');
}
