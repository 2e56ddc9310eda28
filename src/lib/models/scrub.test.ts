import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scrub, scrubbed } from './scrub';

const KEY = 'sk-a/ss-a+42';

test('a key in text that comes in pieces is never on the screen, however it is cut, and the rest is', () => {
	const part = fc.constantFrom(KEY, encodeURIComponent(KEY), 'sk-', 'a', 'words ', KEY.slice(0, 7), ' ');
	fc.assert(
		fc.property(fc.array(part, { maxLength: 8 }), fc.array(fc.nat(40), { maxLength: 12 }), (parts, cuts) => {
			const text = `${parts.join('')}. The end.`;
			let seen = '';
			const add = scrubbed(KEY, (piece) => (seen += piece));
			const ends = [...new Set([...cuts, text.length])]
				.filter((at) => at <= text.length)
				.sort((a, b) => a - b);
			let from = 0;
			for (const end of ends) {
				add(text.slice(from, end));
				from = end;
				expect(seen).not.toContain(KEY);
				expect(seen).not.toContain(encodeURIComponent(KEY));
			}
			expect(seen).toBe(scrub(text, KEY));
		}),
		{ numRuns: 500 }
	);
});

test('without a key, or with one that is a word like any other, text passes as it is', () => {
	for (const key of [undefined, 'abc']) {
		const seen: string[] = [];
		const add = scrubbed(key, (piece) => void seen.push(piece));
		for (const piece of ['ab', 'c', 'd']) add(piece);
		expect(seen).toEqual(['ab', 'c', 'd']);
	}
});
