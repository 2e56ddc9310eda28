import { call, Device, recordsOf, until } from '../device.mjs';
import { faultsOf, finish, startRun } from '../run-watch.mjs';
import { SHORT } from '../workflow.mjs';
import { begin } from './common.mjs';

/**
 * D19: the executing tab is put away by going to another page, where the browser keeps it as it was. Another tab executes
 * soon after, and the first one, when it comes back, knows what happened meanwhile.
 * @type {import('./common.mjs').Row}
 */
export async function putAway({ url, trials, told }) {
	let kept = 0;
	let slowest = 0;
	for (let trial = 0; trial < trials; trial++) {
		const device = new Device(url);
		try {
			const { page, runId } = await begin(device, SHORT);
			await until('it executes', () => page.evaluate(() => globalThis.chaos.leads));
			const second = (await device.tab()).page;
			await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
			const begun = Date.now();
			await page.goto(`${url}/manifest.webmanifest`);
			await until(
				'the other tab executes',
				() => second.evaluate(() => globalThis.chaos.leads),
				20_000
			).catch((error) => told(error.message));
			slowest = Math.max(slowest, Date.now() - begun);
			await finish(device, second, runId).catch((error) => told(error.message));
			await page.goBack();
			if (await page.evaluate(() => /** @type {any} */ (globalThis).sameDocument === true)) kept += 1;
			await page
				.getByText(/Done|finished/i)
				.first()
				.waitFor({ timeout: 10_000 })
				.catch(() => told('the tab that came back does not show what happened meanwhile'));
			const answers = await until('its engine answers', () => page.evaluate(() => globalThis.chaos.report));
			if (!answers.ok) told(`the tab that came back could not open: ${answers.failure.message}`);
			await call(page, 'saveWorkflow', { ...SHORT, goal: 'after' });
			const again = await startRun(device, page, 'again', SHORT.id);
			await finish(device, page, again).catch((error) => told(error.message));
			for (const run of [runId, again])
				for (const fault of faultsOf(await recordsOf(page, `run:${run}`))) told(fault);
		} finally {
			await device.dispose();
		}
	}
	return { trials, kept, slowest };
}
