import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, until } from './device.mjs';
import { faultsOf, finish, readLog, startRun } from './run-watch.mjs';
import { WORKFLOW } from './workflow.mjs';

/** @typedef {import('playwright').Page} Page */

/** Ways to take the executing tab away; a frozen one is still there and does not know it. */
const WAYS = /** @type {const} */ (['closed', 'crashed', 'killed', 'frozen']);

/**
 * Several tabs on one profile, and the one that executes is taken away in the middle of a run, again and again.
 * @param {{ url: string, tabs: number, ways?: readonly (typeof WAYS[number])[], log: (message: string) => void }} options
 */
export async function racing({ url, tabs, ways = WAYS, log }) {
	const device = new Device(url);
	/** @type {Record<string, number>} */
	const took = {};
	const found = { twice: 0, stuck: 0, lost: 0 };
	try {
		/** @type {Page[]} */
		const open = [];
		const fill = async () => {
			while (open.length < tabs) open.push((await device.tab()).page);
		};
		await fill();
		await call(open[0], 'saveWorkflow', WORKFLOW);
		for (const way of ways) {
			await fill();
			const leader = await until('one tab executes', () => leaderOf(open));
			const other = open.find((page) => page !== leader) ?? leader;
			const runId = await startRun(device, other, `${tabs} tabs, ${way}`);
			const isDue = way === 'frozen' ? isAtGate : isWorking;
			await until('the run is there', async () => isDue(await recordsOf(other, `run:${runId}`)));
			const thaw = await takeAway(device, leader, way);
			open.splice(open.indexOf(leader), 1);
			const begun = Date.now();
			await until('another tab executes', () => leaderOf(open), 30_000);
			took[way] = Date.now() - begun;
			await sleep(2_000);
			// Woken up, it may still believe that it executes; what it does then must not count.
			await thaw();
			await finish(device, other, runId).catch((error) => {
				found.stuck += 1;
				log(`  FOUND with ${tabs} tabs, ${way}: ${error.message}`);
			});
			await sleep(500);
			const records = await recordsOf(other, `run:${runId}`);
			for (const fault of faultsOf(records)) {
				found.twice += 1;
				log(`  FOUND with ${tabs} tabs, ${way}: ${fault}`);
			}
			found.lost += device.ledger.lost(await recordsOf(other)).length;
			const leaders = await statuses([...open, ...(leader.isClosed() ? [] : [leader])]);
			if (leaders.filter(Boolean).length !== 1) {
				found.twice += 1;
				log(`  FOUND with ${tabs} tabs, ${way}: ${leaders.filter(Boolean).length} tabs execute`);
			}
			if (!leader.isClosed()) await leader.close();
		}
		return { ...found, took };
	} finally {
		await device.dispose();
	}
}

/** @param {import('./ledger.mjs').LogRecord[]} records */
function isWorking(records) {
	return [...readLog(records).running.values()].some(({ stepId }) => /^each\[\d+\]/.test(stepId));
}

/**
 * A process that is stopped in the middle of a transaction holds up everybody's, and no browser stops one there; so a tab
 * is frozen when its run waits for a person.
 * @param {import('./ledger.mjs').LogRecord[]} records
 */
function isAtGate(records) {
	return readLog(records).gates.size > 0;
}

/** Which tabs say that they execute; a tab that says nothing does not. @param {Page[]} pages */
function statuses(pages) {
	return Promise.all(pages.map((page) => page.evaluate(() => globalThis.chaos.leads)));
}

/** The one tab that says that it executes, if exactly one does. @param {Page[]} pages */
async function leaderOf(pages) {
	const said = await statuses(pages);
	return said.filter(Boolean).length === 1 ? pages[said.indexOf(true)] : null;
}

/** @param {Device} device @param {Page} page @param {typeof WAYS[number]} way @returns {Promise<() => Promise<void>>} how to wake it up */
async function takeAway(device, page, way) {
	const asleep = async () => undefined;
	if (way === 'closed') {
		await page.close({ runBeforeUnload: false });
		return asleep;
	}
	if (way === 'crashed') {
		const crashed = page.waitForEvent('crash');
		const session = await page.context().newCDPSession(page);
		void session.send('Page.crash').catch(() => undefined);
		await crashed;
		await page.close();
		return asleep;
	}
	const pid = (await device.browser?.rendererOf(page)) ?? 0;
	if (way === 'killed') {
		const crashed = page.waitForEvent('crash');
		process.kill(pid, 'SIGKILL');
		await crashed;
		await page.close();
		return asleep;
	}
	process.kill(pid, 'SIGSTOP');
	return async () => void process.kill(pid, 'SIGCONT');
}
