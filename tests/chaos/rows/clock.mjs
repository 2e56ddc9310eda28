import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, rowsOf, until } from '../device.mjs';
import { faultsOf, finish, startRun } from '../run-watch.mjs';
import { SHORT, WORKFLOW } from '../workflow.mjs';

const HOUR = 3_600_000;
const JUMPS = /** @type {const} */ ([HOUR, -HOUR, 30 * 24 * HOUR, -30 * 24 * HOUR]);

/** Waits a day, then the rest. */
const WAITING = {
	...SHORT,
	id: 'waiting',
	title: 'Waiting',
	steps: [
		{ id: 'pause', title: 'Pause', kind: 'wait', job: 'collect', with: { seconds: 86_400 } },
		...SHORT.steps.map((step) => (step.id === 'draft' ? { ...step, needs: ['pause'] } : step))
	]
};

/**
 * D17: the clock jumps, in the page and in every worker. What waits fires once and not before its time; records stay in
 * the order in which they were made; nothing stands still.
 * @type {import('./common.mjs').Row}
 */
export async function clock({ url, trials, told }) {
	let slowest = 0;
	for (let trial = 0; trial < trials; trial++) {
		const jump = JUMPS[trial % JUMPS.length] ?? 0;
		const when = `${jump / HOUR} hours`;
		const device = new Device(url);
		try {
			const { page } = await device.tab();
			await call(page, 'saveWorkflow', WORKFLOW);
			await call(page, 'saveWorkflow', WAITING);
			const waiting = await startRun(device, page, 'waiting', WAITING.id);
			await until('it waits', async () =>
				types(await recordsOf(page, `run:${waiting}`)).includes('wait.began')
			);
			const working = await startRun(device, page, 'working');
			await sleep(300);
			await shift(page, jump);
			const begun = Date.now();
			await finish(device, page, working).catch((error) => told(`${when}: ${error.message}`));
			const over = async () =>
				types(await recordsOf(page, `run:${waiting}`)).filter((type) => type === 'wait.over').length;
			if (jump > 24 * HOUR) {
				await until('the wait is over', over, 45_000).catch(() => told(`${when}: what waited did not go on`));
				slowest = Math.max(slowest, Date.now() - begun);
				await finish(device, page, waiting).catch((error) => told(`${when}: ${error.message}`));
			} else {
				await sleep(2_000);
				if ((await over()) > 0) told(`${when}: what waited went on before its time`);
			}
			if ((await over()) > 1) told(`${when}: what waited went on twice`);
			for (const run of [waiting, working]) {
				const records = await recordsOf(page, `run:${run}`);
				for (const fault of faultsOf(records)) told(`${when}: ${fault}`);
				const verified = await call(page, 'verifyRun', run);
				if (verified.broken !== null || !verified.headFits) told(`${when}: ${run} does not verify`);
			}
			const row = (await rowsOf(page)).find(({ id }) => id === working);
			if (row?.status !== 'done') told(`${when}: the list says ${row?.status} of what is done`);
		} finally {
			await device.dispose();
		}
	}
	return { trials, slowest };
}

/** @param {import('../ledger.mjs').LogRecord[]} records */
function types(records) {
	return records.map(({ event }) => event.type);
}

/** @param {import('playwright').Page} page @param {number} by ms */
async function shift(page, by) {
	const patch = (/** @type {number} */ ms) => {
		const real = Date.now.bind(Date);
		Date.now = () => real() + ms;
	};
	await page.evaluate(patch, by);
	for (const worker of page.workers()) await worker.evaluate(patch, by).catch(() => undefined);
}
