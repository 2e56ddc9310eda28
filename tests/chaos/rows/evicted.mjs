import { setTimeout as sleep } from 'node:timers/promises';
import { Device, recordsOf, until } from '../device.mjs';
import { begin, isWell } from './common.mjs';
import { finish } from '../run-watch.mjs';

/** After losing everything, the next thing that is asked has to be refused within this, ms. */
const STOPS_MS = 5_000;

/**
 * D8: the browser throws away the database, or everything, while a run is at work. Without the database the run goes on
 * from the journal; without both nothing is acknowledged any more, and the screen says why.
 * @type {import('./common.mjs').Row}
 */
export async function evicted({ url, trials, random, told }) {
	let slowest = 0;
	for (let trial = 0; trial < trials * 2; trial++) {
		const storageTypes = trial % 2 === 0 ? 'indexeddb' : 'all';
		const device = new Device(url);
		try {
			const { page, runId } = await begin(device);
			await sleep(random.below(1_500));
			const session = await page.context().newCDPSession(page);
			await session.send('Storage.clearDataForOrigin', { origin: new URL(url).origin, storageTypes });
			const begun = Date.now();
			if (storageTypes === 'indexeddb') {
				await until('the database is back', async () => (await recordsOf(page).catch(() => [])).length > 0);
				slowest = Math.max(slowest, Date.now() - begun);
				await finish(device, page, runId).catch((error) => told(`${storageTypes}: ${error.message}`));
				for (const lost of device.ledger.lost(await recordsOf(page))) told(`${storageTypes}: ${lost}`);
				await isWell(page, storageTypes, told);
				continue;
			}
			const answer = await page.evaluate(
				async () =>
					(await globalThis.chaos.call('addFiles', [
						{ path: 'a.txt', media: 'text/plain', content: new Uint8Array(3) }
					])) ?? null
			);
			slowest = Math.max(slowest, Date.now() - begun);
			if (answer?.ok) told('all: something was acknowledged after everything had been cleared');
			if (answer?.failure && !/cleared/.test(answer.failure.message))
				told(`all: it was said: ${answer.failure.message}`);
			const words = page
				.getByRole('main')
				.getByText(/browser has cleared/)
				.first();
			await words
				.waitFor({ timeout: STOPS_MS })
				.catch(() => told('all: the screen does not say that it was cleared'));
		} finally {
			await device.dispose();
		}
	}
	return { trials: trials * 2, slowest };
}
