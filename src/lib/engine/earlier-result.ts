import type { GivenNote, Json, ProviderChoice } from '$lib/core';
import { foldAll, reuseKey, type EventOf, type RunEvent, type RunState, type StepState } from '$lib/run';
import type { GalleyDatabase, Store } from '$lib/storage';
import { unsaid } from './labels';
import { readOrigins } from './origins';
import type { StepSpec } from './protocol';
import type { Resolved } from './resolve';

/** Results of earlier runs that serve again where everything that goes in is equal. */

export type EarlierResult = Pick<
	EventOf<'step.reused'>,
	'from' | 'output' | 'evidence' | 'flags' | 'verdicts'
>;

/** A second try, a revision or an answer to a person's words is wanted anew. */
export function mayReuse(state: RunState, step: StepState, effect: { revision: number }): boolean {
	// A try that only came to ask the person was none.
	const tries = step.attempts.filter((one) => one.revision === effect.revision && one.status !== 'held');
	return state.reuse && step.def.reuse !== false && tries.length === 0 && effect.revision === 1;
}

/** The hash of everything that goes into an attempt. */
export function keyOf(
	state: RunState,
	step: StepState,
	resolved: Resolved,
	provider: ProviderChoice,
	notes: readonly GivenNote[],
	scope: StepSpec['scope']
): string {
	const plain = Object.entries(resolved.inputs).flatMap(([name, values]): [string, Json][] =>
		(resolved.refs[name] ?? []).length > 0
			? []
			: [[name, values.map(({ content }) => (content instanceof Uint8Array ? null : content))]]
	);
	return reuseKey({
		step: step.def,
		inputs: resolved.refs,
		schemas: resolved.schemas,
		plain: Object.fromEntries(plain),
		instructions: resolved.instructions,
		runTitle: state.title,
		provider,
		notes,
		scope: scope ?? null
	});
}

/** How many attempts of one key are looked at: the newest ones, in case the newest of all came to nothing. */
const LOOKED_AT = 3;

/**
 * The newest result under a key from a run that was finished, where nobody sent it back. Its log is read, since a row
 * only says where to look.
 */
export async function earlierResult(
	{ store, database }: { store: Store; database: GalleyDatabase },
	key: string,
	runId: string
): Promise<EarlierResult | null> {
	const rows = await database.results.where('key').equals(key).toArray();
	const origins = await readOrigins(database);
	const newest = rows
		// What somebody else’s file says that a model answered, nobody here has seen it answer.
		.filter((row) => row.runId !== runId && !Object.hasOwn(origins, `run:${row.runId}`))
		.sort((a, b) => b.at - a.at)
		.slice(0, LOOKED_AT);
	for (const row of newest) {
		if ((await database.runs.get(row.runId))?.status !== 'done') continue;
		const records = await store.records(`run:${row.runId}`);
		const state = foldAll(
			row.runId,
			records.map((record) => record.event as RunEvent)
		);
		const step = state.steps[row.stepId];
		const attempt = step?.attempts.find((one) => one.id === row.attemptId);
		if (!attempt?.output || attempt.status !== 'succeeded' || step?.revision !== 1) continue;
		if (!(await store.value(attempt.output.hash)).ok) continue;
		const { evidence, flags, verdicts, id } = attempt;
		const output = state.ladder ? attempt.output : unsaid(attempt.output);
		const from = { runId: row.runId, number: state.number, attemptId: id, at: attempt.endedAt ?? row.at };
		return { from, output, evidence, flags, verdicts };
	}
	return null;
}
