// Real: browser, workers, policies, storage, the kill. Ours: a loopback server that keeps what arrives.
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { startOutsideServer, type OutsideServer } from '../support/outside-server.mjs';
import { stores } from './device';
import { importWorkflow, startRun, yamlFile } from './importing';
import { eventsOf, gate } from './report';
import { expect, test } from './fixtures';

const TOPIC = 'Zürich & “Rhein”\u202e, 100 %';

/** transform -> propose -> review -> request, as a person would write it. */
const yaml = (host: string, path: string) => `format: 1
id: ticket
title: Open a ticket
inputs:
  - { id: topic, title: Topic }
steps:
  - id: shape
    title: Shape
    kind: transform
    job: draft
    output: { type: json, media: application/json }
    with: { expression: '{ "about": run.inputs.topic, "urgent": true }' }
  - id: propose
    title: Propose the ticket
    kind: propose
    job: draft
    inputs: { ticket: steps.shape.output }
    permissions: { hosts: ['${host}'] }
    with:
      url: 'http://${host}${path}?about={{ticket.about}}'
      headers: { x-week: '{{run.number}}' }
      json: { ticket: '{{ticket}}', note: 'About {{inputs.topic}}' }
  - id: review
    title: Look at it
    kind: review
    job: decide
    inputs: { draft: steps.propose.output }
  - id: send
    title: Send the ticket
    kind: request
    job: act
    inputs: { proposal: steps.review.output }
    permissions: { hosts: ['${host}'] }
`;

/** Imports the workflow, starts a run and waits for its gate; the id of the run and the text that the gate shows. */
async function toTheGate(page: Page, server: OutsideServer, path: string) {
	await importWorkflow(page, yamlFile(yaml(server.host, path)));
	await expect(page.getByRole('heading', { level: 1, name: 'Open a ticket' })).toBeVisible();
	await page.goto('/workflows/ticket/start');
	await page.getByLabel('Topic').fill(TOPIC);
	const runId = await startRun(page);
	await gate(page);
	await expect(page.getByRole('region', { name: 'What goes out' })).toContainText(server.host);
	await page.getByText('Change it as text').click();
	const shown = await page.getByRole('textbox', { name: 'The proposal as text' }).inputValue();
	return { runId, shown };
}

const approve = async (page: Page) => (await gate(page)).getByRole('button', { name: /^Approve/ }).click();
const typesOf = async (page: Page, runId: string) =>
	(await eventsOf(page, runId)).flatMap((event) => (event['stepId'] === 'send' ? [event.type] : []));

test('what the gate shows is what the server gets, once', async ({ page }) => {
	const server = await startOutsideServer();
	const { runId, shown } = await toTheGate(page, server, '/tickets');
	expect(server.arrived).toEqual([]);
	await expect(page.getByText('sends what was proposed, once')).toBeVisible();
	await approve(page);
	await expect
		.poll(async () => (await typesOf(page, runId)).at(-1), { timeout: 30_000 })
		.toBe('attempt.succeeded');
	const wanted = JSON.parse(shown) as {
		method: string;
		url: string;
		headers: Record<string, string>;
		body: string;
	};
	expect(server.arrived).toHaveLength(1);
	const [got] = server.arrived;
	expect({ method: got?.method, url: server.url + (got?.path ?? ''), body: got?.body }).toEqual({
		method: wanted.method,
		url: wanted.url,
		body: wanted.body
	});
	expect(got?.headers).toMatchObject(wanted.headers);
	expect(JSON.parse(wanted.body)).toEqual({ note: `About ${TOPIC}`, ticket: { about: TOPIC, urgent: true } });
	const intent = (await eventsOf(page, runId)).find((event) => event.type === 'effect.intended');
	expect(got?.headers['idempotency-key']).toBe(intent?.['key']);
	for (const name of ['cookie', 'referer']) expect(got?.headers).not.toHaveProperty(name);
	await server.close();
});

test('a tab killed while the server holds its answer: the run asks, and nothing goes out again', async ({
	newPersistent
}) => {
	test.setTimeout(120_000);
	const server = await startOutsideServer();
	const { context, page } = await newPersistent();
	const { runId } = await toTheGate(page, server, '/hold');
	await approve(page);
	await expect.poll(() => server.arrived.length, { timeout: 30_000 }).toBe(1);
	const session = await context.newCDPSession(page);
	const killed = page.waitForEvent('crash');
	void session.send('Page.crash').catch(() => undefined);
	await killed;
	await page.close();
	server.release();

	const fresh = await context.newPage();
	await fresh.goto(`/runs/${runId}`);
	await expect
		.poll(async () => typesOf(fresh, runId), { timeout: 30_000 })
		.toEqual(['attempt.started', 'effect.intended', 'effect.unknown']);
	await fresh.goto('/');
	await expect(fresh.getByText('Did “Send the ticket” go out?')).toBeVisible();
	const [row] = (await stores(fresh))['runs'] as { status: string; waiting: { why: string } }[];
	expect(row).toMatchObject({ status: 'waiting', waiting: { why: 'unknown' } });
	await fresh.goto(`/runs/${runId}`);
	expect(server.arrived).toHaveLength(1);
	// A person looked: it arrived. The step counts as done, and nothing is sent again.
	await fresh.getByRole('button', { name: /It went out/ }).click();
	await expect.poll(async () => (await eventsOf(fresh, runId)).at(-1)?.type).toBe('run.finished');
	expect(server.arrived).toHaveLength(1);
	await server.close();
});

