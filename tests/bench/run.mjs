/**
 * `npm run bench`: measures the built app in headless Chromium, one JSON line for each figure on standard output, and
 * everything else on standard error. `npm run bench -- load` measures the figures whose names begin with that word.
 *
 * Machines are noisy, so a speed is a ratio of two things measured in turns in one run. A bench fails no build: a figure
 * that cannot be measured says so and the next one follows.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { buildOrExit } from '../../.ci/build.mjs';
import { chromiumArgs, findChromium } from '../../.ci/chromium.mjs';
import { serve } from '../../.ci/serve.mjs';

/**
 * What a figure is given to measure with.
 * @typedef {object} Context
 * @property {string} url the built app
 * @property {(options?: { args?: string[] }) => Promise<import('playwright').BrowserContext>} open a Chromium with a new
 *   profile on disk: in a fresh incognito context IndexedDB would lie in memory, and look fast
 * @property {(message: string) => void} log to standard error
 */

/**
 * A row of the table of goals. `measure` gives one number for each repetition; the figure is their median.
 * @typedef {object} Figure
 * @property {string} name
 * @property {string} unit
 * @property {'lower' | 'higher'} better
 * @property {number} goal
 * @property {(context: Context) => Promise<{ samples: number[], details?: Record<string, unknown> }>} measure
 */

const folder = new URL('figures/', import.meta.url);
const words = process.argv.slice(2);
const log = (/** @type {string} */ message) => void process.stderr.write(`${message}\n`);

/** @type {Figure[]} */
const figures = [];
for (const file of readdirSync(folder).sort()) {
	if (file.endsWith('.mjs')) figures.push(...(await import(new URL(file, folder).href)).figures);
}
const chosen = figures.filter(
	({ name }) => words.length === 0 || words.some((word) => name === word || name.startsWith(`${word}.`))
);
if (chosen.length === 0) {
	log(`No figure is called ${words.join(' ')}. There are: ${figures.map(({ name }) => name).join(', ')}.`);
	process.exit(1);
}

await buildOrExit();
const app = await serve();
for (const figure of chosen) {
	log(`measuring ${figure.name} ...`);
	await withProfiles(async (open) => {
		const { samples, details } = await figure.measure({ url: app.url, open, log });
		console.log(JSON.stringify(line(figure, samples, details)));
	}).catch((error) => log(`${figure.name} could not be measured: ${error?.stack ?? error}`));
}
await app.close();

/**
 * Browsers opened for one figure end with it, and take their profiles with them.
 * @param {(open: Context['open']) => Promise<void>} measure
 */
async function withProfiles(measure) {
	/** @type {(() => Promise<void>)[]} */
	const endings = [];
	try {
		await measure(async ({ args = [] } = {}) => {
			const profile = mkdtempSync(join(tmpdir(), 'galley-bench-'));
			const context = await chromium.launchPersistentContext(profile, {
				executablePath: findChromium() ?? undefined,
				args: [...chromiumArgs(), ...args]
			});
			endings.push(async () => {
				await context.close();
				rmSync(profile, { recursive: true, force: true, maxRetries: 3 });
			});
			return context;
		});
	} finally {
		for (const end of endings) await end();
	}
}

/** @param {Figure} figure @param {number[]} samples @param {Record<string, unknown>} [details] */
function line({ name, unit, better, goal }, samples, details = {}) {
	const sorted = [...samples].sort((a, b) => a - b);
	const middle = Math.floor(sorted.length / 2);
	const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	const [value, min, max] = [median, sorted[0], sorted[sorted.length - 1]].map((n) => Number(n.toFixed(2)));
	return { figure: name, value, unit, better, goal, runs: samples.length, min, max, ...details };
}
