import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { marked } from 'marked';
import { serve } from '../../.ci/serve.mjs';
import { benchPage, bringIn } from './support.mjs';
import { servePage } from './page.mjs';

/** Below node_modules, so that no tool takes it for our sources. */
const STATIC = 'node_modules/.cache/galley/static-notebook';

/** The body of a cell, in the app and in the static page alike. */
export const BODY = '[data-cell] .body';

/** The same, or what a finished run's first view shows of it before the app has drawn it. */
const PAINTED = `${BODY}, [data-pictured] .body`;

/** Where the app keeps first views. */
const FIRST_VIEWS = 'galley-first-views';

/** Written into a page before its own code: when the first cell is painted with its text, from the navigation's start. */
export const STOPWATCH = `
	const watch = new MutationObserver(() => {
		const body = document.querySelector('${PAINTED}');
		if (!body || body.textContent.length < 500) return;
		watch.disconnect();
		requestAnimationFrame(() => setTimeout(() => { globalThis.firstCell = performance.now(); }));
	});
	watch.observe(document, { subtree: true, childList: true, characterData: true });`;

/** @param {import('playwright').Page} page @param {string} url @returns {Promise<number>} */
export async function firstCell(page, url) {
	await page.goto(url, { waitUntil: 'commit' });
	const found = await page.waitForFunction(() => globalThis.firstCell, null, {
		polling: 20,
		timeout: 60_000
	});
	return found.jsonValue();
}

/**
 * The built app with a finished run of many cells in it, brought in as an export. Its notebook was open and came to rest,
 * as one has to which somebody comes back.
 * @param {import('./run.mjs').Context} given @param {number} cells @param {Parameters<import('./run.mjs').Context['open']>[0]} [options]
 */
export async function openNotebook({ open, url }, cells, options) {
	const context = await open(options);
	const served = await servePage();
	const bench = await benchPage(context, served.url);
	const { text, contents } = await bench.evaluate((cells) => globalThis.bench.engine().bundle(cells), cells);
	await bench.close();
	await served.close();
	const page = context.pages()[0] ?? (await context.newPage());
	await bringIn(page, url, text, /\/runs\//);
	await page.waitForSelector(BODY, { timeout: 60_000 });
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', null, {
		polling: 100
	});
	const run = page.url();
	// Once more with a service worker, as whoever finds it again opens it.
	await page.goto(run);
	await page.waitForSelector(BODY);
	await page.waitForFunction(
		async (name) => (await (await caches.open(name)).keys()).length > 0,
		FIRST_VIEWS,
		{
			polling: 100,
			timeout: 60_000
		}
	);
	await page.close();
	return { context, run, contents };
}

/** Has a notebook be one that this device has never drawn. @param {import('playwright').Page} page any page of the app */
export const forgetFirstViews = (page) => page.evaluate((name) => caches.delete(name), FIRST_VIEWS);

/** The same cells as a plain page without any script. @param {unknown[]} contents */
export async function serveStatic(contents) {
	const cells = contents.map((content, index) => {
		const html =
			typeof content === 'string'
				? marked.parse(content)
				: `<pre>${escape(JSON.stringify(content, null, 2))}</pre>`;
		return `<article data-cell="s${index}"><h2>Part ${index + 1}</h2><div class="body">${html}</div></article>`;
	});
	const style =
		'body { font: 16px/1.5 system-ui; max-width: 44rem; margin: auto } article { content-visibility: auto; contain-intrinsic-size: auto 40rem }';
	rmSync(STATIC, { recursive: true, force: true });
	mkdirSync(STATIC, { recursive: true });
	writeFileSync(
		`${STATIC}/200.html`,
		`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Static</title><style>${style}</style></head><body>${cells.join('\n')}</body></html>`
	);
	return serve({ dir: STATIC, plain: true });
}

/** @param {string} text */
const escape = (text) => text.replace(/[&<]/g, (sign) => (sign === '&' ? '&amp;' : '&lt;'));
