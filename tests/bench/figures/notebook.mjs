import { BODY, firstCell, forgetFirstViews, openNotebook, serveStatic, STOPWATCH } from '../notebook.mjs';
import { inTurns, LONG_TASKS, longTasks } from '../support.mjs';

const CELLS = 1_000;

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'notebook.open.vs_static',
		unit: 'ratio',
		better: 'lower',
		goal: 1.5,
		/** A page of its own for each opening of a notebook that was open on this device before, so its first view is there. */
		measure: (given) => openings(given, async () => undefined)
	},
	{
		name: 'notebook.open_new.vs_static',
		unit: 'ratio',
		better: 'lower',
		goal: 1.5,
		/** The same of a notebook that this device has not drawn yet: nothing is there before the app. */
		measure: (given) => openings(given, forgetFirstViews)
	},
	{
		name: 'notebook.heap_mb',
		unit: 'MB',
		better: 'lower',
		goal: 60,
		measure: async (given) => ({ samples: (await looks(given)).heap })
	},
	{
		name: 'notebook.scroll_longtasks',
		unit: 'tasks',
		better: 'lower',
		goal: 0,
		measure: async (given) => ({ samples: (await looks(given)).tasks })
	}
];

/**
 * First cell painted, in the app and in a static page, in a browser that knows the app.
 * @param {import('../run.mjs').Context} given
 * @param {(page: import('playwright').Page) => Promise<unknown>} after what is done on each page before it is closed
 */
async function openings(given, after) {
	const { context, run, contents } = await openNotebook(given, CELLS);
	const plain = await serveStatic(contents);
	context.on('close', () => void plain.close());
	const opened = async (/** @type {string} */ url) => {
		const page = await context.newPage();
		await page.addInitScript(STOPWATCH);
		const ms = await firstCell(page, url);
		await after(page);
		await page.close();
		return ms;
	};
	return inTurns(
		given.log,
		() => opened(run),
		() => opened(plain.url)
	);
}

/** How often every cell is looked at; going through a thousand takes a while. */
const LOOKS = 3;

/** @type {ReturnType<typeof look> | null} */
let looked = null;

/** Both figures come from the same looks. @param {import('../run.mjs').Context} given */
const looks = (given) => (looked ??= look(given));

/**
 * Goes through all cells: long tasks meanwhile, and the heap after that, in MB.
 * @param {import('../run.mjs').Context} given
 */
async function look(given) {
	const { context, run } = await openNotebook(given, CELLS);
	const found = { heap: /** @type {number[]} */ ([]), tasks: /** @type {number[]} */ ([]) };
	for (let i = 0; i < LOOKS; i++) {
		const page = await context.newPage();
		await page.addInitScript(LONG_TASKS);
		await page.goto(run);
		await page.waitForSelector(BODY);
		await page.waitForTimeout(2_000);
		const opening = await longTasks(page);
		await scrollThrough(page);
		const tasks = await longTasks(page);
		const longest = (/** @type {number[]} */ found) => Math.max(0, ...found);
		given.log(
			`  scrolling ${tasks.length}, longest ${longest(tasks)} ms; opening ${opening.length}, ${longest(opening)} ms`
		);
		const devtools = await context.newCDPSession(page);
		await devtools.send('Performance.enable');
		await devtools.send('HeapProfiler.collectGarbage');
		const { metrics } = await devtools.send('Performance.getMetrics');
		found.heap.push((metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? NaN) / 1e6);
		found.tasks.push(tasks.length);
		await page.close();
	}
	return found;
}

/** To the end of the page, a window in every frame. @param {import('playwright').Page} page */
function scrollThrough(page) {
	return page.evaluate(async () => {
		const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
		for (let still = 0; still < 20;) {
			const before = scrollY;
			scrollBy({ top: innerHeight, behavior: 'instant' });
			await frame();
			still = scrollY === before ? still + 1 : 0;
		}
	});
}
