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
			/^(?:leave out|drop|omit|remove|do not write|don't write)\s+(?:the\s+|a\s+)?section\s+([\p{L}\d][^“”".,;:]{0,60}?)\s*[.!]?$/iu,
		rule: (m) => ({ type: 'no-section', heading: m[1] ?? '' })
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

/** The rule an instruction states, or null when it needs a model (or a person) to understand. */
export function parseRule(instruction: string): Rule | null {
	const text = instruction.trim();
	for (const form of FORMS) {
		const match = form.pattern.exec(text);
		if (match) return form.rule(match);
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
