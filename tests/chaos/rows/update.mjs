import {
	appendFileSync,
	cpSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	writeFileSync
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../../.ci/serve.mjs';
import { call, Device, recordsOf, until } from '../device.mjs';
import { faultsOf, finish, startRun } from '../run-watch.mjs';
import { SHORT, WORKFLOW } from '../workflow.mjs';

const BUILD = 'build';

/**
 * D12: a new version arrives while a run is at work. The run finishes on the old code, whose lazy parts can still be
 * loaded; nobody is reloaded; the new version takes over when a person says so and no run is at work.
 * @type {import('./common.mjs').Row}
 */
export async function update({ trials, random, told }) {
	const folder = mkdtempSync(join(tmpdir(), 'galley-next-'));
	const { next, gone } = nextVersion(folder);
	try {
		for (let trial = 0; trial < trials; trial++) await once(next, gone, random, told);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
	return { trials };
}

/** The next release, as a host would have it: one chunk is gone. @param {string} folder */
function nextVersion(folder) {
	const next = join(folder, 'next');
	cpSync(BUILD, next, { recursive: true });
	const node = readdirSync(`${BUILD}/_app/immutable/nodes`).find((name) => /^1\..*\.js$/.test(name));
	const gone = `/_app/immutable/nodes/${node}`;
	const script = join(next, 'service-worker.js');
	writeFileSync(
		script,
		readFileSync(script, 'utf8').replace(new RegExp(`\\{[^{}]*"${gone}"[^{}]*\\},?`), '')
	);
	appendFileSync(script, '\n// next\n');
	for (const name of [gone, `${gone}.br`, `${gone}.gz`, 'service-worker.js.br', 'service-worker.js.gz'])
		rmSync(join(next, name), { force: true });
	return { next, gone };
}

/** @param {string} next @param {string} gone @param {import('../random.mjs').Random} random @param {(what: string) => void} told */
async function once(next, gone, random, told) {
	let server = await serve({ dir: BUILD });
	const { port, url } = server;
	const device = new Device(url);
	try {
		const { page } = await device.tab();
		await until('the app is stored', () =>
			page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated')
		);
		await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
		await call(page, 'saveWorkflow', WORKFLOW);
		await call(page, 'saveWorkflow', SHORT);
		const runId = await startRun(device, page, 'run');
		await server.close();
		server = await serve({ dir: next, port });
		await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
		await until('the new version waits', () =>
			page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting))
		);
		if (random.next() < 0.5) {
			const session = await page.context().newCDPSession(page);
			await session.send('ServiceWorker.enable');
			await session.send('ServiceWorker.stopAllWorkers');
		}
		const status = await page.evaluate(async (path) => (await fetch(path)).status, gone);
		if (status !== 200) told(`a part of the old version cannot be loaded any more: ${status}`);
		await finish(device, page, runId).catch((error) => told(error.message));
		const isSame = () => page.evaluate(() => /** @type {any} */ (globalThis).sameDocument === true);
		if (!(await isSame())) told('the page was reloaded during a run');
		for (const fault of faultsOf(await recordsOf(page, `run:${runId}`))) told(fault);
		await page.getByRole('button', { name: 'Update', exact: true }).click({ timeout: 20_000 });
		await until('the new version is there', async () => !(await isSame().catch(() => true)), 30_000).catch(
			(error) => told(error.message)
		);
		const report = await until('its engine answers', () =>
			page.evaluate(() => globalThis.chaos?.report).catch(() => null)
		);
		if (!report.ok || !report.value.hadData) told('the new version did not open what was there');
		const again = await startRun(device, page, 'again', SHORT.id);
		await finish(device, page, again).catch((error) => told(error.message));
		for (const lost of device.ledger.lost(await recordsOf(page))) told(lost);
	} finally {
		await device.dispose();
		await server.close();
	}
}
