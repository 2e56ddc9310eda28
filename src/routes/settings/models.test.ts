import type { ConfiguredModel } from '$lib/core';
import { expect, it } from 'vitest';
import { duplicated, isSame, moved, newId, put } from './models';

const model = (id: string): ConfiguredModel => ({
	id,
	title: id.toUpperCase(),
	tier: 'large',
	choice: { id: 'remote', title: id, onDevice: false, config: { model: id } }
});
const LIST = ['a', 'b', 'c'].map(model);
const ids = (models: ConfiguredModel[]) => models.map(({ id }) => id).join('');

it.each([
	[0, 1, 'bac'],
	[2, 0, 'cab'],
	[1, -1, 'bac'],
	[0, 9, 'bca'],
	[1, 1, 'abc']
])('from place %d to %d gives %s', (from, to, expected) => {
	expect(ids(moved(LIST, from, to))).toBe(expected);
	expect(ids(LIST)).toBe('abc');
});

it('a copy stands right below, under a title and id of its own', () => {
	const next = duplicated(LIST, 'a');
	expect(next.map(({ title }) => title)).toEqual(['A', 'A copy', 'B', 'C']);
	expect(next[1]).toMatchObject({ id: 'a-copy', choice: { title: 'A copy', config: { model: 'a' } } });
	expect(new Set(duplicated(next, 'a').map(({ id }) => id)).size).toBe(5);
});

it('a model is changed in its place, or added at the end; its choice goes by its title', () => {
	const next = put(LIST, { ...model('b'), title: 'Best' });
	expect(ids(next)).toBe('abc');
	expect(next[1]?.choice.title).toBe('Best');
	expect(ids(put(LIST, model('d')))).toBe('abcd');
});

it('ids are readable, and never taken twice', () => {
	expect(newId('GPT Größe XL!', LIST)).toBe('gpt-gro-e-xl');
	expect(newId('a', LIST)).toBe('a-2');
	expect(newId('日本', LIST)).toBe('model');
	expect(isSame(model('a').choice, { ...model('a').choice, title: 'other' })).toBe(true);
	expect(isSame(model('a').choice, model('b').choice)).toBe(false);
});
