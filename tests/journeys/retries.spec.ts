import { startModelServer } from '../support/model-server.mjs';
import { expect } from './fixtures';
import { chooseWeeklyReport, eventsOf, gate, openTab, startWeek, useServer, WEEKS } from './report';
import { failedExtract, startOn, test } from './served';

// How a call to a model on a server is tried again. Real and scripted as in providers.spec.ts.

test('a server that is back at the same address: Retry is enough', async ({ page, models }) => {
	test.setTimeout(120_000);
	await models.close();
	await startOn(page, models);
	const cell = await failedExtract(page);
	const again = await startModelServer({ port: Number(new URL(models.url).port) });
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await gate(page);
	expect(again.requests).toHaveLength(3);
	await again.close();
});

test('too many requests: the cell says when it tries again, and does so by itself', async ({
	page,
	models
}) => {
	test.setTimeout(120_000);
	models.behaviour = 'status-429';
	const runId = await startOn(page, models);
	const cell = page.locator('[data-cell=extract]');
	await expect(cell.getByText(/Tries again at \d\d:\d\d, in \d s/)).toBeVisible({ timeout: 30_000 });
	await expect(cell).toContainText('takes no more requests for the moment (429)');
	models.behaviour = null;
	await gate(page);
	const extract = (await eventsOf(page, runId)).filter((event) => event['stepId'] === 'extract');
	const failed = extract.find((event) => event.type === 'attempt.failed');
	const second = extract.findLast((event) => event.type === 'attempt.started');
	expect(Number(second?.['at']) - Number(failed?.['at'])).toBeGreaterThanOrEqual(7000);
	expect(extract.some((event) => event.type === 'step.retried')).toBe(false);
});

test('a person who does not want to wait for the next try begins it', async ({ page, models }) => {
	models.behaviour = 'status-429';
	const runId = await startOn(page, models);
	const cell = page.locator('[data-cell=extract]');
	const now = cell.getByRole('button', { name: 'Try now' });
	await expect(now).toBeVisible({ timeout: 30_000 });
	models.behaviour = null;
	await now.click();
	await gate(page);
	const retried = (await eventsOf(page, runId)).filter((event) => event.type === 'step.retried');
	expect(retried.map((event) => event['stepId'])).toContain('extract');
});

test('one answer of 500: tried again without anybody, and the failed try stays in the list', async ({
	page,
	models
}) => {
	models.behaviour = 'once-500';
	await startOn(page, models);
	await gate(page);
	expect(models.requests.map(({ status }) => status)).toEqual([500, 200, 200, 200]);
	const cell = await openTab(page, 'extract', 'Attempts');
	await expect(cell).toContainText('has a problem of its own (500)');
});

test('a server that hangs: stopped after the time of the step, and said', async ({ page, models }) => {
	test.setTimeout(120_000);
	models.behaviour = 'hang';
	await useServer(page, models.baseUrl);
	await chooseWeeklyReport(page);
	await page.goto('/workflows/weekly-report?tab=yaml');
	const field = page.getByRole('textbox', { name: 'The workflow as YAML' });
	await expect(field).toHaveValue(/kind: model/);
	const text = await field.inputValue();
	await field.fill(text.replaceAll('    kind: model\n', '    kind: model\n    timeoutSeconds: 2\n'));
	await page.getByRole('button', { name: /^Save/ }).click();
	await expect(page.getByText(/Saved as version/)).toBeVisible();
	await startWeek(page, WEEKS[0]);
	const cell = await failedExtract(page);
	await expect(cell).toContainText(/2 seconds/);
	await expect.poll(() => models.requests.every((request) => request.aborted)).toBe(true);
	models.behaviour = null;
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await gate(page);
});
