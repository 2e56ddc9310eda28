import { startModelServer } from '../support/model-server.mjs';
import { ledgerOf } from './device';
import { importWorkflow, startRun, yamlFile } from './importing';
import { expect, test } from './fixtures';

// The ledger beside the record of whoever was asked. Real: the app, its workers, its service worker, HTTP over the
// loopback. Scripted: the server, which answers well, refuses, breaks off and falls silent.

/** Steps in the order in which they run, and what the server does at each request. */
const STEPS = [
	['ok'],
	// Refused once, tried again.
	['status-500', 'ok'],
	// Broken off half-way, then in the wrong form.
	['cut', 'error-chunk'],
	['no-finish', 'html'],
	// Half an answer, and then nothing until the person gives up.
	['stall']
];

const workflow = yamlFile(`
format: 1
id: asking
title: Asking
steps:
${STEPS.map(
	(tries, index) => `
  - id: ask${index}
    title: Ask ${index}
    kind: model
    job: draft
    ${index > 0 ? `inputs: { before: steps.ask${index - 1}.output }` : 'inputs: {}'}
    instructions: Say what matters.
    permissions: { model: any }
    retry: { attempts: ${tries.length}, delaySeconds: 0 }
    fallback: [{ use: value, value: none }]`
).join('')}
`);

for (const { radio, path, protocol } of [
	{ radio: /Server of your choice/, path: '/v1', protocol: 'openai' },
	{ radio: /^Anthropic/, path: '/v1', protocol: 'anthropic' },
	{ radio: /^Google/, path: '/v1beta', protocol: 'google' }
]) {
	test(`the ${protocol} protocol: the ledger has every request of the server's own record, byte by byte`, async ({
		page
	}) => {
		test.setTimeout(120_000);
		const models = await startModelServer();
		const behaviours = STEPS.flat();
		Object.defineProperty(models, 'behaviour', { get: () => behaviours[models.requests.length - 1] ?? 'ok' });
		await page.goto('/settings');
		await page.getByRole('radio', { name: radio }).check();
		await page.getByRole('textbox', { name: 'Model' }).fill('tester');
		await page.getByRole('textbox', { name: 'Address' }).fill(`${models.url}${path}`);
		await page.getByRole('button', { name: /^Use / }).click();
		await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
		await importWorkflow(page, workflow);
		await page.goto('/workflows/asking/start');
		const runId = await startRun(page);
		// All was written that this server has to say; then the run is given up.
		await expect.poll(() => models.requests.length, { timeout: 60_000 }).toBe(behaviours.length);
		const last = models.requests[behaviours.length - 1];
		await expect
			.poll(async () => {
				const before = last?.answered;
				await new Promise((resolve) => setTimeout(resolve, 300));
				return before !== undefined && before > 0 && before === last?.answered;
			})
			.toBe(true);
		await page.getByRole('button', { name: 'More', exact: true }).click();
		await page.getByRole('menuitem', { name: 'Cancel run' }).click();
		await page.getByRole('button', { name: 'Cancel the run' }).click();
		await expect.poll(() => last?.aborted).toBe(true);

		const ended = async () => (await ledgerOf(page)).filter(({ endedAt }) => endedAt !== null);
		await expect.poll(async () => (await ended()).length).toBe(behaviours.length);
		const rows = await ended();
		// Of a connection that breaks, the last bytes that the server wrote need not arrive.
		const cut = behaviours.indexOf('cut');
		expect(rows[cut]?.received).toBeGreaterThan(0);
		expect(rows[cut]?.received).toBeLessThanOrEqual(models.requests[cut]?.answered ?? 0);
		expect(rows.map((row) => [row.origin, row.method, row.status, row.sent, row.received])).toEqual(
			models.requests.map((one, index) => [
				...[models.url, one.method, one.status, one.bytes],
				index === cut ? rows[cut]?.received : one.answered
			])
		);
		for (const { seen, sent, received } of rows) if (seen) expect(seen).toEqual({ sent, received });
		expect(rows.every((row) => row.runId === runId && row.decision === 'allowed')).toBe(true);
		// By host, as the page of the ledger adds them up.
		await page.goto('/ledger');
		await expect(page.getByRole('row', { name: new URL(models.url).host })).toContainText(
			String(behaviours.length)
		);
		await models.close();
	});
}
