import {
	benchPage,
	bringInWorkflow,
	inTurns,
	LONG_TASKS,
	longTasks,
	openBench,
	REPEAT,
	whole
} from '../support.mjs';

const STEPS = 1_000;

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'engine.chain.vs_idb',
		unit: 'ratio',
		better: 'lower',
		goal: 0.8,
		/** Beside the same number of IndexedDB transactions with one put each, in the same worker. */
		async measure(context) {
			const { page } = await openBench(context);
			return inTurns(
				context.log,
				async () => (await page.evaluate((steps) => bench.engine().chain('both', steps, true), STEPS)).ms,
				() => page.evaluate((steps) => bench.engine().raw(steps), STEPS)
			);
		}
	},
	{
		name: 'engine.fan.vs_idb',
		unit: 'ratio',
		better: 'lower',
		goal: 0.5,
		/** A map of 1,000 items, 8 at once, every item logged, beside the same raw sequence. */
		async measure(context) {
			const { page } = await openBench(context);
			return inTurns(
				context.log,
				async () => (await page.evaluate((items) => bench.engine().fan('both', items), STEPS)).ms,
				() => page.evaluate((items) => bench.engine().raw(items), STEPS)
			);
		}
	},
	{
		name: 'engine.chain.vs_langgraph',
		unit: 'ratio',
		better: 'lower',
		goal: 1,
		async measure(context) {
			const { page } = await openBench(context);
			return inTurns(
				context.log,
				async () => (await page.evaluate((steps) => bench.engine().chain('both', steps, true), STEPS)).ms,
				() => page.evaluate((steps) => bench.peer().loop(steps), STEPS)
			);
		}
	},
	{
		name: 'engine.resume_ms',
		unit: 'ms',
		better: 'lower',
		goal: 300,
		/** A page of its own for each start, so nothing is warm but the disk; beside a store with a tenth of the runs. */
		async measure(given) {
			const { context, page, url } = await openBench(given);
			const taken = { few: /** @type {number[]} */ ([]), many: /** @type {number[]} */ ([]) };
			await page.evaluate(() => bench.engine().seed('few', 100, 49));
			await page.evaluate(() => bench.engine().seed('many', 1_000, 49));
			for (let i = -1; i < REPEAT; i++) {
				for (const name of /** @type {const} */ (['few', 'many'])) {
					const number = 2_000 + i;
					await page.evaluate(([name, number]) => bench.engine().leave(name, number, 49), [name, number]);
					const fresh = await benchPage(context, url);
					const ms = await fresh.evaluate((name) => bench.resume(name), name);
					await fresh.evaluate((number) => bench.engine().cancel(number), number);
					await fresh.close();
					if (i >= 0) taken[name].push(ms);
				}
			}
			given.log(
				`  1,000 runs, 100,000 events: ${whole(taken.many)} ms; a tenth of it: ${whole(taken.few)} ms`
			);
			return { samples: taken.many };
		}
	},
	{
		name: 'engine.page_longtasks',
		unit: 'tasks',
		better: 'lower',
		goal: 0,
		/** In the built app, which has no step that does nothing: each step checks what the one before it found. */
		async measure({ url, open, log }) {
			const samples = [];
			for (let i = 0; i < REPEAT; i++) {
				const context = await open();
				const page = context.pages()[0] ?? (await context.newPage());
				await page.addInitScript(LONG_TASKS);
				await bringInWorkflow(page, url, chainOfChecks());
				await page.goto(`${url}/workflows/checks/start`);
				await page.getByRole('button', { name: 'Start run' }).click();
				await page.waitForURL(/\/runs\//);
				await longTasks(page);
				const begun = Date.now();
				await page.waitForFunction(ended, null, { polling: 250, timeout: 120_000 });
				const tasks = await longTasks(page);
				log(`  ${tasks.length} in ${Date.now() - begun} ms: ${tasks.join(' ')} ms`);
				samples.push(tasks.length);
				await context.close();
			}
			return { samples };
		}
	}
];

/** True once the list row of the newest run says that it is done. */
function ended() {
	return new Promise((resolve, reject) => {
		const opening = indexedDB.open('galley');
		opening.onerror = () => reject(opening.error);
		opening.onsuccess = () => {
			const db = opening.result;
			const rows = db.transaction('runs').objectStore('runs').getAll();
			rows.onsuccess = () => {
				db.close();
				resolve(rows.result.some((row) => row.status === 'done'));
			};
		};
	});
}

function chainOfChecks() {
	return {
		format: 1,
		id: 'checks',
		title: 'Checks',
		steps: Array.from({ length: STEPS }, (_, index) => ({
			id: `s${index}`,
			title: `Step ${index}`,
			kind: 'check',
			job: 'evaluate',
			inputs: { draft: index === 0 ? 'run.date' : `steps.s${index - 1}.output` },
			with: { maxWords: 100 }
		}))
	};
}
