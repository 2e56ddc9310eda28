import 'fake-indexeddb/auto';
import { hashOf } from '$lib/core';
import type { LibraryEntry } from '$lib/run';
import { GalleyDatabase, MemoryBlobs } from '$lib/storage';
import { expect, test } from 'vitest';
import { excerptOf } from './excerpt';
import { KeptIndex } from './kept';
import { Searcher } from './searcher';
import { TextIndex } from './text-index';

const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
let devices = 0;

function device() {
	const name = `search-${(devices += 1)}`;
	const database = new GalleyDatabase(name);
	const kept = new KeptIndex(`${name}-index`);
	const read: string[] = [];
	const readText = async ({ name: file }: { name: string }) => {
		read.push(file);
		return file.endsWith('.pdf') ? 'The contract ends in Zürich.' : null;
	};
	const library = { database, blobs: new MemoryBlobs(), kept, readText };
	return { database, kept, read, searcher: () => new Searcher(library) };
}

async function add(
	database: GalleyDatabase,
	path: string,
	content: string | Uint8Array,
	more: Partial<LibraryEntry> = {}
) {
	const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
	const hash = hashOf(bytes);
	const value = { hash, media: 'text/plain', bytes: bytes.length, labels, from: [] };
	await database.values.put({ ...value, content: bytes });
	await database.entries.put({ id: path, kind: 'file', path, version: 1, value, at: 1, deleted: 0, ...more });
}

const titles = async (searcher: Searcher, query: string) =>
	(await searcher.find(query)).hits.map((hit) => hit.title);

test('words are found in names and texts, whatever their case and accents; what is in the bin is not', async () => {
	const { database, searcher, read } = device();
	await add(database, 'Plans/launch.txt', 'The budget of the launch is 48,210.');
	await add(database, 'contract.pdf', new Uint8Array([37, 80, 68, 70]));
	await add(database, 'old.txt', 'A launch of before.', { deleted: 1 });
	const one = searcher();
	expect((await one.find('launch')).isComplete).toBe(false);
	await one.sync();
	expect((await one.find('launch')).isComplete).toBe(true);
	expect(await titles(one, 'laun')).toEqual(['Plans/launch.txt']);
	expect(await titles(one, 'contract ZURICH')).toEqual(['contract.pdf']);
	expect(await titles(one, 'budget zurich')).toEqual([]);
	const [hit] = (await one.find('budget')).hits;
	const excerpt = hit ? await one.excerpt(hit) : [];
	expect(excerpt.find((part) => part.hit)?.text).toBe('budget');
	expect(await titles(one, 'bugdet launch')).toEqual([]);
	expect(await titles(one, 'budgett launch')).toEqual(['Plans/launch.txt']);
	expect(read).toEqual(['contract.pdf']);
});

test('the index follows the library, survives a restart, and is made anew when it is damaged', async () => {
	const { database, kept, searcher, read } = device();
	await add(database, 'a.pdf', new Uint8Array([1]));
	await add(database, 'b.txt', 'first words');
	await searcher().sync();
	await database.entries.update('b.txt', { deleted: 1 });
	await add(database, 'c.txt', 'second words');
	const next = searcher();
	await next.sync();
	expect(await titles(next, 'words')).toEqual(['c.txt']);
	expect(await titles(next, 'contract')).toEqual(['a.pdf']);
	const text = (await kept.index.get('index'))?.text ?? '';
	expect(TextIndex.load(text)?.size).toBe(2);
	for (const damaged of [
		text.slice(0, -20),
		'{}',
		text.replace('"c.txt"', '"d.txt"').replace('c.txt@', 'x')
	]) {
		await kept.index.put({ key: 'index', text: damaged });
		const healed = searcher();
		await healed.sync();
		expect(await titles(healed, 'words')).toEqual(['c.txt']);
	}
	// The text of a file that took a reader is kept, so it was read once.
	expect(read).toEqual(['a.pdf']);
});

test('what was emptied out of the bin leaves the kept index and the kept texts too', async () => {
	const { database, kept, searcher } = device();
	for (let at = 0; at < 60; at++) await add(database, `${at}.txt`, `filler ${at}`);
	await add(database, 'secret.pdf', new Uint8Array([1]));
	await add(database, 'other.pdf', new Uint8Array([2]));
	const one = searcher();
	await one.sync();
	expect((await kept.index.get('index'))?.text).toContain('secret');
	await database.entries.update('secret.pdf', { deleted: 1 });
	await one.sync();
	expect(await kept.texts.count()).toBe(2);
	await database.entries.update('secret.pdf', { emptied: true });
	await one.sync();
	expect((await kept.index.get('index'))?.text).not.toContain('secret');
	expect((await kept.texts.toArray()).map(({ hash }) => hash)).toEqual([hashOf(new Uint8Array([2]))]);
});

test('an index of too many texts knows the newest whole, of the others their beginning, and says so', async () => {
	const { database, kept, searcher } = device();
	const text = (word: string) => `${word}head ${'and so on '.repeat(300)}${word}tail`;
	for (const [at, word] of ['old', 'mid', 'new'].entries())
		await add(database, `${word}.txt`, text(word), { at });
	const library = { database, blobs: new MemoryBlobs(), kept, readText: async () => null };
	const small = new Searcher(library, 4_500);
	await small.sync();
	expect(await titles(small, 'newtail')).toEqual(['new.txt']);
	expect(await titles(small, 'midtail')).toEqual([]);
	for (const word of ['old', 'mid', 'new'])
		expect(await titles(small, `${word}head`)).toEqual([`${word}.txt`]);
	expect((await small.find('on')).cut).toBe(2);
	// Kept as it is; room that becomes free is used again.
	const again = new Searcher(library, 4_500);
	expect((await again.find('on')).cut).toBe(2);
	await database.entries.update('new.txt', { deleted: 1 });
	await add(database, 'mid.txt', `${text('mid')} again`, { at: 9 });
	await again.sync();
	expect(await titles(again, 'midtail')).toEqual(['mid.txt']);
	expect((await searcher().find('on')).cut).toBe(1);
});

test('an excerpt begins near the words and marks them', () => {
	const text = `${'Nothing of it. '.repeat(30)}Here the Umsätze rose in March. ${'And more. '.repeat(30)}`;
	const parts = excerptOf(text, ['umsatze', 'march']);
	expect(parts.filter((part) => part.hit).map((part) => part.text)).toEqual(['Umsätze', 'March']);
	expect(parts.map((part) => part.text).join('').length).toBeLessThan(260);
	expect(excerptOf('nothing', ['here'])).toEqual([]);
});
