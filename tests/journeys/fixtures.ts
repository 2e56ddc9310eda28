import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, type BrowserContext, type Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../../.ci/chromium.mjs';
import { serve } from '../../.ci/serve.mjs';

/** The folder that `npm run build` writes. */
export const BUILD = 'build';

export interface App {
	url: string;
	port: number;
	/** Takes the server away for good; for a browser that is merely offline use `context.setOffline(true)`. */
	close(): Promise<void>;
}

interface Fixtures {
	/** A server of this test's own. Its port makes an origin of its own, so nothing stored by another test is seen. */
	app: App;
	/** Behave like a static host that cannot set headers: `test.use({ plain: true })`. */
	plain: boolean;
	/**
	 * A browser with a profile on disk, where IndexedDB is written for real; a normal context keeps it in memory. A
	 * second call with the same folder opens the same profile again, as after a restart.
	 */
	newPersistent: (folder?: string) => Promise<{ context: BrowserContext; page: Page; folder: string }>;
}

export const test = base.extend<Fixtures>({
	plain: [false, { option: true }],
	app: async ({ plain }, use) => {
		const app = await serve({ dir: BUILD, plain });
		await use(app);
		await app.close();
	},
	baseURL: async ({ app }, use) => use(app.url),
	newPersistent: async ({ app, playwright }, use) => {
		const contexts: BrowserContext[] = [];
		const folders = new Set<string>();
		await use(async (folder = mkdtempSync(join(tmpdir(), 'galley-profile-'))) => {
			folders.add(folder);
			const executablePath = findChromium();
			const context = await playwright.chromium.launchPersistentContext(folder, {
				...(executablePath ? { executablePath } : {}),
				args: chromiumArgs(),
				baseURL: app.url,
				viewport: { width: 1440, height: 900 }
			});
			contexts.push(context);
			return { context, page: context.pages()[0] ?? (await context.newPage()), folder };
		});
		for (const context of contexts) await context.close().catch(() => undefined);
		for (const folder of folders) rmSync(folder, { recursive: true, force: true });
	}
});

export { expect } from '@playwright/test';

/** Resolves once the service worker has stored the app, so that the next visit needs no network. */
export async function offlineReady(page: Page): Promise<void> {
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', null, {
		polling: 100,
		timeout: 20_000
	});
}
