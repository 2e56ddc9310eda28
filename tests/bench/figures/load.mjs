import lighthouse from 'lighthouse';
import { serve } from '../../../.ci/serve.mjs';
import { openNotebook } from '../notebook.mjs';
import { buildEmptyPeer } from '../peer.mjs';

const REPEAT = 5;

/** The home screen, once it has something to say; a screen that still loads marks its `main` as busy. */
const USABLE = 'main:not([aria-busy="true"])';

/** Written into a page before its own code: notes when the screen is usable, counted from the start of the navigation. */
const STOPWATCH = `
	const watch = new MutationObserver(() => {
		const main = document.querySelector('${USABLE}');
		if (!main || !main.innerText.trim()) return;
		watch.disconnect();
		requestAnimationFrame(() => { globalThis.usableAfter = performance.now(); });
	});
	watch.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });`;

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'load.js_br_kb',
		unit: 'kB',
		better: 'lower',
		goal: 80,
		/** A first visit, so each repetition has a profile of its own. Workers load beside the page and are not counted. */
		async measure({ url, open }) {
			const samples = [];
			let files = 0;
			for (let i = 0; i < REPEAT; i++) {
				const context = await open();
				const sizes = new Map();
				context.on('response', (response) => {
					const headers = response.headers();
					const inWorker = response.url().includes('/immutable/workers/');
					if (headers['content-type']?.includes('javascript') && !inWorker) {
						sizes.set(response.url(), Number(headers['content-length']));
					}
				});
				const page = context.pages()[0] ?? (await context.newPage());
				await page.goto(url);
				await page.waitForSelector(USABLE);
				files = sizes.size;
				samples.push([...sizes.values()].reduce((sum, bytes) => sum + bytes, 0) / 1000);
				await context.close();
			}
			return { samples, details: { files } };
		}
	},
	{
		name: 'load.lighthouse',
		unit: 'score',
		better: 'higher',
		goal: 100,
		/** The lowest of three categories on the lower of two screens counts: home, and a notebook of 200 cells. */
		async measure(given) {
			const { url, log } = given;
			const port = 9300 + (process.pid % 500);
			const { run } = await openNotebook(given, 200, { args: [`--remote-debugging-port=${port}`] });
			const pages = { home: url, notebook: run };
			const samples = [];
			/** @type {Record<string, number>} */
			let lowest = {};
			for (let i = 0; i < REPEAT; i++) {
				/** @type {Record<string, number>} */
				const both = {};
				for (const [page, address] of Object.entries(pages)) {
					for (const [category, score] of Object.entries(await audit(address, port, i === 0 ? log : null))) {
						both[`${page}.${category}`] = score;
					}
				}
				const value = Math.min(...Object.values(both));
				if (samples.every((sample) => sample > value)) lowest = both;
				samples.push(value);
			}
			return { samples, details: { lowest } };
		}
	},
	{
		name: 'load.offline_ms',
		unit: 'ratio',
		better: 'lower',
		goal: 1.5,
		/** Offline reload until usable, over the same of an empty SvelteKit page that a service worker keeps. */
		async measure({ url, open, log }) {
			const context = await open();
			const peer = await serve({ dir: buildEmptyPeer(), plain: true });
			context.on('close', () => void peer.close());
			await context.addInitScript(STOPWATCH);
			const [ours, theirs] = await Promise.all([installed(context, url), installed(context, peer.url)]);
			await context.setOffline(true);
			const samples = [];
			const milliseconds = { ours: /** @type {number[]} */ ([]), theirs: /** @type {number[]} */ ([]) };
			// In turns, so that whatever else the machine does meets both. The first turn warms up.
			for (let i = -1; i < 2 * REPEAT; i++) {
				const a = await reload(ours);
				const b = await reload(theirs);
				if (i < 0) continue;
				samples.push(a / b);
				milliseconds.ours.push(Math.round(a));
				milliseconds.theirs.push(Math.round(b));
			}
			log(`  ours ${milliseconds.ours.join(' ')} ms; empty page ${milliseconds.theirs.join(' ')} ms`);
			return { samples };
		}
	}
];

/**
 * Scores of a page by category, mobile preset. What is stored stays: the notebook is a run that lies on the device.
 * @param {string} address @param {number} port @param {((message: string) => void) | null} log
 */
async function audit(address, port, log) {
	const result = await lighthouse(address, {
		port,
		logLevel: 'error',
		disableStorageReset: true,
		onlyCategories: ['performance', 'accessibility', 'best-practices']
	});
	if (!result) throw new Error('lighthouse gave no result');
	const { categories, audits, runtimeError } = result.lhr;
	if (runtimeError) throw new Error(runtimeError.message);
	for (const { id, title, score, scoreDisplayMode } of Object.values(audits)) {
		const scored = scoreDisplayMode === 'binary' || scoreDisplayMode === 'metricSavings';
		if (scored && score !== null && score < 1) log?.(`  ${new URL(address).pathname} ${id}: ${title}`);
	}
	return Object.fromEntries(
		Object.values(categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)])
	);
}

/** A page whose service worker has stored everything. @param {import('playwright').BrowserContext} context @param {string} url */
async function installed(context, url) {
	const page = await context.newPage();
	await page.goto(url);
	await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', null, {
		polling: 100
	});
	return page;
}

/** @param {import('playwright').Page} page */
async function reload(page) {
	await page.bringToFront();
	await page.reload();
	const handle = await page.waitForFunction(() => Reflect.get(globalThis, 'usableAfter'), null, {
		polling: 20,
		timeout: 30_000
	});
	return /** @type {number} */ (await handle.jsonValue());
}
