import { BOTH, CORRUPTIONS, WIPES } from './damage.mjs';
import { apart } from './copies.mjs';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { byStream } from './ledger.mjs';
import { faultsOf, finish, startRun } from './run-watch.mjs';
import { WORKFLOW } from './workflow.mjs';

/** What is kept is looked over within this time after the opening, ms. */
const LOOKED_OVER_MS = 30_000;
const FILE_BYTES = 200_000;

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./damage.mjs').Damage} Damage */

/**
 * Loses the database, or damages one copy or both, and looks at what the next start says and brings back.
 * @param {{ url: string, wipes: number, files?: number, random: import('./random.mjs').Random, args?: string[], log: (message: string) => void }} options
 *   `files`: enough of them fill a part of the journal, so that some of it is never opened for writing again
 */
export async function wiping({ url, wipes, files = 40, random, args = [], log }) {
	const device = new Device(url, { args });
	const found = { lost: 0, silent: 0, apart: 0, restored: 0, wiped: 0, corrupted: 0, both: 0, slowest: 0 };
	try {
		await fill(device, 'first', files);
		for (let turn = 0; turn < wipes; turn++) {
			await once(device, WIPES[turn % WIPES.length], random, found, log);
			found.wiped += 1;
			await once(device, CORRUPTIONS[turn % CORRUPTIONS.length], random, found, log);
			found.corrupted += 1;
			if (turn % 10 === 9) {
				await fill(device, `turn ${turn}`);
				log(`  ${turn + 1} of ${wipes} wipes and corruptions, ${device.ledger.records} records acknowledged`);
			}
		}
	} finally {
		await device.dispose();
	}
	for (let turn = 0; turn < Math.max(2, wipes / 10); turn++) {
		const damage = BOTH[turn % BOTH.length];
		await withBoth(new Device(url, { args }), damage, random, found, log);
		found.both += 1;
	}
	return found;
}

/** A run that has ended, in a browser that is closed after it. @param {Device} device @param {string} name */
async function fill(device, name, files = 0) {
	const { page } = await device.tab();
	for (let n = 0; n < files; n++) {
		const added = await page.evaluate(
			([number, size]) =>
				globalThis.chaos.call('addFile', `${number}.bin`, 'text/plain', new Uint8Array(size).fill(number)),
			[n, FILE_BYTES]
		);
		if (!added.ok) throw new Error(added.failure.message);
	}
	await call(page, 'saveWorkflow', WORKFLOW);
	const runId = await startRun(device, page, name);
	await finish(device, page, runId);
	// The screen says “Saved” from here on, and so all that it shows is.
	await until('all is saved', () => page.evaluate(() => !globalThis.chaos.saving));
	acknowledgeAll(device, await recordsOf(page));
	await device.end('close');
}

/** @param {Device} device @param {import('./ledger.mjs').LogRecord[]} shown */
function acknowledgeAll(device, shown) {
	for (const records of byStream(shown).values()) {
		const last = records[records.length - 1];
		if (last) device.ledger.acknowledge([{ stream: last.stream, length: last.seq + 1, hash: last.hash }]);
	}
}

/** @param {Device} device @param {Damage} damage @param {import('./random.mjs').Random} random */
async function inflict(device, damage, random) {
	if (damage.closed) return damage.do(device, random);
	await device.open();
	const what = await damage.do(device, random);
	await device.end('close');
	return what;
}

/** @param {Device} device @param {Damage | undefined} damage @param {import('./random.mjs').Random} random @param {any} found @param {(message: string) => void} log */
async function once(device, damage, random, found, log) {
	if (!damage) return;
	const what = await inflict(device, damage, random);
	const told = (/** @type {string} */ why) => log(`  FOUND after: ${damage.name} (${what}): ${why}`);
	const begun = Date.now();
	const { page, report } = await device.tab();
	found.slowest = Math.max(found.slowest, Date.now() - begun);
	if (report.rebuilt !== 'nothing') found.restored += 1;
	if (report.rebuilt !== 'nothing' && !report.notice) {
		found.silent += 1;
		told('it was restored without a word');
	}
	if (!report.hadData) {
		found.silent += 1;
		told('it was taken for a new device');
	}
	if (damage.hits === 'journal' && report.rebuilt === 'nothing') await mended(page, found, told);
	const lost = device.ledger.lost(await recordsOf(page));
	for (const one of lost) told(one);
	found.lost += lost.length;
	found.lost += await incomplete(page, told);
	const differ = await apart(page);
	for (const one of differ) told(one);
	found.apart += differ.length;
	await device.end('close');
}

/** What opening takes on trust is looked over soon after it; then the journal is whole again, and that is said. @param {Page} page @param {any} found @param {(why: string) => void} told */
async function mended(page, found, told) {
	if ((await apart(page)).length === 0) return;
	const notice = () => page.evaluate(() => globalThis.chaos.notice);
	await until('it is noticed', notice, LOOKED_OVER_MS).then(
		() => (found.restored += 1),
		() => {
			found.silent += 1;
			told('nobody noticed');
		}
	);
}

/** What the engine itself finds missing, and runs that no list shows. @param {Page} page @param {(why: string) => void} told */
async function incomplete(page, told) {
	let count = 0;
	const rows = new Set((await rowsOf(page)).map(({ id }) => id));
	for (const [stream, records] of byStream(await recordsOf(page))) {
		if (!stream.startsWith('run:')) continue;
		const id = stream.slice('run:'.length);
		const verified = await call(page, 'verifyRun', id);
		const wrong = [
			...faultsOf(records),
			...(rows.has(id) ? [] : ['no list shows it']),
			...(verified.broken === null && verified.headFits ? [] : ['it does not verify']),
			...(verified.damaged.length === 0 ? [] : [`${verified.damaged.length} values are gone`])
		];
		for (const one of wrong) told(`${stream}: ${one}`);
		count += wrong.length;
	}
	return count;
}

/** On a device of its own, since something is lost for good. @param {Device} device @param {Damage | undefined} damage @param {import('./random.mjs').Random} random @param {any} found @param {(message: string) => void} log */
async function withBoth(device, damage, random, found, log) {
	try {
		if (!damage) return;
		await fill(device, 'both');
		const what = await inflict(device, damage, random);
		const { page, report } = await device.tab();
		const lost = device.ledger.lost(await recordsOf(page)).length;
		if (!/could not be brought back/.test(report.notice ?? '')) {
			found.silent += 1;
			log(
				`  FOUND after: ${damage.name} (${what}): ${lost} streams are shorter, and it was said: ${report.notice}`
			);
		}
	} finally {
		await device.dispose();
	}
}
