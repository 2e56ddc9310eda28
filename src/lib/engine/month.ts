import type { Money } from '$lib/core';
import { fits, type GalleyDatabase } from '$lib/storage';

/** What the budgets look at beside the run itself. */
export interface MonthPorts {
	/** What was spent this month in a currency, with the most that calls under way, or that told no tokens, may cost. */
	spentThisMonth(currency: string): Promise<{ spent: number; unknown: number }>;
	/** Counts a call that is about to be made, until it has ended. */
	reserve(attemptId: string, cost: Money): void;
	release(attemptId: string): void;
}

/** What all runs of a calendar month (UTC) have cost, from their rows, and what is under way here. */
export function monthPorts(database: GalleyDatabase, now: () => number): MonthPorts {
	const underWay = new Map<string, Money>();
	return {
		reserve: (attemptId, cost) => underWay.set(attemptId, cost),
		release: (attemptId) => underWay.delete(attemptId),
		async spentThisMonth(currency) {
			const month = new Date(now()).toISOString().slice(0, 7);
			// What is under way before or after the rows were read is counted: a call that ends in between is in both, never in none.
			const counted = new Map(underWay);
			const rows = await database.runs.filter(fits('runs')).toArray();
			for (const [id, cost] of underWay) counted.set(id, cost);
			let [spent, unknown] = [0, 0];
			for (const day of rows.flatMap((row) => row.spends ?? [])) {
				if (!day.day.startsWith(month)) continue;
				const known = Object.keys(day.money);
				const most = day.most?.[currency] ?? { calls: 0, amount: 0 };
				spent += (day.money[currency] ?? 0) + most.amount;
				unknown += day.unknown - most.calls + known.filter((one) => one !== currency).length;
			}
			for (const cost of counted.values()) if (cost.currency === currency) spent += cost.amount;
			return { spent, unknown };
		}
	};
}
