import { setTimeout as sleep } from 'node:timers/promises';
import { Device, recordsOf, until } from '../device.mjs';
import { faultsOf, finish, startRun, tend } from '../run-watch.mjs';
import { call } from '../device.mjs';
import { WORKFLOW } from '../workflow.mjs';
import { Disk, whyNoDisk } from './disk.mjs';

/** What a screen has shown for so long, ms, is on the disk, whether anybody waited for it or not. */
const SETTLED_MS = 2_000;

/**
 * D4: the power goes. The processes are stopped, and what the disk has at that moment is a device of its own; what the
 * system still had in memory is gone. Decisions count when they are answered, what shows counts a little later.
 * @type {import('./common.mjs').Row}
 */
export async function power({ url, trials, random, told }) {
	const why = whyNoDisk();
	if (why) return { skipped: why };
	let acknowledged = 0;
	let shownAndLost = 0;
	for (let trial = 0; trial < trials; trial++) {
		const disk = new Disk(256);
		const device = new Device(url, { folder: disk.mount(), announced: false });
		/** @type {Device | null} */
		let after = null;
		try {
			const { page } = await device.tab();
			await call(page, 'saveWorkflow', WORKFLOW);
			const runId = await startRun(device, page, 'run');
			/** @type {{ at: number, heads: any[] }[]} */
			const shown = [];
			const limit = Date.now() + 500 + random.below(5_000);
			while (Date.now() < limit) {
				await tend(device, page, runId);
				shown.push({
					at: Date.now(),
					heads: (await page.evaluate(() => globalThis.chaos.read(['heads'])))[0]
				});
				await sleep(100);
			}
			device.browser?.stop();
			const cut = Date.now();
			disk.copy('after');
			await device.end('kill');
			for (const { at, heads } of shown) if (cut - at > SETTLED_MS) device.ledger.acknowledge(heads);
			acknowledged += device.ledger.records;
			after = new Device(url, { profile: device.profile.replace('/disk/', '/after/') });
			disk.mount('after');
			const opened = await after.tab();
			if (!opened.report.hadData) told('it was taken for a new device');
			const records = await recordsOf(opened.page);
			for (const lost of device.ledger.lost(records)) told(lost);
			const last =
				shown
					.at(-1)
					?.heads.reduce((/** @type {number} */ sum, /** @type {any} */ { length }) => sum + length, 0) ?? 0;
			shownAndLost += Math.max(0, last - records.length);
			await finish(after, opened.page, runId).catch((error) => told(error.message));
			await until('all is saved', () => opened.page.evaluate(() => !globalThis.chaos.saving));
			for (const fault of faultsOf(await recordsOf(opened.page, `run:${runId}`))) told(fault);
		} finally {
			await device.dispose();
			await after?.dispose();
			disk.dispose();
		}
	}
	return { trials, acknowledged, shownAndLost };
}
