import { inTurns, openBench } from '../support.mjs';

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'journal.cost',
		unit: 'ratio',
		better: 'lower',
		goal: 1.3,
		/** The chain of 1,000 steps with both copies, beside the same with the database alone. */
		async measure(context) {
			const { page } = await openBench(context);
			const chain = async (/** @type {string} */ name, /** @type {boolean} */ journal) => {
				const given = { name, journal };
				return (await page.evaluate(({ name, journal }) => bench.engine().chain(name, 1_000, journal), given))
					.ms;
			};
			return inTurns(
				context.log,
				() => chain('both', true),
				() => chain('alone', false)
			);
		}
	}
];
