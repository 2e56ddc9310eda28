import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { byStream } from './ledger.mjs';
import { faultsOf, finish, readLog, startRun, tend } from './run-watch.mjs';
import { WORKFLOW } from './workflow.mjs';

/** @typedef {import('playwright').Page} Page */

/** Every way in which a tab can end without being asked. Each leaves the device with no page open, or with a dead one. */
const KINDS = /** @type {const} */ ([
	'tab closed',
	'tab crashed',
	'renderers killed',
	'engine worker ended',
	'browser killed',
	'browser crashed'
]);

/** Longest wait before a kill, ms: about as long as a run takes. */
const LONGEST_MS = 2_500;

/**
 * Kills at random moments of runs, and looks after each whether everything that was acknowledged is there.
 * @param {{ url: string, kills: number, random: import('./random.mjs').Random, log: (message: string) => void }} options
 */
export async function killing({ url, kills, random, log }) {
	const device = new Device(url);
	const found = { lost: 0, twice: 0, stuck: 0, zombie: 0, restored: 0, runs: 0, kinds: {} };
	const told = (/** @type {string} */ what) => log(`  FOUND ${what}`);
	let runId = '';
	try {
		let { page } = await device.tab();
		await call(page, 'saveWorkflow', WORKFLOW);
		for (let kill = 1; kill <= kills; kill++) {
			if (!runId) {
				runId = await startRun(device, page, `run ${++found.runs}`);
			}
			await tendFor(device, page, runId, random.below(LONGEST_MS));
			const kind = random.pick(KINDS);
			found.kinds[kind] = (found.kinds[kind] ?? 0) + 1;
			await strike(device, page, kind);
			const opened = await device.tab();
			({ page } = opened);
			if (opened.report.rebuilt !== 'nothing') {
				found.restored += 1;
				log(`  restored after: ${kind}: ${opened.report.notice ?? 'NOTHING WAS SAID'}`);
				if (!opened.report.notice) found.lost += 1;
			}
			const records = await recordsOf(page);
			for (const what of device.ledger.lost(records)) {
				found.lost += 1;
				told(`lost after: ${kind}: ${what}`);
			}
			if (kill % 10 === 0) log(`  ${kill} of ${kills} kills, ${device.ledger.records} records acknowledged`);
			const ended = readLog(records.filter(({ stream }) => stream === `run:${runId}`)).ends > 0;
			if (ended || random.next() < 0.4 || kill === kills) {
				await settle(device, page, runId, found, told);
				runId = '';
			}
		}
		await lookAtAll(page, found, told);
		return { ...found, acknowledged: device.ledger.records };
	} finally {
		await device.dispose();
	}
}

/** @param {Device} device @param {Page} page @param {string} runId @param {number} ms */
async function tendFor(device, page, runId, ms) {
	const limit = Date.now() + ms;
	while (Date.now() < limit) {
		await tend(device, page, runId);
		await sleep(Math.min(150, Math.max(0, limit - Date.now())));
	}
}

/** @param {Device} device @param {Page} page @param {typeof KINDS[number]} kind */
export async function strike(device, page, kind) {
	if (kind === 'browser killed') return device.end('kill');
	if (kind === 'browser crashed') {
		const session = await device.browser?.connection.newBrowserCDPSession();
		void session?.send('Browser.crash').catch(() => undefined);
		await sleep(300);
		return device.end('kill');
	}
	if (kind === 'tab closed') return page.close({ runBeforeUnload: false });
	if (kind === 'engine worker ended') {
		await page.evaluate(() => globalThis.chaos.engine.terminate());
	} else {
		const crashed = page.waitForEvent('crash');
		if (kind === 'tab crashed') {
			const session = await page.context().newCDPSession(page);
			void session.send('Page.crash').catch(() => undefined);
		} else {
			for (const pid of (await device.browser?.renderers()) ?? []) killOne(pid);
		}
		await crashed;
	}
	await page.close();
}

/** @param {number} pid */
function killOne(pid) {
	try {
		process.kill(pid, 'SIGKILL');
	} catch {
		// It ended by itself meanwhile.
	}
}

/** @param {Device} device @param {Page} page @param {string} runId @param {any} found @param {(what: string) => void} told */
async function settle(device, page, runId, found, told) {
	try {
		await finish(device, page, runId);
		await until(
			'the list row says that the run has ended',
			async () => (await rowsOf(page)).find(({ id }) => id === runId)?.status === 'done',
			10_000
		).catch(() => {
			found.zombie += 1;
			told(`the list does not say that ${runId} is done`);
		});
	} catch (error) {
		found.stuck += 1;
		told(error instanceof Error ? error.message : String(error));
	}
}

/** @param {Page} page @param {any} found @param {(what: string) => void} told */
async function lookAtAll(page, found, told) {
	for (const [stream, records] of byStream(await recordsOf(page))) {
		if (!stream.startsWith('run:')) continue;
		for (const fault of faultsOf(records)) {
			found.twice += 1;
			told(`${stream}: ${fault}`);
		}
		const { ends, running } = readLog(records);
		if (ends > 0 && running.size > 0) {
			found.zombie += running.size;
			told(`${stream} has ended and says that it does ${[...running.keys()].join(', ')}`);
		}
		const verified = await call(page, 'verifyRun', stream.slice('run:'.length));
		if (verified.broken !== null || !verified.headFits || verified.damaged.length > 0) {
			found.lost += 1;
			told(`${stream} does not verify: ${JSON.stringify(verified)}`);
		}
	}
	for (const { id, status } of await rowsOf(page)) {
		if (status !== 'running') continue;
		found.zombie += 1;
		told(`the list says that ${id} is running`);
	}
}
