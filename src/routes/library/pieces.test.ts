import fc from 'fast-check';
import { expect, test } from 'vitest';
import { piecesOf } from './pieces';

test('a block is cut into its lines, and what no span covers is no place', () => {
	const text = '# A\n\nx,1\ny,2\n';
	const { pieces } = piecesOf(text, [
		{ start: 2, end: 3, place: { in: 'paragraph', paragraph: 1 } },
		{ start: 5, end: 13, place: { in: 'cell', row: 1, column: 1 } }
	]);
	expect(pieces.filter((piece) => piece.placed)).toEqual([
		{ text: 'A', start: 2, placed: true },
		{ text: 'x,1', start: 5, placed: true },
		{ text: 'y,2', start: 9, placed: true }
	]);
	expect(pieces.map((piece) => piece.text).join('')).toBe(text);
});

test('nothing is lost or doubled', () => {
	const texts = fc.string({ unit: fc.constantFrom('a', '\n', ' '), maxLength: 60 });
	fc.assert(
		fc.property(texts, fc.uniqueArray(fc.nat(60), { maxLength: 8 }), (text, cuts) => {
			const edges = cuts.filter((cut) => cut <= text.length).sort((a, b) => a - b);
			const spans = edges.flatMap((start, index) => {
				const end = edges[index + 1];
				return index % 2 === 0 && end !== undefined
					? [{ start, end, place: { in: 'line' as const, line: 1 } }]
					: [];
			});
			const { pieces } = piecesOf(text, spans);
			expect(pieces.map((piece) => piece.text).join('')).toBe(text);
			for (const piece of pieces) expect(text.startsWith(piece.text, piece.start)).toBe(true);
		})
	);
});
