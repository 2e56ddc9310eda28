import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
	canonicalJson,
	countWords,
	hasForbiddenKey,
	hashOf,
	hasPhrase,
	joinSections,
	numbersIn,
	parseRule,
	sayRule,
	sections,
	sentences,
	stricter,
	type Rule
} from './index';

describe('canonical JSON', () => {
	it('is the same text for equal values whatever the order of keys', () => {
		fc.assert(
			fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
				const turned = Object.fromEntries(Object.entries(object).reverse());
				expect(canonicalJson(turned)).toBe(canonicalJson(object));
				expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
			})
		);
	});

	it('refuses what JSON cannot hold', () => {
		expect(() => canonicalJson({ a: NaN })).toThrow(TypeError);
		expect(() => canonicalJson(() => 1)).toThrow(TypeError);
	});

	it('finds keys that reach a prototype at any depth', () => {
		expect(hasForbiddenKey(JSON.parse('{"a":[{"__proto__":{"x":1}}]}'))).toBe(true);
		expect(hasForbiddenKey({ a: [{ b: 1 }] })).toBe(false);
	});
});

it('hashes like the standard says', () => {
	expect(hashOf('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});

describe('text', () => {
	it('splits at headings and joins to the same text', () => {
		const text = 'Intro\n\n# Title\nA\n\n## Part\n```\n# not a heading\n```\nB\n';
		const parts = sections(text);
		expect(parts.map((part) => part.heading)).toEqual([null, 'Title', 'Part']);
		expect(joinSections(parts)).toBe(text);
	});

	it.each([
		['Revenue fell 7.1 % to € 48,210.40 on 1,204 orders.', [7.1, 48210.4, 1204]],
		['From −3 to +4 in 2026-W47', [-3, 4]],
		['v2 and a1b have none', []]
	])('reads the numbers of “%s”', (text, values) => {
		const found = numbersIn(text).map((number) => number.value);
		for (const value of values) expect(found).toContain(value);
		if (values.length === 0) expect(found).toEqual([]);
	});

	it('counts words and sentences as a reader would', () => {
		expect(countWords('It’s 1,204 orders — not bad.')).toBe(5);
		expect(sentences('Up 7.1 %. It is fine! Really?')).toEqual(['Up 7.1 %.', 'It is fine!', 'Really?']);
	});

	it('finds phrases as whole words only', () => {
		expect(hasPhrase('The turnover rose', 'Turnover')).toBe(true);
		expect(hasPhrase('Turnovers rose', 'turnover')).toBe(false);
	});
});

describe('rules', () => {
	const word = fc.stringMatching(/^[a-z]{1,12}( [a-z]{1,12}){0,2}$/);
	const rule: fc.Arbitrary<Rule> = fc.oneof(
		fc.record({ type: fc.constant('replace' as const), from: word, to: word }),
		fc.record({ type: fc.constant('forbid' as const), text: word }),
		fc.record({ type: fc.constant('no-section' as const), heading: word }),
		fc.record({ type: fc.constant('section' as const), heading: word }),
		fc.record({ type: fc.constant('first-section' as const), heading: word }),
		fc.record({ type: fc.constant('max-words' as const), words: fc.integer({ min: 1, max: 5000 }) }),
		fc.constant({ type: 'no-decimals' as const })
	);

	it('are read back from the sentence that states them', () => {
		fc.assert(
			fc.property(rule, (one) => {
				expect(parseRule(sayRule(one))).toEqual(one);
			})
		);
	});

	it('understand the plain forms that people write', () => {
		expect(parseRule('Use revenue, not turnover')).toEqual({
			type: 'replace',
			to: 'revenue',
			from: 'turnover'
		});
		expect(parseRule('leave out the section Next steps')).toEqual({
			type: 'no-section',
			heading: 'Next steps'
		});
		expect(parseRule('Keep it under 200 words please')).toEqual({ type: 'max-words', words: 200 });
		expect(parseRule('Explain a fall by its cause; do not judge it.')).toBeNull();
	});

	it.each([
		'Write “revenue” instead of “turnover” anywhere, please.',
		'Write “revenue” instead of “turnover”, because the board knows no other word.',
		'Write “revenue” instead of “turnover”. The board knows no other word.',
		'Never write “as an AI” in the report',
		'Leave out the section called Outlook.',
		'Write at most 200 words, in short paragraphs.',
		'No cents.'
	])('are whole with a reason or an emphasis: %s', (words) => {
		expect(parseRule(words)).not.toBeNull();
	});

	// A rule that says more, or of less, than the person did would be told as held or missed where it is not.
	it.each([
		'Never write “sales” without a currency.',
		'Never write “we” or “our”.',
		'Never write “we” in the summary.',
		'Write “Q3” instead of “third quarter” in headings.',
		'Write “returns” instead of “refunds” when no money was paid.',
		'Always include a section “Returns” if there were any.',
		'Leave out the section about returns.',
		'Keep sentences under 20 words.',
		'Each section has at most 60 words.',
		'Keep the summary under 60 words.',
		'At most 40 words per paragraph.',
		'Give percentages without decimals.',
		'No decimals, except for the conversion rate.'
	])('are not made of half a sentence: %s', (words) => {
		expect(parseRule(words)).toBeNull();
	});
});

it('gives derived values the stricter labels', () => {
	expect(
		stricter([
			{ trust: 'trusted', reach: 'local-only' },
			{ trust: 'untrusted', reach: 'may-leave' }
		])
	).toEqual({ trust: 'untrusted', reach: 'local-only' });
});
