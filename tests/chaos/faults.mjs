import { serve } from '../../.ci/serve.mjs';
import { apart } from './copies.mjs';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { buildFaultPage } from './fault-build.mjs';
import { byStream } from './ledger.mjs';
import { faultsOf, finish, readLog, startRun } from './run-watch.mjs';
import { SHORT } from './workflow.mjs';

/** @typedef {import('playwright').Page} Page */

/** How long a point may take to be reached, ms; one that only other circumstances reach is counted as not met. */
const REACHED_MS = 12_000;

/**
 * Kills the browser at every await and every write of a commit's path, one after the other, and holds what is there after
 * it against what must always hold.
 * @param {{ part: [number, number], log: (message: string) => void }} options `part`: the n-th of m equal parts of the points
 */
export async function sweeping({ part: [nth, parts], log }) {
	const { dir, points } = await buildFaultPage();
	const app = await serve({ dir });
	const device = new Device(app.url, { path: '/' });
	const found = { broken: 0, killed: 0, unmet: 0, points: points.length };
	try {
		const met = await metPoints(device);
		found.unmet = points.length - met.length;
		log(`  ${points.length} points, ${met.length} of them met by a run from its start to its end`);
		for (const point of met.filter((_, index) => index % parts === nth - 1)) {
			if (!(await killAt(device, point))) continue;
			found.killed += 1;
			const wrong = await lookAfter(device);
			for (const what of wrong) log(`  FOUND after a kill at ${point}: ${what}`);
			found.broken += wrong.length;
		}
		return found;
	} finally {
		await device.dispose();
		await app.close();
	}
}

/** A whole run, and the points that were passed in it. @param {Device} device @returns {Promise<string[]>} */
async function metPoints(device) {
	const { page } = await device.tab();
	await call(page, 'saveWorkflow', SHORT);
	await finish(device, page, await startRun(device, page, 'met', SHORT.id));
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

/** Opens a tab whose engine stops dead at a point, works with it, and kills the browser there. @param {Device} device @param {string} point */
async function killAt(device, point) {
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
	const work = async () => finish(device, page, await startRun(device, page, point, SHORT.id));
	const reached =
		opened.hit ||
		(await Promise.race([work().then(hit), until('it', hit, REACHED_MS).catch(() => false)]).catch(hit));
	await device.end('kill');
	return reached;
}

/** What must hold after the next start, whatever was cut off. @param {Device} device */
async function lookAfter(device) {
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
	wrong.push(...(await apart(page)));
	await page.close();
	return wrong;
}
