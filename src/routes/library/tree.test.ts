import type { LibraryEntry } from '$lib/run';
import { expect, test } from 'vitest';
import { choicesOf, foldersOf, itemsOf, NO_FILTER, shownOf, sorted } from './tree';

function entry(path: string, version: number, more: Partial<LibraryEntry> = {}): LibraryEntry {
	const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
	const value = { hash: path, media: 'text/plain', bytes: path.length, labels, from: [] };
	return { id: `${path}@${version}`, kind: 'file', path, version, value, at: version, deleted: 0, ...more };
}

const items = itemsOf([
	entry('A/x2.md', 1),
	entry('A/x2.md', 2, { kind: 'output', tags: ['Q3'] }),
	entry('A/B/x10.csv', 1),
	entry('Top.pdf', 3),
	entry('AB/y.txt', 1)
]);
const names = (list: readonly { name: string }[]) => list.map((one) => one.name);

test('the newest version speaks for its path; a folder counts what is below it', () => {
	expect(items.find((one) => one.path === 'A/x2.md')).toMatchObject({ versions: 2, entry: { version: 2 } });
	expect(foldersOf(items).map((one) => `${one.path} ${one.count}`)).toEqual(['A 2', 'A/B 1', 'AB 1']);
});

test('a folder is not another one whose name begins so; words look into tags too', () => {
	expect(names(shownOf(items, 'A', ''))).toEqual(['x2.md', 'x10.csv']);
	expect(names(shownOf(items, '', 'q3'))).toEqual(['x2.md']);
	expect(names(shownOf(items, '', 'a x', { ...NO_FILTER, type: 'Table' }))).toEqual(['x10.csv']);
	expect(names(shownOf(items, '', '', { ...NO_FILTER, kind: 'output' }))).toEqual(['x2.md']);
});

test('names are put in order as people count', () => {
	expect(names(sorted(items, { by: 'name', down: false }))).toEqual(['Top.pdf', 'x2.md', 'x10.csv', 'y.txt']);
	expect(names(sorted(items, { by: 'when', down: true }))[0]).toBe('Top.pdf');
	// Those of one moment stay in the order in which they came.
	const equal = itemsOf([entry('b.txt', 5), entry('a.txt', 5), entry('c.txt', 5)]);
	expect(names(sorted(equal, { by: 'when', down: true }))).toEqual(['b.txt', 'a.txt', 'c.txt']);
	expect(choicesOf(items)).toEqual({ types: ['Document', 'PDF', 'Table', 'Text'], tags: ['Q3'] });
});