test('a server that lets no web page read its answer: the run asks, and says why', async ({ page }) => {
	const server = await startOutsideServer();
	const { runId } = await toTheGate(page, server, '/no-cors');
	await approve(page);
	await expect
		.poll(async () => (await typesOf(page, runId)).at(-1), { timeout: 30_000 })
		.toBe('effect.unknown');
	const unknown = (await eventsOf(page, runId)).find((event) => event.type === 'effect.unknown');
	expect(unknown?.['reason']).toContain('does not allow web pages');
	expect(server.arrived).toEqual([]);
	await server.close();
});

const NOTIFY = `format: 1
id: bell
title: Ring
steps:
  - id: propose
    title: Propose a notification
    kind: propose
    job: draft
    with: { action: notify, title: 'Run {{run.number}}', text: 'It is done.' }
  - id: review
    title: Look at it
    kind: review
    job: decide
    inputs: { draft: steps.propose.output }
  - id: send
    title: Ring
    kind: notify
    job: act
    inputs: { proposal: steps.review.output }
`;

/** Imports that workflow and approves its notification; the id of the run. */
async function ring(page: Page): Promise<string> {
	await importWorkflow(page, yamlFile(NOTIFY));
	await expect(page.getByRole('heading', { level: 1, name: 'Ring' })).toBeVisible();
	await page.goto('/workflows/bell/start');
	const runId = await startRun(page);
	await approve(page);
	return runId;
}

test('a notification that is allowed is shown', async ({ page, context }) => {
	await context.grantPermissions(['notifications']);
	const runId = await ring(page);
	await expect
		.poll(async () => (await typesOf(page, runId)).at(-1), { timeout: 30_000 })
		.toBe('attempt.succeeded');
});

test('one that is not allowed fails, says what to switch on, and is shown once they are', async ({
	page,
	context
}) => {
	const runId = await ring(page);
	await expect
		.poll(async () => (await typesOf(page, runId)).at(-1), { timeout: 30_000 })
		.toBe('attempt.failed');
	const cell = page.locator('[data-cell=send]');
	await expect(cell).toContainText('Allow them for this site');
	const allow = cell.getByRole('button', { name: 'Allow notifications' });
	await allow.click();
	await expect(cell.getByRole('status').filter({ hasText: 'They stay switched off' })).toBeVisible();
	await context.grantPermissions(['notifications']);
	await allow.click();
	await expect
		.poll(async () => (await typesOf(page, runId)).at(-1), { timeout: 30_000 })
		.toBe('attempt.succeeded');
});

const HAND = `format: 1
id: hand
title: Hand over
steps:
  - { id: text, title: Text, kind: transform, job: draft, with: { expression: '"Dear all"' } }
  - { id: review, title: Look at it, kind: review, job: decide, inputs: { draft: steps.text.output } }
  - id: give
    title: Give it away
    kind: hand-over
    job: act
    inputs: { value: steps.review.output }
    with: { as: clipboard }
  - id: file
    title: Give it as a file
    kind: hand-over
    job: act
    inputs: { value: steps.review.output }
    with: { as: download, name: 'Letter: all.md' }
  - id: mail
    title: Give it as a mail
    kind: hand-over
    job: act
    inputs: { value: steps.review.output }
    with: { as: mail, to: all@example.org, subject: 'To all & sundry' }
`;

test('what was approved is handed over by a click: to the clipboard, as a file, as a mail draft', async ({
	page,
	context
}) => {
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await importWorkflow(page, yamlFile(HAND));
	await expect(page.getByRole('heading', { level: 1, name: 'Hand over' })).toBeVisible();
	await page.goto('/workflows/hand/start');
	const runId = await startRun(page);
	await approve(page);
	await page.getByRole('button', { name: /^Copy/ }).click();
	expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('Dear all');

	const downloading = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Download Letter- all.md' }).click();
	const file = await downloading;
	expect(file.suggestedFilename()).toBe('Letter- all.md');
	expect(readFileSync(await file.path(), 'utf8')).toBe('Dear all');

	// No mail program here: what the browser is asked to open is what one would get.
	const session = await context.newCDPSession(page);
	await session.send('Page.enable');
	const opened = new Promise<string>((resolve) =>
		session.on('Page.frameRequestedNavigation', ({ url }) => resolve(url))
	);
	await page.getByRole('button', { name: 'Open mail draft to all@example.org' }).click();
	expect(await opened).toBe('mailto:all@example.org?subject=To%20all%20%26%20sundry&body=Dear%20all');
	await expect.poll(async () => (await eventsOf(page, runId)).at(-1)?.type).toBe('run.finished');
});
