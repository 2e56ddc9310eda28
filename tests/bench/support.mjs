import { servePage } from './page.mjs';

/** Repetitions of a figure; the first turn of each warms up and is not among them. */
export const REPEAT = 5;

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('playwright').BrowserContext} BrowserContext */

/** @param {number[]} values */
export const whole = (values) => values.map(Math.round).join(' ');

/** A page on the bench's own build. @param {BrowserContext} context @param {string} url */
export async function benchPage(context, url) {
	const page = await context.newPage();
	await page.goto(url);
	await page.waitForFunction(() => 'bench' in globalThis);
	return page;
}

/** A browser with a page on the bench's own build. @param {import('./run.mjs').Context} context */
export async function openBench({ open }) {
	const served = await servePage();
	const context = await open();
	context.on('close', () => void served.close());
	return { context, url: served.url, page: await benchPage(context, served.url) };
}

/**
 * Ours and theirs in turns, so that whatever else the machine does meets both.
 * @param {(message: string) => void} log
 * @param {() => Promise<number>} ours
 * @param {() => Promise<number>} theirs
 * @param {string} [unit]
 */
export async function inTurns(log, ours, theirs, unit = 'ms') {
	const samples = [];
	const taken = { ours: /** @type {number[]} */ ([]), theirs: /** @type {number[]} */ ([]) };
	for (let i = -1; i < REPEAT; i++) {
		const a = await ours();
		const b = await theirs();
		if (i < 0) continue;
		samples.push(a / b);
		taken.ours.push(a);
		taken.theirs.push(b);
	}
	log(`  ours ${whole(taken.ours)} ${unit}; beside it ${whole(taken.theirs)} ${unit}`);
	return { samples };
}

/** Written into a page before its own code: counts tasks of the main thread that take longer than 50 ms. */
export const LONG_TASKS = `
	globalThis.longTasks = [];
	new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((one) => Math.round(one.duration))))
		.observe({ type: 'longtask', buffered: true });`;

/** The long tasks since the page began, or since the last call. @param {Page} page @returns {Promise<number[]>} */
export function longTasks(page) {
	return page.evaluate(() => globalThis.longTasks.splice(0));
}

/**
 * Brings a file in the way a person does, and waits for the page that the app goes to.
 * @param {Page} page @param {string} url the built app @param {string} text @param {RegExp} arrives
 */
export async function bringIn(page, url, text, arrives) {
	await page.goto(`${url}/workflows`);
	const chosen = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: 'Import', exact: true }).first().click();
	const file = { name: 'bench.json', mimeType: 'application/json', buffer: Buffer.from(text) };
	await (await chosen).setFiles(file);
	await page.waitForURL(arrives, { timeout: 120_000 });
}

/**
 * Brings in a workflow and makes it one's own, with all that it asks for: as it comes, it runs nothing.
 * @param {Page} page @param {string} url the built app @param {{ id: string }} workflow
 */
export async function bringInWorkflow(page, url, workflow) {
	await bringIn(page, url, JSON.stringify(workflow), new RegExp(`/workflows/${workflow.id}$`));
	await page.getByRole('heading', { name: 'Permissions' }).waitFor();
	const mine = page.getByRole('button', { name: 'Make it mine' });
	await mine.click();
	await mine.waitFor({ state: 'hidden' });
	const allow = page.getByRole('button', { name: 'Allow all of it' });
	if (!(await allow.isVisible())) return;
	await allow.click();
	await allow.waitFor({ state: 'hidden' });
}
