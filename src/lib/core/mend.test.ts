import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMendable, judgeRule, mendText, parseRule, sayRule, type Rule } from './index';

const text = [
	'# Week 47',
	'',
	'Needless to say, turnover fell to € 48,210.40. The team, as you all know, was small.',
	'',
	'## Summary',
	'',
	'Turnover is low. A client wrote “turnover is no word”.',
	'',
	'## Outlook',
	'',
	'Nothing is known.',
	'',
	'### Further out',
	'',
	'Even less.',
	'',
	'## Changes',
	'',
	'- The bundle ended.',
	''
].join('\n');

describe('putting right without a model', () => {
	it('writes other words and keeps capitals, but changes nobody else’s words', () => {
		const { text: now, missed } = mendText(text, ['Write “revenue” instead of “turnover”.']);
		expect(now).toContain('Needless to say, revenue fell');
		expect(now).toContain('Revenue is low.');
		expect(now).toContain('“turnover is no word”');
		// It still occurs, in a quotation, so the rule is not said to be kept.
		expect(missed).toHaveLength(1);
	});

	it.each([
		['Never write “needless to say”.', 'Turnover fell'],
		['Never write “as you all know”.', 'The team was small.'],
		['Never write “Nothing is known”.', '## Outlook\n\n###'],
		['Give money without decimals.', '€ 48,210.'],
		['Start with the section “Changes”.', '## Changes\n\n- The bundle ended.\n\n## Summary']
	])('%s', (rule, seen) => {
		const { text: now, mended, missed } = mendText(text, [rule]);
		expect(now.replace(/\n{3,}/g, '\n\n')).toContain(seen);
		expect([mended, missed]).toEqual([[rule], []]);
	});

	it('takes cents off, and no part of a million', () => {
		const { text: now, mended } = mendText('€ 1.55 million, $2.5bn and € 43.73.', ['No cents.']);
		expect(now).toBe('€ 1.55 million, $2.5bn and € 44.');
		expect(mended).toEqual(['No cents.']);
		expect(mendText('We made €1.5 million.', ['No cents.'])).toMatchObject({ mended: [], missed: [] });
	});

	it('drops a section with what stands below it', () => {
		const { text: now } = mendText(text, ['Leave out the section “Outlook”.']);
		expect(now).not.toContain('Even less');
		expect(now).toContain('## Changes');
	});

	it('says of what it cannot write that it is missed', () => {
		const { text: now, missed } = mendText(text, ['Always include a section “Risks”.', 'Be kinder.']);
		expect(now).toBe(text);
		expect(missed.map(({ rule }) => rule)).toEqual(['Always include a section “Risks”.']);
	});
});

const word = fc.constantFrom('alpha', 'Beta', 'gamma delta', 'week');
const rule = fc.oneof(
	fc.record({ type: fc.constant('replace' as const), from: word, to: fc.constantFrom('omega', 'two words') }),
	fc.record({ type: fc.constant('forbid' as const), text: word }),
	fc.record({ type: fc.constant('no-section' as const), heading: word }),
	fc.record({ type: fc.constant('no-decimals' as const) })
) as fc.Arbitrary<Rule>;
const prose = fc
	.array(
		fc.constantFrom(
			'alpha',
			'Beta',
			'gamma delta',
			'week',
			'## Beta\n',
			'€ 4.50',
			'.',
			',',
			'\n',
			'“',
			'”',
			'x'
		)
	)
	.map((parts) => parts.join(' '));

it('keeps every rule that it can keep where nobody is quoted, and leaves alone what keeps it already', () => {
	fc.assert(
		fc.property(rule, prose, (one, draft) => {
			const said = sayRule(one);
			expect(parseRule(said)).not.toBeNull();
			expect(isMendable(one)).toBe(true);
			const plain = draft.replace(/[“”]/g, '');
			const now = mendText(plain, [said]);
			expect(judgeRule(one, now.text).held).toBe(true);
			if (judgeRule(one, plain).held) expect(now).toEqual({ text: plain, mended: [], missed: [] });
			expect(mendText(now.text, [said]).text).toBe(now.text);
		})
	);
});
