import {
	openSync,
	closeSync,
	ftruncateSync,
	readdirSync,
	readSync,
	rmSync,
	statSync,
	writeSync
} from 'node:fs';
import { join } from 'node:path';
import { databaseFolder } from './browser.mjs';

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {import('./device.mjs').Device} Device */
/** @typedef {{ name: string, closed: boolean, hits: 'database' | 'journal' | 'both', do: (device: Device, random: Random) => Promise<string> }} Damage */

/** Ways to lose the whole database. @type {Damage[]} */
export const WIPES = [
	{
		name: 'the folder of the database removed',
		closed: true,
		hits: 'database',
		async do(device) {
			rmSync(databaseFolder(device.profile), { recursive: true });
			return 'all of it';
		}
	},
	{
		name: 'the database deleted by script',
		closed: false,
		hits: 'database',
		do: (device) =>
			inOrigin(device, async () => {
				const isDeleted = await new Promise((done) => {
					const request = indexedDB.deleteDatabase('galley');
					request.onsuccess = () => done(true);
					request.onerror = () => done(false);
				});
				return isDeleted ? 'all of it' : 'none of it, as an earlier damage keeps it from opening';
			})
	}
];

/** Ways to damage one copy in part. @type {Damage[]} */
export const CORRUPTIONS = [
	{
		name: 'a byte of the database flipped',
		closed: true,
		hits: 'database',
		do: async (device, random) => flipFile(device, random)
	},
	{
		name: 'a file of the database cut',
		closed: true,
		hits: 'database',
		do: async (device, random) => cutFile(device, random)
	},
	...['events', 'heads', 'runs', 'values', 'packs'].map((table) => ({
		name: `rows of ${table} deleted`,
		closed: false,
		hits: /** @type {const} */ ('database'),
		do: (/** @type {Device} */ device, /** @type {Random} */ random) =>
			deleteRows(device, table, random.next())
	})),
	{
		name: 'a byte of the journal flipped',
		closed: false,
		hits: 'journal',
		do: (device, random) => damageJournal(device, 'flip', random.next())
	},
	{
		name: 'the tail of the journal cut',
		closed: false,
		hits: 'journal',
		do: (device, random) => damageJournal(device, 'cut', random.next())
	}
];

/** The journal is lost, and the database is all there is. @type {Damage} */
export const journalGone = {
	name: 'the folder of the journal removed',
	closed: false,
	hits: 'journal',
	do: (device) =>
		inOrigin(device, async () => {
			const root = await navigator.storage.getDirectory();
			await root.removeEntry('galley-journal', { recursive: true });
			return 'all of it';
		})
};

/** Both copies at once: something is lost for good, and that has to be said. @type {Damage[]} */
export const BOTH = [
	{
		name: 'a byte of the journal flipped and the database deleted',
		closed: false,
		hits: 'both',
		async do(device, random) {
			const what = await damageJournal(device, 'flip', random.next());
			await WIPES[1]?.do(device, random);
			return what;
		}
	},
	{
		name: 'the tail of the journal cut and the database deleted',
		closed: false,
		hits: 'both',
		async do(device, random) {
			const what = await damageJournal(device, 'cut', random.next());
			await WIPES[1]?.do(device, random);
			return what;
		}
	}
];

/** @param {Device} device */
function dataFile(device, /** @type {Random} */ random) {
	const folder = databaseFolder(device.profile);
	const files = readdirSync(folder)
		.filter((name) => /\.(log|ldb)$|^[A-Z0-9]{20,}(-wal)?$/.test(name))
		.map((name) => join(folder, name))
		.filter((file) => statSync(file).size > 64);
	const file = random.pick(files);
	return { file, size: statSync(file).size };
}

/** @param {Device} device @param {Random} random */
function flipFile(device, random) {
	const { file, size } = dataFile(device, random);
	const at = random.below(size);
	const handle = openSync(file, 'r+');
	const byte = Buffer.alloc(1);
	readSync(handle, byte, 0, 1, at);
	byte[0] = (byte[0] ?? 0) ^ 0xff;
	writeSync(handle, byte, 0, 1, at);
	closeSync(handle);
	return `${file.split('/').pop()} at ${at} of ${size}`;
}

/** @param {Device} device @param {Random} random */
function cutFile(device, random) {
	const { file, size } = dataFile(device, random);
	const left = random.below(size);
	const handle = openSync(file, 'r+');
	ftruncateSync(handle, left);
	closeSync(handle);
	return `${file.split('/').pop()} cut from ${size} to ${left}`;
}

/** @param {Device} device @param {string} table @param {number} chance */
function deleteRows(device, table, chance) {
	return inOrigin(
		device,
		async ([name, where]) => {
			const database = await new Promise((done) => {
				const open = indexedDB.open('galley');
				open.onsuccess = () => done(open.result);
				open.onerror = () => done(null);
			});
			// A flipped byte or a cut file may show only now, at a start long after it.
			if (!database) return 'none, as an earlier damage keeps the database from opening';
			const transaction = database.transaction(name, 'readwrite', { durability: 'strict' });
			const store = transaction.objectStore(name);
			const keys = await new Promise((done) => {
				const request = store.getAllKeys();
				request.onsuccess = () => done(request.result);
			});
			const first = Math.floor(where * keys.length);
			const doomed = keys.slice(first, first + 3);
			for (const key of doomed) store.delete(key);
			await new Promise((done) => (transaction.oncomplete = done));
			database.close();
			return JSON.stringify(doomed);
		},
		[table, chance]
	);
}

/** @param {Device} device @param {'flip' | 'cut'} how @param {number} chance */
function damageJournal(device, how, chance) {
	return inOrigin(
		device,
		async ([kind, where]) => {
			const root = await navigator.storage.getDirectory();
			const folder = await root.getDirectoryHandle('galley-journal');
			const written = [];
			for await (const [name, handle] of folder.entries()) {
				const { size } = await handle.getFile();
				if (size > 1000) written.push({ name, handle, size });
			}
			const { name, handle, size } = written[Math.floor(where * 7919) % written.length];
			const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
			// Behind the header, of which there are two copies.
			const at = 128 + Math.floor(where * (size - 128));
			bytes[at] ^= 0xff;
			const to = await handle.createWritable();
			const left = Math.max(at, size - 2000);
			await to.write(kind === 'flip' ? bytes : bytes.slice(0, left));
			await to.close();
			return kind === 'flip' ? `${name} at ${at} of ${size}` : `${name} cut from ${size} to ${left}`;
		},
		[how, chance]
	);
}

/** @template T @param {Device} device @param {(given: any) => Promise<T>} work @param {unknown} [given] */
async function inOrigin(device, work, given) {
	const page = await device.blank();
	try {
		return await page.evaluate(work, given);
	} finally {
		await page.close();
	}
}
