import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, rowsOf, until } from './device.mjs';
import { Outside, readEffects, unannounced } from './effects.mjs';
import { byStream } from './ledger.mjs';
import { Random } from './random.mjs';
import { faultsOf, finish, readLog, startRun, tend } from './run-watch.mjs';
import { withEffect } from './workflow.mjs';

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
/** Share of the kills that come while the server holds an answer, when the run gets that far. */
const AIMED = 0.4;
/** The answer to the question before a request, or to the request: so nothing went out, or it did. */
const ANSWERS = /** @type {const} */ (['question', 'request']);

/**
 * Kills at random moments of runs, and looks after each whether everything that was acknowledged is there.
 * @param {{ url: string, kills: number, random: import('./random.mjs').Random, args?: string[], log: (message: string) => void }} options
 */
export async function killing({ url, kills, random, args = [], log }) {
	const device = new Device(url, { args });
	const outside = new Outside(new Random(random.below(2 ** 31)));
	device.outside = outside;
	const found = { lost: 0, twice: 0, stuck: 0, zombie: 0, restored: 0, runs: 0, kinds: {} };
	const told = (/** @type {string} */ what) => log(`  FOUND ${what}`);
	let runId = '';
	try {
		const workflow = withEffect(await outside.open());
		let { page } = await device.tab();
		await call(page, 'saveWorkflow', workflow);
		for (let kill = 1; kill <= kills; kill++) {
			if (!runId) {
				runId = await startRun(device, page, `run ${++found.runs}`);
			}
			const aim = random.next() < AIMED ? { what: random.pick(ANSWERS), ms: random.below(200) } : null;
			await tendFor(device, page, runId, random.below(LONGEST_MS), aim);
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
			const arrived = outside.keys;
			const records = await recordsOf(page);
			for (const key of unannounced(arrived, records)) {
				found.lost += 1;
				told(`the intent of what went out under “${key}” is lost after: ${kind}`);
			}
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
		await lookAtAll(page, outside, found, told);
		const { asked, went, not } = outside.told;
		const effects = { sent: outside.total, asked, settledTrue: went, settledFalse: not };
		return { ...found, acknowledged: device.ledger.records, effects };
	} finally {
		await device.dispose();
		await outside.close();
	}
}

/**
 * @param {Device} device @param {Page} page @param {string} runId @param {number} ms
 * @param {{ what: typeof ANSWERS[number], ms: number } | null} aim which answer the server shall have held and how long; null: that does not matter
 */
async function tendFor(device, page, runId, ms, aim) {
	const limit = Date.now() + (aim ? LONGEST_MS : ms);
	while (Date.now() < limit) {
		await tend(device, page, runId);
		await sleep(Math.min(aim ? 40 : 150, Math.max(0, limit - Date.now())));
		if (aim && device.outside?.holding[aim.what]) return sleep(aim.ms);
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

/** @param {Page} page @param {Outside} outside @param {any} found @param {(what: string) => void} told */
async function lookAtAll(page, outside, found, told) {
	for (const key of outside.twice()) {
		found.twice += 1;
		told(`the server got “${key}” ${outside.times(key)} times`);
	}
	for (const [stream, records] of byStream(await recordsOf(page))) {
		if (!stream.startsWith('run:')) continue;
		for (const fault of faultsOf(records)) {
			found.twice += 1;
			told(`${stream}: ${fault}`);
		}
		for (const key of readEffects(records).went) {
			if (outside.times(key) > 0) continue;
			found.lost += 1;
			told(`${stream} says that “${key}” went out, and it did not arrive`);
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
