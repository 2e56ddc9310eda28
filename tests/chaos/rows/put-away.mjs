import { setTimeout as sleep } from 'node:timers/promises';
import { call, Device, recordsOf, until } from '../device.mjs';
import { faultsOf, finish, startRun } from '../run-watch.mjs';
import { SHORT, WORKFLOW } from '../workflow.mjs';
import { begin } from './common.mjs';

/**
 * D19: the executing tab is put away by going to another page, where the browser keeps it as it was. Another tab executes
 * soon after, and the first one, when it comes back, knows what happened meanwhile. Of two tabs the browser keeps none
 * that hears of the other's work, so in every second trial there is but one.
 * @type {import('./common.mjs').Row}
 */
export async function putAway({ url, trials, told }) {
	let kept = 0;
	let slowest = 0;
	let back = 0;
	for (let trial = 0; trial < trials; trial++) {
		const isAlone = trial % 2 === 0;
		const device = new Device(url);
		try {
			const { page, runId } = await begin(device, isAlone ? WORKFLOW : SHORT);
			await until('it executes', () => page.evaluate(() => globalThis.chaos.leads));
			const second = isAlone ? null : (await device.tab()).page;
			// Past the driver, whose own navigation runs scripts in the page that was left, and that ends what is kept.
			const session = await page.context().newCDPSession(page);
			await session.send('Runtime.evaluate', { expression: 'globalThis.sameDocument = true' });
			const left = Date.now();
			await session.send('Page.navigate', { url: `${url}/manifest.webmanifest` });
			if (second) {
				const isLeading = () => second.evaluate(() => globalThis.chaos.leads);
				await until('the other tab executes', isLeading, 20_000).catch((error) => told(error.message));
				slowest = Math.max(slowest, Date.now() - left);
				await finish(device, second, runId).catch((error) => told(error.message));
			} else await sleep(1_000);
			const { currentIndex, entries } = await session.send('Page.getNavigationHistory');
			const returned = Date.now();
			await session.send('Page.navigateToHistoryEntry', { entryId: entries[currentIndex - 1]?.id ?? 0 });
			await until('it is back', async () => page.url().endsWith('/runs'));
			const isSame = await page.evaluate(() => /** @type {any} */ (globalThis).sameDocument === true);
			if (isSame) kept += 1;
			const answers = await until('its engine answers', () => page.evaluate(() => globalThis.chaos.report));
			if (!answers.ok) told(`the tab that came back could not open: ${answers.failure.message}`);
			if (isAlone) {
				await until('it executes again', () => page.evaluate(() => globalThis.chaos.leads), 20_000);
				if (isSame) back = Math.max(back, Date.now() - returned);
				await finish(device, page, runId).catch((error) => told(error.message));
			}
			await page
				.getByText(/Done|finished/i)
				.first()
				.waitFor({ timeout: 10_000 })
				.catch(() => told('the tab that came back does not show what happened meanwhile'));
			await call(page, 'saveWorkflow', { ...SHORT, goal: 'after' });
			const again = await startRun(device, page, 'again', SHORT.id);
			await finish(device, page, again).catch((error) => told(error.message));
			for (const run of [runId, again])
				for (const fault of faultsOf(await recordsOf(page, `run:${run}`))) told(fault);
		} finally {
			await device.dispose();
		}
	}
	return { trials, kept, slowest, back };
}
