import { execFileSync } from 'node:child_process';
import { rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { apart } from '../copies.mjs';
import { call, Device, recordsOf, until } from '../device.mjs';
import { finish, startRun } from '../run-watch.mjs';
import { WORKFLOW } from '../workflow.mjs';
import { Disk, whyNoDisk } from './disk.mjs';

/** No call may wait longer for a disk that is full, ms. */
const ANSWERS_MS = 15_000;

/**
 * D6: the disk is full, really. Nothing is acknowledged that is lost after the next start, nothing hangs, the screen says
 * so, and when there is room again it goes on.
 * @type {import('./common.mjs').Row}
 */
export async function full({ url, trials, random, told }) {
	const why = whyNoDisk();
	if (why) return { skipped: why };
	let refused = 0;
	let slowest = 0;
	let acknowledged = 0;
	for (let trial = 0; trial < trials; trial++) {
		const disk = new Disk(160);
		const folder = disk.mount();
		const device = new Device(url, { folder, announced: false });
		const fill = join(folder, 'fill');
		const save = async (/** @type {import('playwright').Page} */ page, /** @type {number} */ n) => {
			const begun = Date.now();
			const body = Array.from({ length: 40_000 }, () => 'abcdefgh'[random.below(8)]).join('');
			const answer = await Promise.race([
				page
					.evaluate((document) => globalThis.chaos.call('saveWorkflow', document), {
						...WORKFLOW,
						id: `full-${n}`,
						goal: body
					})
					.catch((error) => ({ ok: false, failure: { message: String(error) } })),
				sleep(ANSWERS_MS * 2)
			]);
			slowest = Math.max(slowest, Date.now() - begun);
			if (Date.now() - begun > ANSWERS_MS) told(`a call waited ${Date.now() - begun} ms`);
			if (answer?.ok) {
				const last = (await recordsOf(page, `workflow:full-${n}`)).at(-1);
				if (!last) told('something was acknowledged and is not there');
				else device.ledger.acknowledge([{ stream: last.stream, length: last.seq + 1, hash: last.hash }]);
			} else refused += 1;
			return answer;
		};
		try {
			const { page } = await device.tab();
			await call(page, 'saveWorkflow', WORKFLOW);
			const runId = await startRun(device, page, 'run');
			await sleep(random.below(1_000));
			const free = statfsSync(folder);
			try {
				execFileSync(
					'dd',
					[
						'if=/dev/zero',
						`of=${fill}`,
						'bs=64k',
						`count=${Math.ceil((free.bfree * free.bsize) / 65_536) + 64}`
					],
					{ stdio: 'ignore' }
				);
			} catch {
				// It ends with “no space left”, as it should.
			}
			let isSaid = false;
			for (let n = 0; n < 12; n++) {
				const answer = await save(page, n);
				if (answer && !answer.ok) isSaid ||= (await page.getByText('Not saved').count()) > 0;
			}
			if (refused > 0 && !isSaid) told('the screen does not say that it is not saved');
			rmSync(fill);
			execFileSync('sync', ['-f', dirname(fill)]);
			await until('it saves again', async () => (await save(page, 99))?.ok, 30_000).catch((error) =>
				told(error.message)
			);
			await finish(device, page, runId).catch((error) => told(error.message));
			await until('all is saved', () => page.evaluate(() => !globalThis.chaos.saving));
			acknowledged += device.ledger.records;
			await device.end('kill');
			const opened = await device.tab();
			for (const lost of device.ledger.lost(await recordsOf(opened.page)))
				told(`after the next start: ${lost}`);
			for (const one of await apart(opened.page)) told(one);
		} finally {
			await device.dispose();
			disk.dispose();
		}
	}
	return { trials, acknowledged, refused, slowest };
}
