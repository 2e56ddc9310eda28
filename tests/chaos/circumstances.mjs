import { setTimeout as sleep } from 'node:timers/promises';
import { CORRUPTIONS, journalGone, WIPES } from './damage.mjs';
import { call, rowsOf } from './device.mjs';
import { finish, startRun } from './run-watch.mjs';
import { SHORT } from './workflow.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./device.mjs').Device} Device */
/** @typedef {import('./random.mjs').Random} Random */
/**
 * What a device goes through while its engine may stop dead at any point.
 * @typedef {object} Circumstance
 * @property {string} name
 * @property {(device: Device, random: Random) => Promise<unknown>} [before] With the browser open, and no engine.
 * @property {(device: Device, page: Page, name: string) => Promise<unknown>} work With the engine open.
 */

/** A file that lies outside of the database, and one that lies in it. */
const SIZES = [700_000, 3_000];
/** More in one part of the journal than it takes: it goes on in another one. */
const MANY = Array.from({ length: 34 }, () => 250_000);
/** After this long an engine that is open looks over what it took on trust, ms. */
const LOOKED_OVER_MS = 7_000;

/** @type {Circumstance[]} */
export const CIRCUMSTANCES = [
	{ name: 'a run from its start to its end', work: aRun },
	{ name: 'files that come and go', work: (_, page, name) => files(page, name, SIZES) },
	{ name: 'files that fill a part of the journal', work: (_, page, name) => files(page, name, MANY) },
	...[WIPES[1], ...CORRUPTIONS.filter(({ closed }) => !closed), journalGone].flatMap((damage) =>
		damage ? [{ name: damage.name, before: damage.do, work: lookedOver }] : []
	)
];

/** @param {Device} device @param {Page} page @param {string} name */
async function aRun(device, page, name) {
	await call(page, 'saveWorkflow', SHORT);
	await finish(device, page, await startRun(device, page, name, SHORT.id));
}

/** @param {Page} page @param {string} name @param {readonly number[]} sizes of the files, bytes */
async function files(page, name, sizes) {
	const { ids } = await page.evaluate(
		async ([start, all]) => {
			const given = all.map((bytes, index) => {
				const path = `${start} ${index}.txt`;
				return { path, media: 'text/plain', content: new TextEncoder().encode(path.padEnd(bytes, '.')) };
			});
			const added = await globalThis.chaos.call('addFiles', given);
			if (!added.ok) throw new Error(added.failure.message);
			return added.value;
		},
		/** @type {const} */ ([name.replaceAll(/[^\w ]/g, ' '), sizes])
	);
	await call(page, 'changeLibrary', { type: 'delete', which: { ids } });
	await call(page, 'emptyBin');
}

/** Runs are read back, values that are gone among them. @param {Device} _ @param {Page} page */
async function lookedOver(_, page) {
	for (const { id } of await rowsOf(page)) await call(page, 'verifyRun', id);
	await sleep(LOOKED_OVER_MS);
}
