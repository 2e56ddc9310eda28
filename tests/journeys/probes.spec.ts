// Real: the built app, its workers, its service worker, both kinds of hosting. Ours: a sink that writes down what arrives.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from '@playwright/test';
import { FIRST_VISIT_WITHOUT_HEADERS, IN_PAGE, LEAVING, tryAll } from '../support/probes.mjs';
import { startSink, type Sink } from '../support/sink.mjs';
import { expect, offlineReady, test } from './fixtures';
import { chooseWeeklyReport, gate, startWeek } from './report';

let sink: Sink;
test.beforeEach(async () => {
	sink = await startSink();
});
test.afterEach(() => sink.close());

/** A page of the app on a run, so that its workers are there. */
async function withWorkers(page: Page): Promise<string> {
	await chooseWeeklyReport(page);
	await startWeek(page, '2026-W45');
	await gate(page);
	return page.url();
}

/** Further pages open where the first one was. */
function opener(context: BrowserContext, first: Page, address: string) {
	let fresh: Page | null = first;
	return async () => {
		const page = fresh ?? (await context.newPage());
		if (!fresh) await page.goto(address);
		fresh = null;
		return page;
	};
}

test.describe('a host that sets headers', () => {
	test('nothing leaves by any way that we know, from the first visit on', async ({ page, context }) => {
		test.setTimeout(120_000);
		const address = await withWorkers(page);
		const { tried, leaked } = await tryAll({ open: opener(context, page, address), sink });
		console.log(`headers: ${tried} ways tried, out: ${leaked.join(', ') || 'none'}`);
		expect(tried).toBeGreaterThan(80);
		expect(leaked).toEqual([]);
	});
});

test.describe('a host that sets none', () => {
	test.use({ plain: true });

	test('nothing leaves once the service worker is there; before, only what is documented', async ({
		page,
		context
	}) => {
		test.setTimeout(240_000);
		await page.goto('/');
		await offlineReady(page);
		const address = await withWorkers(page);
		const { tried, leaked } = await tryAll({ open: opener(context, page, address), sink });
		console.log(`plain: ${tried} ways tried, out: ${leaked.join(', ') || 'none'}`);
		expect(tried).toBeGreaterThan(80);
		expect(leaked).toEqual([]);
	});

	test('the first visit: what gets out is what is documented', async ({ browser, app }) => {
		test.setTimeout(240_000);
		const contexts: BrowserContext[] = [];
		const open = async () => {
			// No service worker, as before it is installed.
			const context = await browser.newContext({ serviceWorkers: 'block', baseURL: app.url });
			contexts.push(context);
			const page = await context.newPage();
			await page.goto('/');
			await expect(page.getByRole('button', { name: /Start from the weekly report/ })).toBeVisible();
			return page;
		};
		const { tried, leaked } = await tryAll({ open, sink });
		console.log(`first visit, plain: ${tried} ways tried, out: ${leaked.join(', ') || 'none'}`);
		expect(leaked).toEqual(FIRST_VISIT_WITHOUT_HEADERS);

		// What Galley itself would send waits for a worker that has its policy.
		const page = await open();
		await page.goto('/settings');
		await page.getByRole('radio', { name: /Server of your choice/ }).check();
		await page.getByRole('textbox', { name: 'Address' }).fill(`${sink.url}/v1`);
		await page.getByRole('textbox', { name: 'Model' }).fill('tester');
		sink.clear();
		await page.getByRole('button', { name: 'Test the connection' }).click();
		const section = page.getByRole('region', { name: 'Connection test' });
		await expect(section).toContainText('its guard was not in place yet', { timeout: 30_000 });
		expect([...sink.arrived]).toEqual([]);
		for (const context of contexts) await context.close();
	});
});

test('the sink hears what does get out: a page without any policy', async ({ context }) => {
	test.setTimeout(120_000);
	// From this device like the app: a browser keeps pages from elsewhere away from the loopback.
	const bare = createServer((_request, response) => {
		response.setHeader('content-type', 'text/html').end('<!doctype html><title>Bare</title><body>');
	});
	await new Promise<void>((resolve) => bare.listen(0, 'localhost', resolve));
	const address = `http://localhost:${(bare.address() as AddressInfo).port}/`;
	const open = async () => {
		const page = await context.newPage();
		await page.goto(address);
		return page;
	};
	const { leaked } = await tryAll({ open, sink });
	const silent = [...Object.keys(IN_PAGE), ...Object.keys(LEAVING)].filter((name) => !leaked.includes(name));
	console.log(`no policy: ${leaked.length} got out, silent: ${silent.join(', ')}`);
	expect(leaked.length).toBeGreaterThan(40);
	bare.close();
});
