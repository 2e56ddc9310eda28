import { serve } from '../../.ci/serve.mjs';
import { CIRCUMSTANCES } from './circumstances.mjs';
import { apart } from './copies.mjs';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { buildFaultPage } from './fault-build.mjs';
import { byStream } from './ledger.mjs';
import { faultsOf, finish, readLog } from './run-watch.mjs';

/** @typedef {import('./circumstances.mjs').Circumstance} Circumstance */

/** How long a point may take to be reached, ms; one that only other circumstances reach is counted as not met. */
const REACHED_MS = 20_000;

/** A damage that opening does not see is put right within this time after it, ms. */
const LOOKED_OVER_MS = 60_000;

/**
 * Kills the browser at every await and every write of a commit's path and of what puts its copies right, one after the
 * other, and holds what is there after it against what must always hold. A point is taken in the first circumstance that
 * meets it.
 * @param {{ part: [number, number], random: import('./random.mjs').Random, log: (message: string) => void }} options
 *   `part`: the n-th of m equal parts of the points
 */
export async function sweeping({ part: [nth, parts], random, log }) {
	const { dir, points } = await buildFaultPage();
	const app = await serve({ dir });
	const unmet = new Set(points);
	const found = { broken: 0, killed: 0, unmet: [...unmet], points: points.length };
	try {
		for (const circumstance of CIRCUMSTANCES) {
			const device = new Device(app.url, { path: '/' });
			try {
				const met = (await metPoints(device, circumstance, random)).filter((point) => unmet.delete(point));
				log(`  ${circumstance.name}: ${met.length} points`);
				for (const point of met.filter((_, index) => index % parts === nth - 1)) {
					if (!(await killAt(device, circumstance, random, point))) continue;
					found.killed += 1;
					const wrong = await lookAfter(device, circumstance);
					for (const what of wrong) log(`  FOUND after a kill at ${point} (${circumstance.name}): ${what}`);
					found.broken += wrong.length;
				}
			} finally {
				await device.dispose();
			}
		}
		return { ...found, unmet: [...unmet] };
	} finally {
		await app.close();
	}
}

/**
 * The points that are passed on a device with a finished run and files, under a circumstance.
 * @param {Device} device @param {Circumstance} circumstance @param {import('./random.mjs').Random} random @returns {Promise<string[]>}
 */
async function metPoints(device, circumstance, random) {
	if (circumstance.before) {
		const { page } = await device.tab();
		for (const { work } of CIRCUMSTANCES.slice(0, 2)) await work(device, page, 'before');
		await until('all is saved', () => page.evaluate(() => !globalThis.chaos.saving));
		await page.close();
		await circumstance.before(device, random);
	}
	const { page } = await device.tab();
	await circumstance.work(device, page, 'met');
	const met = await page.evaluate(
		() =>
			new Promise((done) => {
				const news = new BroadcastChannel('galley-fault');
				news.onmessage = ({ data }) => data.seen && done(data.seen);
				news.postMessage('seen?');
			})
	);
	await page.close();
	return met;
}

/**
 * Opens a tab whose engine stops dead at a point, works with it, and kills the browser there.
 * @param {Device} device @param {Circumstance} circumstance @param {import('./random.mjs').Random} random @param {string} point
 */
async function killAt(device, circumstance, random, point) {
	await circumstance.before?.(device, random);
	const page = await device.newPage();
	await page.addInitScript(() => {
		new BroadcastChannel('galley-fault').addEventListener('message', ({ data }) => {
			if (data.hit) globalThis.chaos.hit = true;
		});
	});
	await page.goto(`${device.url}/#${point}`);
	const state = () => page.evaluate(() => ({ hit: globalThis.chaos.hit, open: globalThis.chaos.report }));
	const hit = async () => (await state()).hit;
	const opened = await until('the engine opens or stops', async () => {
		const { hit, open } = await state();
		return hit || open ? { hit } : null;
	});
	// A call never settles once the engine stands still, so none is waited for by itself.
	const work = async () => circumstance.work(device, page, point).then(hit);
	const reached =
		opened.hit || (await Promise.race([work(), until('it', hit, REACHED_MS).catch(() => false)]).catch(hit));
	await device.end('kill');
	return reached;
}

/** What must hold after the next start, whatever was cut off. @param {Device} device @param {Circumstance} circumstance */
async function lookAfter(device, { before }) {
	const { page, report } = await device.tab();
	const wrong = device.ledger.lost(await recordsOf(page));
	if (!report.hadData) wrong.push('it was taken for a new device');
	const rows = await rowsOf(page);
	for (const { id, status } of rows) {
		if (status === 'done') continue;
		await finish(device, page, id).catch((error) => wrong.push(error.message));
	}
	for (const [stream, records] of byStream(await recordsOf(page))) {
		if (!stream.startsWith('run:')) continue;
		wrong.push(...faultsOf(records).map((fault) => `${stream}: ${fault}`));
		const { ends, running } = readLog(records);
		if (ends !== 1 || running.size > 0) wrong.push(`${stream} did not come to one end`);
		const verified = await call(page, 'verifyRun', stream.slice('run:'.length));
		if (verified.broken !== null || !verified.headFits || verified.damaged.length > 0)
			wrong.push(`${stream} does not verify: ${JSON.stringify(verified)}`);
	}
	await until('all is saved', () => page.evaluate(() => !globalThis.chaos.saving));
	// Damage in a part of the journal that opening takes on trust is put right by the look that comes soon after it.
	if (before)
		await until('the copies are alike', async () => (await apart(page)).length === 0, LOOKED_OVER_MS).catch(
			() => null
		);
	wrong.push(...(await apart(page)));
	await page.close();
	return wrong;
}
