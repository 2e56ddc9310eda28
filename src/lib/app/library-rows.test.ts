import 'fake-indexeddb/auto';
import { hashOf } from '$lib/core';
import { chain } from '$lib/run';
import { DexieStore, GalleyDatabase, MemoryBlobs, MemoryJournal } from '$lib/storage';
import { expect, test, vi } from 'vitest';
import { LibraryRows } from './library-rows';

const labels = { trust: 'untrusted', reach: 'may-leave' } as const;
const value = { hash: hashOf('x'), media: 'text/plain', bytes: 1, labels, from: [] };
const added = (id: string, at: number) => ({
	type: 'entry.added',
	at,
	entry: { id, kind: 'file', path: `${id}.txt`, version: 1, value, at, deleted: 0 }
});

test('reads every row once, then what was changed; after a rebuild every row again', async () => {
	const name = 'library-rows';
	const store = new DexieStore({ name, journal: new MemoryJournal(), blobs: new MemoryBlobs() });
	await store.open();
	const write = async (...events: { type: string; at: number }[]) => {
		const records = chain(await store.head('library'), events);
		const done = await store.commit({ records, values: [], runs: [], durability: 'relaxed', epoch: null });
		if (!done.ok) throw new Error(done.failure.message);
	};
	const db = new GalleyDatabase(name);
	const rows = new LibraryRows();
	const read = async () => (await rows.read(db)).map(({ id, path, deleted }) => `${id} ${path} ${deleted}`);
	expect(await read()).toEqual([]);
	await write(added('a', 1), added('b', 2));
	expect(await read()).toEqual(['b b.txt 0', 'a a.txt 0']);
	const whole = vi.spyOn(db.entries, 'where');
	await write(added('c', 3), { type: 'entry.moved', at: 4, id: 'a', path: 'z.txt', version: 1 } as never);
	await write({ type: 'entry.deleted', at: 5, id: 'b' } as never);
	expect(await read()).toEqual(['c c.txt 0', 'b b.txt 1', 'a z.txt 0']);
	expect(whole).not.toHaveBeenCalled();
	// Another history than the one that was read: nothing of it is taken for known.
	await db.heads.update('library', { hash: '0'.repeat(64) });
	await read();
	await db.entries.delete('c');
	expect(await read()).toEqual(['b b.txt 1', 'a z.txt 0']);
	expect(whole).toHaveBeenCalled();
	await store.close();
	db.close();
});
