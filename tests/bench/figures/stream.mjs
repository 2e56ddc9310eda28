import { SECONDS, chooseProvider, startServer, streamWorkflow } from '../stream-server.mjs';
import { bringInWorkflow, LONG_TASKS, longTasks, REPEAT } from '../support.mjs';

/** How long tasks are watched in one turn. */
const WATCHED_MS = 12_000;

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'stream.vs_text',
		unit: 'ratio',
		better: 'lower',
		goal: 1.3,
		/** A model step that streams into its cell, by the app's own provider; beside the same text into a text node. */
		async measure({ url, open, log }) {
			const { context, server } = await prepared(url, open);
			const samples = [];
			const shares = [];
			let long = 0;
			for (let i = 0; i < REPEAT; i++) {
				const ours = await watched(context, (page) => startStream(page, url), cancelRun);
				const theirs = await watched(context, async (page) => {
					await page.goto(`${server.url}/text`);
					await page.getByText('The stream begins').waitFor();
				});
				samples.push(ours.busy / theirs.busy);
				shares.push(ours.script * 100);
				long += ours.long.length;
				const say = (/** @type {number} */ share) => `${(share * 100).toFixed(1)} %`;
				log(
					`  busy ${say(ours.busy)} (script ${say(ours.script)}), text node ${say(theirs.busy)}; long tasks: ${ours.long.length}`
				);
			}
			shares.sort((a, b) => a - b);
			const share = Number((shares[Math.floor(shares.length / 2)] ?? NaN).toFixed(2));
			return { samples, details: { script_percent: share, long_tasks: long } };
		}
	},
	{
		name: 'models.stream_longtasks',
		unit: 'tasks',
		better: 'lower',
		goal: 0,
		/** Tasks of the notebook's page longer than 50 ms at 200 tokens/s; beside it, of a page that only appends to a text node. */
		async measure({ url, open, log }) {
			const { context, server } = await prepared(url, open);
			const samples = [];
			let text = 0;
			const seen = async (/** @type {import('playwright').Page} */ page) => {
				await longTasks(page);
				await page.waitForTimeout(WATCHED_MS);
				return longTasks(page);
			};
			for (let i = 0; i < REPEAT; i++) {
				const page = await context.newPage();
				await page.addInitScript(LONG_TASKS);
				await startStream(page, url);
				const tasks = await seen(page);
				samples.push(tasks.length);
				log(`  long tasks: ${tasks.length > 0 ? `${tasks.join(' ')} ms` : 'none'}`);
				// A run that is left would go on in the next page, and take its place in the queue.
				await page.locator('[data-cell=write]').getByText('Done').waitFor({ timeout: 120_000 });
				await page.goto(`${server.url}/text`);
				await page.getByText('The stream begins').waitFor();
				text += (await seen(page)).length;
				await page.close();
			}
			return { samples, details: { text_node: text } };
		}
	}
];

/**
 * A browser whose workflow asks a server that streams.
 * @param {string} url @param {import('../run.mjs').Context['open']} open
 */
async function prepared(url, open) {
	const server = await startServer();
	const context = await open();
	context.on('close', () => void server.close());
	const setup = context.pages()[0] ?? (await context.newPage());
	await bringInWorkflow(setup, url, streamWorkflow());
	await setup.evaluate(chooseProvider, `${server.url}/v1`);
	await setup.close();
	return { context, server };
}

/** Until the first text is there. @param {import('playwright').Page} page @param {string} url */
async function startStream(page, url) {
	await page.goto(`${url}/workflows/stream/start`);
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\//);
	await page.getByText('The stream begins').first().waitFor();
}

/**
 * What the main thread does while text arrives, as shares of the time that passes.
 * @param {import('playwright').BrowserContext} context
 * @param {(page: import('playwright').Page) => Promise<void>} begin returns when the first text is there
 * @param {(page: import('playwright').Page) => Promise<void>} [end] before the page is closed
 */
async function watched(context, begin, end = async () => undefined) {
	const page = await context.newPage();
	await page.addInitScript(LONG_TASKS);
	const devtools = await context.newCDPSession(page);
	// In time of the processor: what else this machine does must not count.
	await devtools.send('Performance.enable', { timeDomain: 'threadTicks' });
	const read = async () => {
		const { metrics } = await devtools.send('Performance.getMetrics');
		return { at: performance.now(), ...Object.fromEntries(metrics.map(({ name, value }) => [name, value])) };
	};
	await begin(page);
	// What lies under a pointer is looked for again after each layout, so it lies in the text of both.
	await page.mouse.move(400, 400);
	await longTasks(page);
	const before = await read();
	await page.waitForTimeout((SECONDS - 2) * 1_000);
	const after = await read();
	const long = await longTasks(page);
	await end(page);
	await page.close();
	const share = (/** @type {string} */ name) =>
		((after[name] ?? 0) - (before[name] ?? 0)) / ((after.at - before.at) / 1_000);
	return { busy: share('TaskDuration'), script: share('ScriptDuration'), long };
}

/** A run that is left would go on in the next page, and take its place in the queue. @param {import('playwright').Page} page */
async function cancelRun(page) {
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Cancel run' }).click();
	await page.getByRole('button', { name: 'Cancel the run' }).click();
	await page.getByText('Cancelled').first().waitFor();
}
