import { recordsOf } from './device.mjs';

/** @typedef {import('playwright').Page} Page */

/** Names of the records and values that whole frames of the journal hold, read here anew and not by the code that is tested. @param {Page} page @returns {Promise<string[]>} */
export function journaled(page) {
	return page.evaluate(async () => {
		const BODY = 128;
		const root = await navigator.storage.getDirectory();
		const folder = await root.getDirectoryHandle('galley-journal');
		const names = [];
		for await (const handle of folder.values()) {
			const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
			const view = new DataView(bytes.buffer);
			let at = BODY;
			while (at + 8 < bytes.length) {
				const length = view.getUint32(at, true);
				const body = length > 0 && at + 8 + length <= bytes.length && bytes.subarray(at + 8, at + 8 + length);
				const isWhole = body && crc32(body) === view.getUint32(at + 4, true);
				const entry = isWhole ? JSON.parse(new TextDecoder().decode(body)) : null;
				if (entry?.record) names.push(`${entry.record.stream}#${entry.record.seq} ${entry.record.hash}`);
				else if (entry) names.push(`value ${(entry.value ?? entry.blob).hash}`);
				// Behind a damaged frame the next whole one is looked for.
				at += isWhole ? 8 + length : 1;
			}
		}
		return names;

		/** @param {Uint8Array} bytes */
		function crc32(bytes) {
			let crc = -1;
			for (const byte of bytes) {
				crc ^= byte;
				for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
			}
			return ~crc >>> 0;
		}
	});
}

/** Names of the records and values of the database. @param {Page} page @returns {Promise<string[]>} */
async function stored(page) {
	const records = await recordsOf(page);
	const hashes = await page.evaluate(async () => {
		const [values, packs] = await globalThis.chaos.read(['values', 'packs']);
		return [
			...values.map((/** @type {any} */ { hash }) => hash),
			...packs.flatMap((/** @type {any} */ pack) => pack.hashes)
		];
	});
	return [
		...records.map(({ stream, seq, hash }) => `${stream}#${seq} ${hash}`),
		...hashes.map((/** @type {string} */ hash) => `value ${hash}`)
	];
}

/**
 * What one of the two copies has and the other has not; values that the database lost come back when they are read. Both
 * have to be at rest.
 * @param {Page} page @returns {Promise<string[]>}
 */
export async function apart(page) {
	const kept = new Set(await stored(page));
	const second = new Set(await journaled(page));
	return [
		...[...kept].filter((name) => !second.has(name)).map((name) => `only the database has ${name}`),
		...[...second]
			.filter((name) => !kept.has(name) && !name.startsWith('value '))
			.map((name) => `only the journal has ${name}`)
	];
}
