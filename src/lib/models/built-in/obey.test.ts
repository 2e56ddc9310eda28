import { describe, expect, it } from 'vitest';
import { ordersOf } from './obey';
import { readPrompt } from './prompt';

const DRAFT = '# Week\n\n## Summary\n\nTurnover fell.\n\n## Outlook\n\nNothing is known.';

function asked(reason: string) {
	const system =
		'Rules:\n- The marker of this message is m1. Lines fence material in.\n\nStep: Draft\nJob: draft';
	const user = [
		'Run: Week',
		`Changes asked for: a person read the previous draft and wants this changed: ${reason}\n<<<draft m1>>>\n${DRAFT}\n<<<end m1>>>`,
		'Material:'
	].join('\n\n');
	const { rules, notUnderstood } = ordersOf(
		readPrompt(
			[
				{ role: 'system', content: system },
				{ role: 'user', content: [{ type: 'text', text: user }] }
			],
			null
		)
	);
	return [rules.map(({ type }) => type), notUnderstood];
}

describe('what a person asks for at a review', () => {
	it.each([
		['Write “revenue” instead of “turnover”.', ['replace']],
		['Write “revenue” instead of “turnover”. Leave out the section “Outlook”.', ['replace', 'no-section']],
		['At most 90 words and drop the outlook.', ['max-words', 'no-section']],
		['Never write “fell. Again”; no cents', ['forbid', 'no-decimals']],
		['Shorter.\n\nNo cents.', ['max-words', 'no-decimals']]
	])('is all of it: %s', (reason, rules) => {
		expect(asked(reason)).toEqual([rules, []]);
	});
});
