import type { Source } from '$lib/workflow';
import { expect, test } from 'vitest';
import type { LibraryEntry } from './library';
import { newestOutput, selectEntries } from './select';

const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
function entry(path: string, at: number, more: Partial<LibraryEntry> = {}): LibraryEntry {
	const value = { hash: path, media: 'text/plain', bytes: 1, labels, from: [] };
	return { id: `${path}@${at}`, kind: 'file', path, version: 1, value, at, deleted: 0, ...more };
}
const source = (more: Partial<Source>): Source => ({
	...{ id: 's', title: 'S', kind: 'library', accept: [], match: [], required: true, keep: false },
	...more
});

const library = [
	entry('Sales/north 1.csv', 1),
	entry('Sales/north 1.csv', 2, { version: 2 }),
	entry('Sales/2026/south.csv', 5, { tags: ['Q3'] }),
	entry('Sales/2026/south.md', 6, { tags: ['q3'] }),
	entry('Sales/gone.csv', 9, { deleted: 1 }),
	entry('Sales (old)/x.csv', 8),
	entry('a+b.csv', 7)
];
const found = (more: Partial<Source>) => selectEntries(source(more), library).entries.map((one) => one.id);

test('a folder is what is in it and below it, the newest version of each, the newest first', () => {
	expect(found({ path: 'Sales' })).toEqual([
		'Sales/2026/south.md@6',
		'Sales/2026/south.csv@5',
		'Sales/north 1.csv@2'
	]);
	expect(found({ path: 'Sales/north 1.csv' })).toEqual(['Sales/north 1.csv@2']);
});

test('a pattern is of the name, or of the path where it has folders; no character of it is more than it says', () => {
	expect(found({ pattern: '*.CSV', path: 'Sales' })).toEqual([
		'Sales/2026/south.csv@5',
		'Sales/north 1.csv@2'
	]);
	expect(found({ pattern: 'north ?.csv' })).toEqual(['Sales/north 1.csv@2']);
	expect(found({ pattern: '2026/*', path: 'Sales' })).toHaveLength(2);
	expect(found({ pattern: '**/*.csv' })).toHaveLength(4);
	expect(found({ pattern: 'a+b.csv' })).toEqual(['a+b.csv@7']);
	expect(found({ pattern: '(.*)' })).toEqual([]);
});

test('tag, types and the newest n go together, and what is left out is counted', () => {
	expect(found({ tag: 'Q3', accept: ['csv'] })).toEqual(['Sales/2026/south.csv@5']);
	const some = selectEntries(source({ path: 'Sales', newest: 1 }), library);
	expect([some.entries.map((one) => one.id), some.older]).toEqual([['Sales/2026/south.md@6'], 2]);
});

test('the last output of another workflow', () => {
	const outputs = [
		entry('R/1.md', 1, { kind: 'output', workflowId: 'w' }),
		entry('R/2.md', 3, { kind: 'output', workflowId: 'w' }),
		entry('R/3.md', 4, { kind: 'output', workflowId: 'w', deleted: 1 }),
		entry('R/4.md', 5, { kind: 'output', workflowId: 'other' })
	];
	expect(newestOutput('w', outputs)?.path).toBe('R/2.md');
	expect(newestOutput('none', outputs)).toBeNull();
});
