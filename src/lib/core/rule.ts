/**
 * The instruction grammar: the few kinds of correction that can be obeyed and judged without a model.
 * One grammar serves the proposal of notes, the built-in provider that obeys them, and the judge.
 */
export type Rule =
	| { type: 'replace'; from: string; to: string }
	| { type: 'forbid'; text: string }
	| { type: 'no-section'; heading: string }
	| { type: 'section'; heading: string }
	| { type: 'max-words'; words: number }
	| { type: 'no-decimals' }
	| { type: 'first-section'; heading: string };

const QUOTED = '[“"]([^”"]+)[”"]';

/** Sentence forms, tried in order. Each turns an instruction that a person wrote (or confirmed) into a rule. */
const FORMS: { pattern: RegExp; rule: (m: RegExpExecArray) => Rule | null }[] = [
	{
		pattern: new RegExp(
			`^(?:write|use|say)\\s+${QUOTED}\\s*(?:,)?\\s*(?:instead of|rather than|not|never)\\s+${QUOTED}`,
			'i'
		),
		rule: (m) => ({ type: 'replace', to: m[1] ?? '', from: m[2] ?? '' })
	},
	{
		pattern: new RegExp(`^(?:replace|change)\\s+${QUOTED}\\s+(?:with|by|to)\\s+${QUOTED}`, 'i'),
		rule: (m) => ({ type: 'replace', from: m[1] ?? '', to: m[2] ?? '' })
	},
	{
		pattern:
			/^(?:use|write|say)\s+(?:the word\s+)?(\p{L}+)\s*,?\s*(?:instead of|rather than|not|never)\s+(\p{L}+)\W*$/iu,
		rule: (m) => ({ type: 'replace', to: m[1] ?? '', from: m[2] ?? '' })
	},
	{
		pattern: new RegExp(
			`^(?:leave out|drop|omit|remove|do not write|don't write|no)\\s+(?:the\\s+|a\\s+)?section\\s+${QUOTED}`,
			'i'
		),
		rule: (m) => ({ type: 'no-section', heading: m[1] ?? '' })
	},
	{
		// Without quotation marks the heading goes on to the end of the sentence.
		pattern:
			/^(?:leave out|drop|omit|remove|do not write|don't write)\s+(?:the\s+|a\s+)?section\s+(?:called\s+|named\s+)?([\p{L}\d][^“”".,;:]{0,60}?)\s*[.!]?$/iu,
		// “The section on returns” says what it is about, and not what it is called.
		rule: (m) =>
			/^(?:on|about|for|of|in|that|which|where|with|if|when)\b/i.test(m[1] ?? '')
				? null
				: { type: 'no-section', heading: m[1] ?? '' }
	},
	{
		pattern: new RegExp(`^(?:start|begin|open)\\s+with\\s+(?:the\\s+|a\\s+)?section\\s+${QUOTED}`, 'i'),
		rule: (m) => ({ type: 'first-section', heading: m[1] ?? '' })
	},
	{
		pattern: new RegExp(
			`^(?:always\\s+)?(?:include|write|have|add)\\s+(?:the\\s+|a\\s+)?section\\s+(?:called\\s+)?${QUOTED}`,
			'i'
		),
		rule: (m) => ({ type: 'section', heading: m[1] ?? '' })
	},
	{
		pattern: new RegExp(`^always\\s+(?:a|the)\\s+section\\s+(?:called\\s+)?${QUOTED}`, 'i'),
		rule: (m) => ({ type: 'section', heading: m[1] ?? '' })
	},
	{
		pattern: /(?:at most|no more than|not more than|under|within|maximum of|max\.?)\s+(\d[\d,]*)\s+words/i,
		rule: (m) => ({ type: 'max-words', words: Number((m[1] ?? '0').replace(/,/g, '')) })
	},
	{
		pattern: /\b(?:without|no)\s+(?:decimals|decimal places|cents)\b/i,
		rule: () => ({ type: 'no-decimals' })
	},
	{
		pattern: new RegExp(`^(?:do not|don't|never)\\s+(?:write|say|use|mention)\\s+${QUOTED}`, 'i'),
		rule: (m) => ({ type: 'forbid', text: m[1] ?? '' })
	}
];

/** What may follow a rule in its sentence and changes nothing about it: that it holds everywhere, or why. */
const HARMLESS =
	/^(?:[\s,]*(?:please|anywhere|everywhere|ever|again|always|at all|any ?more|throughout|in (?:the|this|every|each|any|our|all) (?:whole |entire )?(?:texts?|reports?|drafts?|documents?)))*[\s,]*(?:$|[.!;:\n(–—]|-\s|(?:because|since|so that|as (?:we|the|our|it|they|that|this))\b)/i;

/** Parts of a text. A length or a manner that is said of one of them is no rule on the whole text. */
const PART =
	/\b(?:sections?|paragraphs?|sentences?|bullets?|points?|headings?|headlines?|titles?|items?|lines?|rows?|cells?|intro\w*|conclusions?|the summary)\b/i;

/** Is what a pattern found all that its sentence says? A condition or an exception that is passed over would make another rule of it. */
function isWhole(rule: Rule, text: string, match: RegExpExecArray): boolean {
	const rest = text.slice(match.index + match[0].length);
	if (rule.type === 'max-words') {
		const [clause = ''] = text
			.slice(0, match.index)
			.split(/[,.;:\n]/)
			.slice(-1);
		const [next = ''] = rest.split(/[,.;:\n]/);
		return !PART.test(clause) && !(/^\s*(?:per|for|in|an?|each|every)\b/i.test(next) && PART.test(next));
	}
	if (rule.type === 'no-decimals')
		return !/%|\b(?:percent\w*|rates?|shares?|ratios?|except|unless|but|only)\b/i.test(text);
	return HARMLESS.test(rest);
}

/** The rule an instruction states, or null when it needs a model (or a person) to understand. */
export function parseRule(instruction: string): Rule | null {
	const text = instruction.trim();
	for (const form of FORMS) {
		const match = form.pattern.exec(text);
		if (!match) continue;
		const rule = form.rule(match);
		return rule && isWhole(rule, text, match) ? rule : null;
	}
	return null;
}

/** The positive instruction that states a rule. `parseRule(sayRule(r))` gives `r` back. */
export function sayRule(rule: Rule): string {
	switch (rule.type) {
		case 'replace':
			return `Write “${rule.to}” instead of “${rule.from}”.`;
		case 'forbid':
			return `Never write “${rule.text}”.`;
		case 'no-section':
			return `Leave out the section “${rule.heading}”.`;
		case 'section':
			return `Always include a section “${rule.heading}”.`;
		case 'first-section':
			return `Start with the section “${rule.heading}”.`;
		case 'max-words':
			return `Write at most ${rule.words} words.`;
		case 'no-decimals':
			return 'Give money without decimals.';
	}
}
