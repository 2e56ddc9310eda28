import { openBench, REPEAT, whole } from '../support.mjs';

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'fold.events_per_s',
		unit: 'events/s',
		better: 'higher',
		goal: 500_000,
		/** A log of 100,000 events with a failed try of every step; beside one of 10,000, which shows whether it is linear. */
		async measure(context) {
			const { page } = await openBench(context);
			const samples = [];
			const small = [];
			for (let i = -1; i < REPEAT; i++) {
				const many = await page.evaluate(() => bench.engine().fold(100_000));
				const few = await page.evaluate(() => bench.engine().fold(10_000));
				if (i < 0) continue;
				samples.push(many);
				small.push(few);
			}
			context.log(`  100,000 events: ${whole(samples)} a second; 10,000 events: ${whole(small)} a second`);
			return { samples };
		}
	}
];
