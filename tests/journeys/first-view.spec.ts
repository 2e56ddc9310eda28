import type { Page } from '@playwright/test';
import { expect, offlineReady, test } from './fixtures';
import { startImported, yamlFile } from './importing';

const PLANTED = `<img src=x onerror=globalThis.hacked=1><script>globalThis.hacked=1</script>`;
const FINISHED = yamlFile(`
format: 1
id: planted
title: Planted
steps:
  - id: text
    title: The text
    kind: transform
    job: extract
    with: { expression: '"Revenue was 48,210. ${PLANTED}"' }
`);

/** Before any code of the page: what of a first view was there when the app had drawn nothing yet. */
const WATCH = `
	new MutationObserver((_, watch) => {
		const view = document.querySelector('.first-view');
		if (!view || !view.textContent.includes('48,210')) return;
		watch.disconnect();
		globalThis.early = {
			text: view.textContent,
			inert: view.inert && view.ariaHidden === 'true',
			app: document.querySelector('.app-root .notebook') !== null
		};
	}).observe(document, { subtree: true, childList: true });`;

const early = (page: Page) => page.evaluate(() => Reflect.get(globalThis, 'early') as unknown);
const keys = (page: Page) =>
	page.evaluate(async () => {
		const kept = await (await caches.open('galley-first-views')).keys();
		return kept.map(({ url }) => new URL(url).pathname);
	});

test('a finished run is on the screen before the app, as a picture that the app takes the place of', async ({
	page
}) => {
	await page.addInitScript(WATCH);
	const id = await startImported(page, FINISHED);
	const chip = page.getByRole('main').getByText('Done', { exact: true }).first();
	await expect(chip).toBeVisible({ timeout: 30_000 });
	await offlineReady(page);

	// Opened finished and left alone, it is kept; the next time its picture is there first, and the app then.
	await page.reload();
	await expect.poll(() => keys(page)).toEqual([`/first-view/runs/${id}`]);
	await page.reload();
	const title = page.getByRole('article').getByRole('button', { name: 'The text', exact: true });
	await title.press('Enter');
	await expect(page.locator('.first-view')).toHaveCount(0);
	await expect(title).toHaveAttribute('aria-expanded', 'false');
	expect(await early(page)).toMatchObject({ app: false, inert: true });
	expect(await early(page)).toHaveProperty('text', expect.stringContaining('<img src=x'));

	// An address that asks for a cell, a theme that has changed: none.
	await page.goto(`/runs/${id}#text`);
	await page.reload();
	await expect(title).toBeVisible();
	expect(await early(page)).toBeUndefined();

	// What lies in the cache may be anything: it is not shown then, and leads nowhere.
	await page.evaluate(async (path) => {
		const cache = await caches.open('galley-first-views');
		const view = (await (await cache.match(path))?.json()) as { html: string };
		view.html += '<meta http-equiv="refresh" content="0;url=/settings"><script src="/a.js"></script>48,210';
		await cache.put(path, Response.json(view));
	}, `/first-view/runs/${id}`);
	await page.goto(`/runs/${id}`);
	await expect(title).toBeVisible();
	expect(await early(page)).toBeUndefined();
	expect(await page.evaluate(() => Reflect.get(globalThis, 'hacked') as unknown)).toBeUndefined();

	// A text of one's own changes the run, so what was kept goes; all of it goes with everything.
	await expect.poll(() => keys(page)).toHaveLength(1);
	await page.keyboard.press('n');
	await page.keyboard.type('Seen.');
	await page.keyboard.press('ControlOrMeta+Enter');
	await expect.poll(() => keys(page)).toEqual([]);
	await page.reload();
	await expect.poll(() => keys(page)).toHaveLength(1);
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Delete everything…' }).click();
	await page.getByRole('dialog').getByRole('textbox').fill('delete everything');
	await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
	await page.waitForURL(/\/$/);
	expect(await keys(page)).toEqual([]);
});

test('a picture of what is no longer so is not what is seen', async ({ page }) => {
	await page.addInitScript(WATCH);
	const id = await startImported(page, FINISHED);
	await offlineReady(page);
	await page.reload();
	await expect.poll(() => keys(page)).toHaveLength(1);
	const rewrite = (change: { head?: string; to?: string }) =>
		page.evaluate(
			async ({ head, to, from }) => {
				const cache = await caches.open('galley-first-views');
				const view = (await (await cache.match(from))?.json()) as object;
				await cache.put(to ?? from, Response.json({ ...view, ...(head ? { head } : {}) }));
			},
			{ ...change, from: `/first-view/runs/${id}` }
		);
	// Of another log, or of a run that is not there: the app says what is.
	await rewrite({ head: `1 ${'0'.repeat(64)}` });
	await rewrite({ to: '/first-view/runs/gone' });
	await page.reload();
	await expect(page.locator('.first-view')).toHaveCount(0);
	await expect(page.getByRole('article', { name: 'The text' })).toBeVisible();
	await page.goto('/runs/gone');
	await expect(page.getByText('There is no such run on this device')).toBeVisible();
	await expect(page.locator('.first-view')).toHaveCount(0);
});
