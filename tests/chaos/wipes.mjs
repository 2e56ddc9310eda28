import { BOTH, CORRUPTIONS, WIPES } from './damage.mjs';
import { apart } from './copies.mjs';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { byStream } from './ledger.mjs';
import { faultsOf, finish, startRun } from './run-watch.mjs';
import { WORKFLOW } from './workflow.mjs';

/** What is kept is looked over within this time after the opening, ms. */
const LOOKED_OVER_MS = 60_000;
/** Lines of one finding; a lost database has hundreds. */
const TOLD = 5;
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
				globalThis.chaos.call('addFiles', [
					{ path: `${number}.bin`, media: 'text/plain', content: new Uint8Array(size).fill(number) }
				]),
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
	const { wrong, notice } = await settled(device, page);
	if (notice && report.rebuilt === 'nothing') found.restored += 1;
	if (wrong.length === 0 && notice === '') {
		found.silent += 1;
		told('it was put right without a word');
	}
	found.lost += wrong.filter(({ is }) => is === 'lost').length;
	found.apart += wrong.filter(({ is }) => is === 'apart').length;
	for (const { what } of wrong.slice(0, TOLD)) told(what);
	if (wrong.length > TOLD) told(`... and ${wrong.length - TOLD} more`);
	await device.end('close');
}

/**
 * What is wrong with what is kept. Chromium may find out only at the first read that the database is damaged, and throw it
 * away under the open app; and what opening takes on trust is looked over soon after it. So what is wrong at first has a while
 * to be put right, and then that has to be said.
 * @param {Device} device @param {Page} page @returns {Promise<{ wrong: { is: 'lost' | 'apart', what: string }[], notice: string | null }>}
 *   `notice`: what was said meanwhile; null where nothing was wrong at any time
 */
async function settled(device, page) {
	const look = () => wrongIn(device, page).catch((error) => [lost(`it could not be read: ${error.message}`)]);
	const first = await look();
	if (first.length === 0) return { wrong: [], notice: null };
	let wrong = first;
	await until('all is there', async () => (wrong = await look()).length === 0, LOOKED_OVER_MS).catch(
		() => null
	);
	return { wrong, notice: (await page.evaluate(() => globalThis.chaos.notice)) ?? '' };
}

/** @param {Device} device @param {Page} page */
async function wrongIn(device, page) {
	const records = device.ledger.lost(await recordsOf(page)).map(lost);
	const runs = (await incomplete(page)).map(lost);
	const copies = (await apart(page)).map((what) => ({ is: /** @type {const} */ ('apart'), what }));
	return [...records, ...runs, ...copies];
}

/** @param {string} what */
function lost(what) {
	return { is: /** @type {const} */ ('lost'), what };
}

/** What the engine itself finds missing, and runs that no list shows. @param {Page} page @returns {Promise<string[]>} */
async function incomplete(page) {
	const wrong = [];
	const rows = new Set((await rowsOf(page)).map(({ id }) => id));
	for (const [stream, records] of byStream(await recordsOf(page))) {
		if (!stream.startsWith('run:')) continue;
		const id = stream.slice('run:'.length);
		const verified = await call(page, 'verifyRun', id);
		wrong.push(
			...faultsOf(records).map((fault) => `${stream}: ${fault}`),
			...(rows.has(id) ? [] : [`${stream}: no list shows it`]),
			...(verified.broken === null && verified.headFits ? [] : [`${stream}: it does not verify`]),
			...(verified.damaged.length === 0 ? [] : [`${stream}: ${verified.damaged.length} values are gone`])
		);
	}
	return wrong;
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
