import { recordsOf } from './device.mjs';

/** @typedef {import('playwright').Page} Page */

/** Names of the records that whole frames of the journal hold, read here anew and not by the code that is tested. @param {Page} page @returns {Promise<string[]>} */
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
				const entry = length > 0 && at + 8 + length <= bytes.length ? parse(at + 8, length) : null;
				if (entry?.record) names.push(`${entry.record.stream}#${entry.record.seq} ${entry.record.hash}`);
				// Behind a damaged frame the next whole one is looked for.
				at += entry ? 8 + length : 1;
			}

			/** @param {number} from @param {number} length */
			function parse(from, length) {
				try {
					return JSON.parse(new TextDecoder().decode(bytes.subarray(from, from + length)));
				} catch {
					return null;
				}
			}
		}
		return names;
	});
}

/** What one of the two copies has and the other has not. Both have to be at rest. @param {Page} page @returns {Promise<string[]>} */
export async function apart(page) {
	const kept = new Set((await recordsOf(page)).map(({ stream, seq, hash }) => `${stream}#${seq} ${hash}`));
	const second = new Set(await journaled(page));
	return [
		...[...kept].filter((name) => !second.has(name)).map((name) => `only the database has ${name}`),
		...[...second].filter((name) => !kept.has(name)).map((name) => `only the journal has ${name}`)
	];
}
