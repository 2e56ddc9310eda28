import { openBench, REPEAT } from '../support.mjs';

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'storage.recent_runs_ms',
		unit: 'ms',
		better: 'lower',
		goal: 10,
		/** Newest 50 of 1,000 runs with 100 results each; beside 100 such runs, which shows whether it is flat. */
		async measure(context) {
			const { page } = await openBench(context);
			await page.evaluate(() => bench.engine().seed('few', 100, 100));
			await page.evaluate(() => bench.engine().seed('many', 1_000, 100));
			const few = await page.evaluate((times) => bench.recentRuns('few', times), 2 * REPEAT);
			const samples = await page.evaluate((times) => bench.recentRuns('many', times), 2 * REPEAT);
			const say = (/** @type {number[]} */ taken) => taken.map((ms) => ms.toFixed(1)).join(' ');
			context.log(`  1,000 runs: ${say(samples)} ms; 100 runs: ${say(few)} ms`);
			return { samples };
		}
	},
	{
		name: 'storage.search_ms',
		unit: 'ms',
		better: 'lower',
		goal: 30,
		/** p95 of searches while two words are typed, over 10,000 documents of 200 words. */
		async measure(context) {
			const { page } = await openBench(context);
			const built = await page.evaluate(() => bench.search().build(10_000, 200));
			const samples = [];
			const middles = [];
			for (let round = -1; round < REPEAT; round++) {
				const taken = (await page.evaluate(() => bench.search().type(2))).sort((a, b) => a - b);
				if (round < 0) continue;
				samples.push(taken[Math.floor(0.95 * taken.length)]);
				middles.push(taken[Math.floor(taken.length / 2)]);
			}
			const say = (/** @type {number[]} */ taken) => taken.map((ms) => ms.toFixed(1)).join(' ');
			context.log(`  p95 ${say(samples)} ms; median ${say(middles)} ms; indexed in ${Math.round(built)} ms`);
			return { samples, details: { index_ms: Math.round(built) } };
		}
	}
];
