import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareData, compareTexts, type ComparedPart } from './compare-content';

const states = (parts: ComparedPart[]) => parts.map(({ title, state }) => [title, state]);

it('compares texts by section, wherever a section stands', () => {
	const before = 'Intro.\n\n# One\n\nSame.\n\n## Two\n\nOld words here.\n\n# Gone\n\nBye.\n';
	const after = 'Intro.\n\n# Two\n\nNew words here.\n\n# One\n\nSame.\n\n# Fresh\n\nHi.\n';
	const found = compareTexts(before, after);
	expect(states(found)).toEqual([
		['', 'same'],
		['Two', 'different'],
		['One', 'same'],
		['Fresh', 'only-after'],
		['Gone', 'only-before']
	]);
	expect(found[1]?.parts).toEqual([
		{ kind: 'removed', text: 'Old' },
		{ kind: 'added', text: 'New' },
		{ kind: 'same', text: ' words here.' }
	]);
});

it('compares records by field; an unknown number is not a missing one', () => {
	const found = compareData({ a: 1, b: { c: 'x', d: null } }, { a: 2, b: { c: 'x', d: null }, e: [1] });
	expect(states(found)).toEqual([
		['a', 'different'],
		['b.c', 'same'],
		['b.d', 'same'],
		['e', 'only-after']
	]);
	expect(found[2]?.parts[0]?.text).toBe('–');
});

it('finds nothing different in equal data and texts, whatever they are', () => {
	fc.assert(
		fc.property(fc.jsonValue(), fc.string(), (value, text) => {
			const same = [...compareData(value as never, value as never), ...compareTexts(text, text)];
			expect(same.every(({ state }) => state === 'same')).toBe(true);
		})
	);
});
