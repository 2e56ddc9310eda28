import {
	countWords,
	hasPhrase,
	parseRule,
	sameHeading,
	sections,
	withoutCents,
	type Json,
	type Rule
} from '$lib/core';
import type { Reading } from './prompt';

interface Judged {
	criterion: string;
	/** Null when no rule can tell. */
	held: boolean | null;
}

/** Holds the text among the material against the criteria of the task: its lines that begin with a dash. */
export function evaluate(reading: Reading): { text: string; json: Json } {
	const text = reading.blocks
		.filter((block) => block.kind === 'text' || block.kind === 'document')
		.map((block) => block.text)
		.join('\n\n');
	const criteria = [...reading.task.matchAll(/^\s*[-*]\s+(.+)$/gm)].map((match) => (match[1] ?? '').trim());
	const results = criteria.map((criterion): Judged => {
		const rule = parseRule(criterion);
		return { criterion, held: rule ? holds(rule, text) : null };
	});
	const said = (held: boolean | null) => (held === null ? 'cannot tell' : held ? 'held' : 'missed');
	const lines = results.map(({ criterion, held }) => `- ${said(held)}: ${criterion}`);
	return {
		text:
			lines.length > 0
				? lines.join('\n')
				: 'The task names no criteria; list them as lines that begin with a dash.',
		json: {
			passed: results.length > 0 && results.every(({ held }) => held === true),
			results: results.map(({ criterion, held }) => ({ criterion, verdict: said(held) }))
		}
	};
}

function holds(rule: Rule, text: string): boolean {
	const headings = sections(text).filter((section) => section.heading !== null);
	const has = (heading: string) => headings.some((section) => sameHeading(section.heading ?? '', heading));
	switch (rule.type) {
		case 'replace':
			return !hasPhrase(text, rule.from);
		case 'forbid':
			return !hasPhrase(text, rule.text);
		case 'section':
			return has(rule.heading);
		case 'no-section':
			return !has(rule.heading);
		case 'first-section': {
			const first = headings.find((section) => section.level > 1) ?? headings[0];
			return first !== undefined && sameHeading(first.heading ?? '', rule.heading);
		}
		case 'max-words':
			return countWords(text) <= rule.words;
		case 'no-decimals':
			return withoutCents(text) === text;
	}
}
