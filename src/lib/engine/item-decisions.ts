import { fail, failure, ok, type Json, type Result } from '$lib/core';
import type { ItemDecision } from '$lib/run';

/** What is left of a list whose members were decided one by one: those that were approved, in their order. */
export function itemsLeft(list: readonly Json[], items: readonly ItemDecision[]): Result<Json[]> {
	const said = new Map(items.map((one) => [one.index, one]));
	const open = list.flatMap((_, index) => (said.has(index) ? [] : [index + 1]));
	if (open.length > 0)
		return fail(
			failure(
				'items.open',
				`Nothing was said yet of ${open.length === 1 ? `number ${open[0]}` : `${open.length} of ${list.length}`}. Nothing was approved; open what is left, then approve it or leave it out.`
			)
		);
	const unsaid = items.find(({ decision, reason }) => decision === 'left-out' && !reason?.trim());
	if (unsaid)
		return fail(
			failure(
				'items.reason',
				`Say in a word why number ${unsaid.index + 1} is left out. Nothing was approved yet.`
			)
		);
	return ok(list.filter((_, index) => said.get(index)?.decision === 'approved'));
}
