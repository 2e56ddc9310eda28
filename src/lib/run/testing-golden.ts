import { due } from './due';
import { lastAttempt, type RunState } from './state';
import { cellsOf, rowOf } from './view';

/** What a reader of a run would notice if it changed; plain JSON. Recorded beside golden logs. */
export function saidOf(state: RunState): unknown {
	const cells = cellsOf(state).map(({ id, status, depth, state: step }) => ({
		id,
		status,
		depth,
		because: step.because,
		revision: step.revision,
		attempts: step.attempts.map((attempt) => attempt.status),
		output: step.output?.hash ?? null,
		made: step.made,
		route: step.route,
		flags: lastAttempt(step)?.flags.length ?? 0
	}));
	const said = { row: rowOf(state), due: due(state, Number.MAX_SAFE_INTEGER), cells };
	return JSON.parse(JSON.stringify(said)) as unknown;
}
