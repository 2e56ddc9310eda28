import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, until } from './device.mjs';
import { faultsOf, finish, readLog, startRun } from './run-watch.mjs';
import { WORKFLOW } from './workflow.mjs';

/** @typedef {import('playwright').Page} Page */

/** Ways to take the executing tab away; a frozen one is still there and does not know it. */
const WAYS = /** @type {const} */ (['closed', 'crashed', 'killed', 'frozen', 'frozen at a gate']);

/** A tab that stands still and holds up the database of all is given this long before it is woken up again, ms. */
const HELD_UP_MS = 1_500;

/** So many runs may slip by unseen before that is told as a fault of the watching. */
const MOST_RUNS = 10;

/**
 * Several tabs on one profile, and the one that executes is taken away in the middle of a run, again and again.
 * @param {{ url: string, tabs: number, ways?: readonly (typeof WAYS[number])[], log: (message: string) => void }} options
 */
export async function racing({ url, tabs, ways = WAYS, log }) {
	const device = new Device(url);
	/** @type {Record<string, number>} */
	const took = {};
	const found = { twice: 0, stuck: 0, lost: 0, atWork: 0 };
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
			const pid = (await device.browser?.rendererOf(leader)) ?? 0;
			const isDue = way === 'frozen at a gate' ? isAtGate : isWorking;
			const runId = await runIn(isDue, device, other, `${tabs} tabs, ${way}`);
			const thaw = await takeAway(leader, way, pid, () => isAnswering(other));
			const begun = Date.now();
			const isAtWork = isWorking(await recordsOf(other, `run:${runId}`));
			if (way === 'frozen' && isAtWork) found.atWork += 1;
			open.splice(open.indexOf(leader), 1);
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

/**
 * A run that is where it is wanted. Its work is short: one that has come to its gate before it was seen at work is ended, and
 * another one begun.
 * @param {(records: import('./ledger.mjs').LogRecord[]) => boolean} isDue @param {Device} device @param {Page} page @param {string} name
 * @returns {Promise<string>} its id
 */
async function runIn(isDue, device, page, name) {
	for (let tries = 1; tries <= MOST_RUNS; tries++) {
		const runId = await startRun(device, page, name);
		const seen = await until('the run is there', async () => {
			const records = await recordsOf(page, `run:${runId}`);
			return isDue(records) ? 'there' : isAtGate(records) ? 'past it' : null;
		});
		if (seen === 'there') return runId;
		await finish(device, page, runId);
	}
	throw new Error(`of ${MOST_RUNS} runs none was seen where it was wanted`);
}

/** @param {import('./ledger.mjs').LogRecord[]} records */
function isWorking(records) {
	return [...readLog(records).running.values()].some(({ stepId }) => /^each\[\d+\]/.test(stepId));
}

/** @param {import('./ledger.mjs').LogRecord[]} records */
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

/**
 * Takes a tab away. A process that is stopped in the middle of a transaction holds up everybody's, and no browser stops one
 * there; so it is stopped where the others are still answered.
 * @param {Page} page @param {typeof WAYS[number]} way @param {number} pid its process @param {() => Promise<boolean>} answers
 * @returns {Promise<() => Promise<void>>} how to wake it up
 */
async function takeAway(page, way, pid, answers) {
	if (way === 'closed') {
		await page.close({ runBeforeUnload: false });
	} else if (way === 'crashed' || way === 'killed') {
		const crashed = page.waitForEvent('crash');
		if (way === 'crashed') {
			const session = await page.context().newCDPSession(page);
			void session.send('Page.crash').catch(() => undefined);
		} else process.kill(pid, 'SIGKILL');
		await crashed;
		await page.close();
	} else {
		process.kill(pid, 'SIGSTOP');
		while (!(await answers())) {
			process.kill(pid, 'SIGCONT');
			await sleep(20);
			process.kill(pid, 'SIGSTOP');
		}
		return async () => void process.kill(pid, 'SIGCONT');
	}
	return async () => undefined;
}

/** Whether a transaction that would write everywhere comes through. @param {Page} page @returns {Promise<boolean>} */
function isAnswering(page) {
	return page.evaluate(async (patience) => {
		const database = await new Promise((resolve, reject) => {
			const open = indexedDB.open('galley');
			open.onsuccess = () => resolve(open.result);
			open.onerror = () => reject(open.error);
		});
		const transaction = database.transaction([...database.objectStoreNames], 'readwrite');
		const done = new Promise((resolve) => (transaction.oncomplete = () => resolve(true)));
		transaction.objectStore('meta').get('fence');
		const late = new Promise((resolve) => setTimeout(() => resolve(false), patience));
		const answer = await Promise.race([done, late]);
		database.close();
		return answer;
	}, HELD_UP_MS);
}
