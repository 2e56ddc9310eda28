import type { BrowserContext, Locator, Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
import { expect, test as base } from './fixtures';
import { startWeek, useServer, WEEKS } from './report';

/** The weekly report on a model server of the test's own. */

export type Models = Awaited<ReturnType<typeof startModelServer>>;

export const test = base.extend<{ models: Models; asked: Set<string> }>({
	models: async ({ app: _app }, use) => {
		const models = await startModelServer({ slowMs: 60 });
		await use(models);
		await models.close();
	},
	/** Origins that anything in this browser asked, workers included. */
	asked: async ({ context }, use) => {
		await use(originsOf(context));
	}
});

function originsOf(context: BrowserContext): Set<string> {
	const asked = new Set<string>();
	context.on('request', (request) => {
		if (/^https?:/.test(request.url())) asked.add(new URL(request.url()).origin);
	});
	return asked;
}

/** A run of week 45 on the server; its id. */
export async function startOn(page: Page, models: Models, key?: string): Promise<string> {
	await useServer(page, models.baseUrl, { key });
	// Not by a new page load: a key lives as long as the page.
	await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Home' }).click();
	await page.getByRole('button', { name: /Start from the weekly report|Weekly performance report/ }).click();
	await expect(page.getByText('what the steps read is sent there')).toBeVisible();
	return startWeek(page, WEEKS[0]);
}

/** The first step that asks a model, once it has failed for good. */
export async function failedExtract(page: Page): Promise<Locator> {
	const cell = page.locator('[data-cell=extract]');
	await expect(cell.getByRole('button', { name: 'Retry', exact: true })).toBeVisible({ timeout: 60_000 });
	await expect(cell).toContainText('Failed');
	return cell;
}
