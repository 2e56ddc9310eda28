// Real: browser, workers, storage, service worker, the kill. Scripted: the answers of the loopback model server.
import { startModelServer } from '../support/model-server.mjs';
import {
	approve,
	chooseWeeklyReport,
	copyOf,
	done,
	eventsOf,
	executionsOf,
	gate,
	startWeek,
	useServer,
	WEEKS
} from './report';
import { expect, offlineReady, test } from './fixtures';

test('the whole run works with the server gone', async ({ page, app }) => {
	await page.goto('/');
	await offlineReady(page);
	await page.reload();
	await app.close();
	await chooseWeeklyReport(page);
	const runId = await startWeek(page, WEEKS[0]);
	await gate(page);
	await copyOf(page).press('End');
	await approve(page);
	await done(page);
	// A cold start from the service worker finds it again.
	await page.goto(`/runs/${runId}`);
	await done(page);
});

test('a tab killed in the middle of a step: the run goes on, nothing finished is done again', async ({
	newPersistent
}) => {
	test.setTimeout(120_000);
	const models = await startModelServer({ slowMs: 150 });
	const { context, page } = await newPersistent();
	try {
		await useServer(page, models.baseUrl, { model: 'slow' });
		await page.goto('/');
		await chooseWeeklyReport(page);
		const runId = await startWeek(page, WEEKS[0]);
		await expect.poll(() => models.requests.length, { timeout: 30_000 }).toBeGreaterThan(0);
		await expect.poll(async () => (await executionsOf(page, runId))['collect']?.done).toBe(1);
		// The renderer dies with its workers, as when the system kills it: nobody is told, nothing is finished.
		const session = await context.newCDPSession(page);
		const killed = page.waitForEvent('crash');
		void session.send('Page.crash').catch(() => undefined);
		await killed;
		await page.close();

		const fresh = await context.newPage();
		await fresh.goto(`/runs/${runId}`);
		await gate(fresh);
		await approve(fresh);
		await done(fresh);
		const executions = await executionsOf(fresh, runId);
		for (const [step, { done: times }] of Object.entries(executions)) {
			if (step !== 'review') expect(times, step).toBe(1);
		}
		expect(executions['collect']).toEqual({ begun: 1, done: 1 });
		// The step that was cut off was begun again, and only that one.
		const interrupted = (await eventsOf(fresh, runId)).filter(
			(event) => event.type === 'attempt.interrupted'
		);
		expect(interrupted.length).toBeGreaterThan(0);
		const again = Object.keys(executions).filter((step) => (executions[step]?.begun ?? 0) > 1);
		expect(again.sort()).toEqual([...new Set(interrupted.map((event) => String(event['stepId'])))].sort());
	} finally {
		await models.close();
	}
});
