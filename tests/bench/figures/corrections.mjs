import { resolve } from 'node:path';
import { runnerImport } from 'vite';

/** Years that one sample is made of, so that a single unlucky draft does not speak for the product. */
const YEARS = 20;
const SAMPLES = 5;

/**
 * Twenty weekly runs with a growing set of corrections and a model that does not always do as it is told; see
 * `tests/bench/corrections`. Nothing of it needs a browser: choosing, merging, injecting, mending and judging are the
 * product's own code.
 * @type {Promise<Record<string, { held: number, of: number, tokens: number }[]>> | null}
 */
let measured = null;

async function years() {
	const { module } = await runnerImport(resolve('tests/bench/corrections/year.ts'), {
		configFile: false,
		resolve: { alias: { $lib: resolve('src/lib') } }
	});
	/** @type {Record<string, { held: number, of: number, tokens: number }[]>} */
	const all = {};
	for (const way of ['galley', 'append', 'append-once']) {
		all[way] = [];
		for (let sample = 0; sample < SAMPLES; sample++) {
			const sum = { held: 0, of: 0, tokens: 0 };
			for (let seed = 1; seed <= YEARS; seed++) {
				const { held, of, tokens } = await module.year(1000 * sample + seed, way);
				sum.held += held;
				sum.of += of;
				sum.tokens += tokens;
			}
			all[way].push(sum);
		}
	}
	return all;
}

/** @param {{ held: number, of: number }[]} sums */
const share = (sums) => sums.map(({ held, of }) => held / of);
/** @param {number[]} numbers */
const mean = (numbers) => Number((numbers.reduce((sum, one) => sum + one, 0) / numbers.length).toFixed(3));

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'corrections.held20',
		unit: 'share',
		better: 'higher',
		goal: 0.95,
		/** Of the confirmed corrections that run 20 gives occasion for: how many its draft keeps. */
		async measure() {
			const { galley, append, ...rest } = await (measured ??= years());
			return {
				samples: share(galley),
				details: { baseline: mean(share(append)), baselineOnce: mean(share(rest['append-once'])) }
			};
		}
	},
	{
		name: 'corrections.tokens20',
		unit: 'ratio',
		better: 'lower',
		goal: 0.4,
		/** Prompt tokens of run 20 that tell the model what to heed / the same where every note is appended. */
		async measure() {
			const { galley, append, ...rest } = await (measured ??= years());
			const tokens = (/** @type {{ tokens: number }[]} */ sums) => sums.map((sum) => sum.tokens / YEARS);
			return {
				samples: galley.map(({ tokens: ours }, at) => ours / append[at].tokens),
				details: {
					tokens: mean(tokens(galley)),
					baseline: mean(tokens(append)),
					baselineOnce: mean(tokens(rest['append-once']))
				}
			};
		}
	}
];
