// Real: browser, workers, policies, storage. Ours: a loopback server with a page that others may read and one that they may not.
import type { Page } from '@playwright/test';
import { startOutsideServer } from '../support/outside-server.mjs';
import { importWorkflow, startRun, yamlFile } from './importing';
import { openTab } from './report';
import { expect, test } from './fixtures';

const yaml = (url: string) => `format: 1
id: prices
title: Watch prices
sources:
  - { id: page, title: Price list, kind: page, url: '${url}' }
steps:
  - { id: collect, title: Collect, kind: collect, job: collect }
`;

async function form(page: Page, url: string) {
	await importWorkflow(page, yamlFile(yaml(url)));
	await page.goto('/workflows/prices/start');
	await expect(page.getByText(url)).toBeVisible();
	return page.getByRole('button', { name: 'Fetch the page' });
}

test('a web page is fetched at a click and read as material that nobody trusts; the ledger has the request', async ({
	page
}, info) => {
	const server = await startOutsideServer();
	const fetchIt = await form(page, `${server.url}/prices.html`);
	const seal = page.getByLabel('Sealed: nothing may leave this device');
	await seal.check();
	await expect(fetchIt).toBeDisabled();
	await seal.uncheck();
	expect(server.arrived).toEqual([]);
	await page.screenshot({ path: info.outputPath('to-fetch.png'), fullPage: true });
	await fetchIt.click();
	await expect(page.getByText('fetched just now')).toBeVisible();
	expect(server.arrived.map(({ method, path }) => [method, path])).toEqual([['GET', '/prices.html']]);
	await startRun(page);
	await expect(page.locator('[data-cell=collect]')).toContainText('Done', { timeout: 30_000 });
	const cell = await openTab(page, 'collect', 'Output');
	await cell.getByText('prices.html').first().click();
	await expect(cell).toContainText('A coffee costs 3.20.');
	await page.screenshot({ path: info.outputPath('run.png'), fullPage: true });
	await page.goto('/ledger');
	await expect(page.getByText('fetching a web page that you asked for').first()).toBeVisible();
	expect(server.arrived).toHaveLength(1);
	await server.close();
});

test('a page that others may not read is told with what to do, and its text is pasted instead', async ({
	page
}, info) => {
	const server = await startOutsideServer();
	await (await form(page, `${server.url}/no-cors/prices.html`)).click();
	await expect(page.getByText('The page could not be fetched')).toBeVisible();
	await expect(page.getByText(/does not allow other pages to read it \(CORS\)/)).toBeVisible();
	await page.screenshot({ path: info.outputPath('refused.png'), fullPage: true });
	await page.getByRole('button', { name: 'Paste text' }).click();
	// What is typed goes along, also where nobody says that it is to be used.
	await page.getByRole('textbox', { name: 'Text for price list' }).fill('A tea costs 2.80.');
	await startRun(page);
	await expect(page.locator('[data-cell=collect]')).toContainText('Done', { timeout: 30_000 });
	const cell = await openTab(page, 'collect', 'Output');
	await expect(cell).toContainText('Price list');
	await server.close();
});
