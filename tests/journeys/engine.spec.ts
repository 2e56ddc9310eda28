import type { Page } from '@playwright/test';
import { approve, chooseWeeklyReport, done, eventsOf, gate, startWeek, WEEKS } from './report';
import { expect, test } from './fixtures';

// The engine worker of a tab ends, or spins, under a run. Real: browser, workers, storage. Scripted: only its end.

/** Engine workers that the page has started, newest last. */
async function watchEngines(page: Page): Promise<void> {
	await page.addInitScript(() => {
		const engines: Worker[] = [];
		const RealWorker = globalThis.Worker;
		if (!RealWorker) return;
		Object.assign(globalThis, { engines });
		globalThis.Worker = class extends RealWorker {
			constructor(url: string | URL, options?: WorkerOptions) {
				super(url, options);
				if (options?.name?.startsWith('engine')) engines.push(this);
			}
		};
	});
}

const engines = (page: Page) =>
	page.evaluate(() => (globalThis as unknown as { engines: Worker[] }).engines.length);

for (const end of ['is ended', 'spins'] as const) {
	test(`an engine that ${end}: the tab starts another one, says so, and the run goes on`, async ({
		page
	}) => {
		test.setTimeout(120_000);
		await watchEngines(page);
		await chooseWeeklyReport(page);
		const runId = await startWeek(page, WEEKS[0]);
		await gate(page);
		const begun = Date.now();
		if (end === 'is ended') {
			await page.evaluate(() => (globalThis as unknown as { engines: Worker[] }).engines.at(-1)?.terminate());
		} else {
			const engine = page.workers().find((worker) => /\/engine-/.test(worker.url()));
			void engine?.evaluate('for (;;);').catch(() => undefined);
		}
		await expect.poll(() => engines(page), { timeout: 30_000 }).toBe(2);
		const took = Date.now() - begun;
		if (end === 'is ended') expect(took).toBeLessThan(5_000);
		await expect(page.getByText('had ended and was started again')).toBeVisible();
		await approve(page);
		await done(page);
		const events = await eventsOf(page, runId);
		expect(events.filter((event) => event.type === 'review.decided')).toHaveLength(1);
		expect(events.filter((event) => event.type === 'run.finished')).toHaveLength(1);
	});
}
