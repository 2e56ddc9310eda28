import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anchorOf, placeOf, replacedAt } from './anchor';

const TEXT =
	'# Report\n\nRevenue was € 48,210 in week 45. Costs were flat.\n\n## Next steps\n\nWe hire two people. Costs were flat.\n';
const on = (quote: string, from = 0, text = TEXT) => {
	const start = text.indexOf(quote, from);
	return anchorOf(text, start, start + quote.length);
};
const at = (text: string, anchor: ReturnType<typeof on>) => {
	const place = placeOf(text, anchor);
	return place && [text.slice(place.start, place.end), place.how];
};

describe('a place', () => {
	it('is found where it was', () => {
		expect(at(TEXT, on('week 45'))).toEqual(['week 45', 'exact']);
	});

	it('of several that read alike is the one with the same surroundings, wherever it moved', () => {
		const second = on('Costs were flat.', TEXT.indexOf('hire'));
		const moved = `Preface of some length, which moves all of it.\n\n${TEXT}`;
		expect(placeOf(moved, second)?.start).toBe(moved.lastIndexOf('Costs were flat.'));
		expect(placeOf(moved, on('Costs were flat.'))?.start).toBe(moved.indexOf('Costs were flat.'));
	});

	it('that was rewritten is told as such, with what stands there now', () => {
		const text = TEXT.replace('48,210', '51,000 net');
		expect(at(text, on('48,210'))).toEqual(['51,000 net', 'changed']);
	});

	it('that was rewritten is not taken for a twin of what stood there', () => {
		const second = on('Costs were flat', TEXT.indexOf('hire'));
		const text = TEXT.replace('people. Costs were flat', 'people. Costs fell');
		expect(at(text, second)).toEqual(['Costs fell', 'changed']);
	});

	it('that was deleted is gone, though its words stand elsewhere', () => {
		expect(at(TEXT.replace('We hire two people. ', ''), on('We hire two people. '))).toBeNull();
		const short = 'The end was near, and the rest of it was quiet, all of the time.';
		const last = on('the', short.length - 12, short);
		expect(at(short.replace('all of the time', 'until it was over'), last)?.[1]).not.toBe('exact');
	});

	it('at either end of the text is found again', () => {
		const text = `${TEXT}More.`;
		expect(at(text, on('# Report'))).toEqual(['# Report', 'exact']);
		expect(at('# Rapport\n\nRevenue was € 48,210 in week 45.', on('# Report'))).toEqual([
			'# Rapport',
			'changed'
		]);
	});
});

it('a suggestion goes where its place is now, and nowhere when that was rewritten or is gone', () => {
	const second = on('Costs were flat', 60);
	const moved = `More before it.\n\n${TEXT}`;
	expect(replacedAt(moved, second, 'Costs fell')).toBe(
		moved.replace('two people. Costs were flat', 'two people. Costs fell')
	);
	expect(replacedAt(TEXT, second, '')).toBe(TEXT.replace('two people. Costs were flat', 'two people. '));
	expect(replacedAt(TEXT.replaceAll('Costs were flat', 'Costs rose'), second, 'Costs fell')).toBeNull();
	expect(replacedAt('Another text.', second, 'Costs fell')).toBeNull();
});

it('edits that leave the quote and its surroundings alone never lose a place', () => {
	const words = fc.array(fc.constantFrom('one', 'two', 'three', 'four', 'five', '\n\n'), { maxLength: 40 });
	fc.assert(
		fc.property(words, words, words, words, (a, b, c, d) => {
			const middle = 'xx begin yy THE PLACE THAT IS MEANT zz end ww';
			const join = (parts: string[]) => parts.join(' ');
			const before = `${join(a)} ${'p'.repeat(32)}${middle}${'q'.repeat(32)} ${join(b)}`;
			const after = `${join(c)} ${'p'.repeat(32)}${middle}${'q'.repeat(32)} ${join(d)}`;
			expect(at(after, on('THE PLACE THAT IS MEANT', 0, before))).toEqual([
				'THE PLACE THAT IS MEANT',
				'exact'
			]);
		})
	);
});
