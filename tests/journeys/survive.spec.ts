import { startModelServer } from '../support/model-server.mjs';
import { chooseWeeklyReport, copyOf, done, executionsOf, gate, startWeek, WEEKS } from './report';
import { expect, offlineReady, test } from './fixtures';

test('the whole run works with the server gone', async ({ page, app }) => {
	await page.goto('/');
	await offlineReady(page);
	await page.reload();
	await app.close();
	await chooseWeeklyReport(page);
	const runId = await startWeek(page, WEEKS[0]);
	const decision = await gate(page);
	await copyOf(page).press('End');
	await decision.getByRole('button', { name: /^Approve/ }).click();
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
		await page.goto('/settings');
		await useServer(page, models.baseUrl, 'slow');
		await page.goto('/');
		await chooseWeeklyReport(page);
		const runId = await startWeek(page, WEEKS[0]);
		await expect.poll(() => models.requests.length, { timeout: 30_000 }).toBeGreaterThan(0);
		await expect.poll(async () => (await executionsOf(page, runId))['collect']?.done).toBe(1);
		const killed = page.waitForEvent('crash');
		void page.goto('chrome://crash').catch(() => undefined);
		await killed.catch(() => undefined);
		await page.close().catch(() => undefined);

		const fresh = await context.newPage();
		await fresh.goto(`/runs/${runId}`);
		await gate(fresh);
		await (await gate(fresh)).getByRole('button', { name: /^Approve/ }).click();
		await done(fresh);
		const executions = await executionsOf(fresh, runId);
		for (const [step, { done: times }] of Object.entries(executions)) {
			if (step !== 'review') expect(times, step).toBe(1);
		}
		expect(executions['collect']).toEqual({ begun: 1, done: 1 });
		const begun = Object.values(executions).reduce((sum, count) => sum + count.begun, 0);
		expect(begun).toBeGreaterThan(Object.keys(executions).length - 1);
	} finally {
		await models.close();
	}
});

async function useServer(
	page: import('@playwright/test').Page,
	baseUrl: string,
	model: string
): Promise<void> {
	await page.getByRole('radio', { name: /OpenAI/ }).check();
	await page.getByLabel(/address|base url/i).fill(baseUrl);
	await page.getByLabel(/^model/i).fill(model);
	await page
		.getByRole('button', { name: /save|use/i })
		.first()
		.click();
}
