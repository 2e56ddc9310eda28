import { sweeping } from './faults.mjs';
import { killing } from './kills.mjs';
import { Random } from './random.mjs';
import { ROWS } from './rows/index.mjs';
import { racing } from './tabs.mjs';
import { wiping } from './wipes.mjs';

/** @typedef {{ url: string, seed: number, kills: number, wipes: number, tabs: number, trials: number, rows: string[], part: [number, number], args: string[], log: (message: string) => void }} Given */
/** @typedef {{ figure: string, value: number, goal?: number, [detail: string]: unknown }} Figure */

/** The parts that can be asked for by name, each with the figures that it gives. @type {Record<string, (given: Given) => Promise<Figure[]>>} */
export const PARTS = {
	async kills({ url, seed, kills, args, log }) {
		const { lost, twice, stuck, zombie, restored, ...details } = await killing({
			...{ url, kills, args, log },
			random: new Random(seed)
		});
		return [
			{ figure: 'chaos.lost', value: lost, goal: 0, of: details.acknowledged, kills, kinds: details.kinds },
			{ figure: 'chaos.twice', value: twice, goal: 0, runs: details.runs, effects: details.effects },
			{ figure: 'chaos.stuck', value: stuck, goal: 0, runs: details.runs },
			{ figure: 'chaos.zombie', value: zombie, goal: 0, runs: details.runs },
			{ figure: 'chaos.restored', value: restored }
		];
	},
	async wipes({ url, seed, wipes, args, log }) {
		const { lost, silent, apart, ...details } = await wiping({
			...{ url, wipes, args, log },
			random: new Random(seed)
		});
		return [
			{ figure: 'chaos.wipes.lost', value: lost, goal: 0, ...details },
			{
				figure: 'chaos.wipes.silent',
				value: silent,
				goal: 0,
				of: details.wiped + details.corrupted + details.both
			},
			{ figure: 'chaos.wipes.apart', value: apart, goal: 0 }
		];
	},
	async faults({ seed, part, log }) {
		const { broken, ...details } = await sweeping({ part, log, random: new Random(seed) });
		return [{ figure: 'chaos.faults', value: broken, goal: 0, ...details }];
	},
	async tabs({ url, tabs, log }) {
		const two = await racing({ url, tabs: 2, log });
		const many = tabs > 2 ? await racing({ url, tabs, log }) : null;
		const found = (/** @type {'twice' | 'stuck' | 'lost' | 'atWork'} */ what) =>
			two[what] + (many?.[what] ?? 0);
		const times = [...Object.values(two.took), ...Object.values(many?.took ?? {})].sort((a, b) => a - b);
		const took = { two: two.took, ...(many ? { [tabs]: many.took } : {}) };
		return [
			{ figure: 'chaos.tabs.twice', value: found('twice'), goal: 0 },
			{ figure: 'chaos.tabs.stuck', value: found('stuck'), goal: 0, frozenAtWork: found('atWork') },
			{ figure: 'chaos.tabs.lost', value: found('lost'), goal: 0 },
			{
				...{ figure: 'chaos.tabs.handover', value: times[Math.floor(times.length / 2)] ?? 0, unit: 'ms' },
				...{ max: times[times.length - 1] ?? 0, took }
			}
		];
	},
	async rows({ url, seed, trials, rows, log }) {
		const figures = [];
		for (const [name, drive] of Object.entries(ROWS)) {
			if (rows.length > 0 && !rows.includes(name)) continue;
			let wrong = 0;
			const told = (/** @type {string} */ what) => {
				wrong += 1;
				log(`  FOUND in ${name}: ${what}`);
			};
			log(`  ${name} ...`);
			const details = await drive({ url, trials, random: new Random(seed), told });
			log(`  ${name}: ${JSON.stringify({ wrong, ...details })}`);
			figures.push({ figure: `chaos.${name}`, value: wrong, goal: 0, ...details });
		}
		return figures;
	}
};
