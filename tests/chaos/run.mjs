/**
 * `npm run chaos`: kills, wipes and damages at random but repeatable moments, on the built app and a profile on disk.
 * `npm run chaos -- --kills 500 --wipes 50 --seed 7 --only kills`, `--only rows --rows D8 --trials 30`, `--only faults --part 1/4`
 * (every fourth fault point), `--backend sqlite`. What is found goes to stderr as it is found; the figures come at the end,
 * one JSON line each. Ends with 1 when anything was found.
 */
import { parseArgs } from 'node:util';
import { buildOrExit } from '../../.ci/build.mjs';
import { serve } from '../../.ci/serve.mjs';
import { SQLITE } from './browser.mjs';
import { PARTS } from './parts.mjs';

const { values } = parseArgs({
	options: {
		kills: { type: 'string', default: '500' },
		wipes: { type: 'string', default: '50' },
		tabs: { type: 'string', default: '5' },
		trials: { type: 'string', default: '10' },
		rows: { type: 'string', multiple: true },
		backend: { type: 'string', default: 'leveldb' },
		part: { type: 'string', default: '1/1' },
		seed: { type: 'string', default: '1' },
		only: { type: 'string', multiple: true }
	}
});
const log = (/** @type {string} */ message) => void process.stderr.write(`${message}\n`);
const chosen = Object.entries(PARTS).filter(([name]) => !values.only || values.only.includes(name));
if (chosen.length === 0) {
	log(`There is no such part. There are: ${Object.keys(PARTS).join(', ')}.`);
	process.exit(1);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));
await buildOrExit();
const app = await serve();
const seed = Number(values.seed);
const counts = { kills: Number(values.kills), wipes: Number(values.wipes), tabs: Number(values.tabs) };
const given = {
	...{ url: app.url, seed, log, ...counts },
	part: /** @type {[number, number]} */ (values.part.split('/').map(Number)),
	...{ trials: Number(values.trials), rows: values.rows ?? [] },
	args: values.backend === 'sqlite' ? SQLITE : []
};
let found = false;
for (const [name, part] of chosen) {
	log(`${name} ...`);
	const begun = Date.now();
	try {
		for (const { figure, value, goal, ...details } of await part(given)) {
			const seconds = Math.round((Date.now() - begun) / 1000);
			console.log(
				JSON.stringify({
					...{ figure, value, ...(goal === undefined ? {} : { goal }), seed, seconds },
					...{ backend: values.backend, ...details }
				})
			);
			found ||= goal !== undefined && value !== goal;
		}
	} catch (error) {
		found = true;
		log(`${name} could not be carried through: ${error instanceof Error ? error.stack : String(error)}`);
	}
}
await app.close();
process.exitCode = found ? 1 : 0;
