import { hashOf } from '$lib/core';
import type { LibraryEntry } from '$lib/run';
import { searchDesk, type SearchApi } from '$lib/search';
import { GalleyDatabase, type StoredValue } from '$lib/storage';
import { expose } from 'comlink';

/** Words as a language has them: few that are everywhere, many that are rare. */
function wordAt(rank: number): string {
	const syllables = [
		'ra',
		'ne',
		'lo',
		'ti',
		'ma',
		'su',
		'ko',
		'de',
		'vi',
		'pa',
		'zu',
		'hel',
		'tor',
		'bin',
		'gar',
		'mes'
	];
	let word = '';
	for (let left = rank + 16; left > 0; left = Math.floor(left / 16)) word += syllables[left % 16];
	return word;
}

let seed = 1;
function random(): number {
	seed = (seed * 48_271) % 2_147_483_647;
	return seed / 2_147_483_647;
}

function text(words: number): string {
	return Array.from({ length: words }, () => wordAt(Math.floor(20_000 ** random()) - 1)).join(' ');
}

const NAME = 'bench-search';
let desk: SearchApi | null = null;

/** Puts documents into a library of its own and has them indexed. Gives the milliseconds that the index took. */
async function build(documents: number, words: number): Promise<number> {
	const database = new GalleyDatabase(NAME);
	for (let at = 0; at < documents; at += 500) {
		const values: StoredValue[] = [];
		const entries: LibraryEntry[] = [];
		for (let number = at; number < Math.min(documents, at + 500); number++) {
			const content = text(words);
			const [media, bytes] = ['text/plain', content.length];
			const value = { hash: hashOf(content), media, bytes };
			values.push({ ...value, content });
			const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
			const path = `Folder ${number % 50}/${text(3)} ${number}.txt`;
			const [id, at] = [`entry-${String(number).padStart(6, '0')}`, 1_700_000_000_000 + number];
			entries.push({
				id,
				kind: 'file',
				path,
				version: 1,
				value: { ...value, labels, from: [] },
				at,
				deleted: 0
			});
		}
		await database.values.bulkPut(values);
		await database.entries.bulkPut(entries);
	}
	desk = searchDesk(NAME);
	const begun = performance.now();
	await desk.open(() => Promise.resolve(null));
	return performance.now() - begun;
}

/** Milliseconds of each search while some words are typed letter by letter, from the second on. */
async function type(words: number): Promise<number[]> {
	const taken: number[] = [];
	const typed = text(words);
	for (let end = 2; end <= typed.length; end++) {
		const begun = performance.now();
		await desk?.find(typed.slice(0, end));
		taken.push(performance.now() - begun);
	}
	return taken;
}

const api = { build, type };
export type SearchBench = typeof api;
expose(api);
