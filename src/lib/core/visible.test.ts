import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hasControls, visibleParts } from './visible';

const unseenIn = (text: string) =>
	visibleParts(text).flatMap((part) => ('unseen' in part ? [part.code] : []));

it.each([
	['zero width', 'a\u200bb\u200d\ufeff', ['U+200B', 'U+200D', 'U+FEFF']],
	['bidi', 'a\u202eb\u2066\u200f', ['U+202E', 'U+2066', 'U+200F']],
	['controls', 'a\u0000\u001b[31m\r\t\u009b', ['U+0000', 'U+001B', 'U+000D', 'U+0009', 'U+009B']],
	['tags', 'a\u{e0041}\u{e007f}', ['U+E0041', 'U+E007F']],
	['variation selectors', 'a\ufe0f\u{e0100}', ['U+FE0F', 'U+E0100']],
	[
		'odd spaces and fillers',
		'a\u00a0\u3000\u2028\u3164\u2800',
		['U+00A0', 'U+3000', 'U+2028', 'U+3164', 'U+2800']
	],
	['lone surrogates and private use', 'a\ud800b\ue000', ['U+D800', 'U+E000']],
	['nothing', 'Zürich – 東京 "x"\n', []]
])('names %s', (_, text, codes) => expect(unseenIn(text)).toEqual(codes));

it('loses nothing: the parts are the text', () => {
	fc.assert(
		fc.property(fc.string({ unit: 'binary' }), (text) => {
			const joined = visibleParts(text).map((part) => ('text' in part ? part.text : part.unseen));
			expect(joined.join('')).toBe(text);
		})
	);
});

it('tells control characters from line breaks', () => {
	expect([hasControls('a\tb\r\nc'), hasControls('a\u0007'), hasControls('\ud800')]).toEqual([
		false,
		true,
		true
	]);
});
