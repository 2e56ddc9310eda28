import { addSpend, NO_SPEND, type RunRow, type Spend } from '$lib/run';
import { fits } from '$lib/storage';
import { database } from './database';
import { live, type Live } from './live.svelte';

const isRun = fits('runs');

/** What remote models took in one month: in all, by workflow and by model. */
export interface MonthSpend {
	/** yyyy-mm, UTC. */
	month: string;
	whole: Spend;
	workflows: { id: string; title: string; spend: Spend }[];
	models: { title: string; spend: Spend }[];
}

/** What remote models cost, month by month. */
export function spending(): Live<MonthSpend[]> {
	return live(
		() => async () =>
			monthsOf(
				await database()
					.runs.filter((row) => isRun(row) && row.spends !== undefined)
					.toArray()
			)
	);
}

type Row = Pick<RunRow, 'workflowId' | 'workflowTitle' | 'spends'>;

/** The months in which a remote model was asked, the newest first. Runs that kept no prices are in none. */
export function monthsOf(rows: readonly Row[]): MonthSpend[] {
	const months = new Map<string, MonthSpend>();
	for (const { workflowId, workflowTitle, spends } of rows) {
		for (const { day, model, ...spend } of spends ?? []) {
			const name = day.slice(0, 7);
			const month = months.get(name) ?? { month: name, whole: NO_SPEND, workflows: [], models: [] };
			months.set(name, {
				...month,
				whole: addSpend(month.whole, spend),
				workflows: added(month.workflows, { id: workflowId, title: workflowTitle, spend }, 'id'),
				models: added(month.models, { title: model, spend }, 'title')
			});
		}
	}
	return [...months.values()].sort((a, b) => b.month.localeCompare(a.month));
}

function added<T extends { spend: Spend }>(list: readonly T[], one: T, by: keyof T): T[] {
	if (!list.some((other) => other[by] === one[by])) return [...list, one];
	return list.map((other) =>
		other[by] === one[by] ? { ...other, spend: addSpend(other.spend, one.spend) } : other
	);
}
