import { attemptsAllowed } from './fold';
import { planOf, stepOf } from './plan';
import { reviewRules } from './review';
import { lastAttempt, type RunState, type StepState } from './state';

/** What should be in flight now. */
export type Effect =
	/** Carry out an attempt. With `resume`, the log says that it was begun and nobody knows of it: it was interrupted. */
	| { type: 'execute'; stepId: string; attemptId: string; revision: number; attempt: number; resume: boolean }
	/** Ask the person: log the request. */
	| { type: 'ask'; stepId: string; revision: number }
	/** Look again at this time (ms since 1970): a retry is due then. */
	| { type: 'wait'; stepId: string; until: number }
	/** Everything is done, or the person rejected it: log the end. */
	| { type: 'finish'; status: 'done' | 'rejected' };

/** Derived from coordinates, so the same work always has the same name. */
export function attemptId(runId: string, stepId: string, revision: number, attempt: number): string {
	return `${runId}/${stepId}/${revision}.${attempt}`;
}

/** Everything that should be going on in a run at a time, from its state alone. Independent steps are all listed. */
export function due(state: RunState, now: number): Effect[] {
	if (!state.definition || state.ended) return [];
	if (isRejected(state)) return [{ type: 'finish', status: 'rejected' }];
	if (state.front.open === 0) return [{ type: 'finish', status: 'done' }];
	const effects: Effect[] = [];
	for (const id of inDocumentOrder(state.front.steps, planOf(state.definition).places)) {
		const step = state.steps[id];
		const effect = step && dueStep(state, step, now);
		if (effect) effects.push(effect);
	}
	return effects;
}

function inDocumentOrder(ids: ReadonlySet<string>, places: ReadonlyMap<string, number>): string[] {
	return [...ids].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}

function dueStep(state: RunState, step: StepState, now: number): Effect | null {
	if (step.status === 'running') {
		const running = lastAttempt(step);
		return running
			? {
					type: 'execute',
					stepId: step.id,
					attemptId: running.id,
					revision: running.revision,
					attempt: running.number,
					resume: true
				}
			: null;
	}
	if (step.status !== 'pending') return null;
	if (reviewRules(state, step.id)) return { type: 'ask', stepId: step.id, revision: step.revision };
	const until = retryAt(state, step);
	if (until > now) return { type: 'wait', stepId: step.id, until };
	const attempt = step.attempts.filter((one) => one.revision === step.revision).length + 1;
	return {
		type: 'execute',
		stepId: step.id,
		attemptId: attemptId(state.id, step.id, step.revision, attempt),
		revision: step.revision,
		attempt,
		resume: false
	};
}

/** When the next try may begin: the pause of the definition, doubled for each failure after the first. */
function retryAt(state: RunState, step: StepState): number {
	const last = lastAttempt(step);
	if (step.failures === 0 || last?.status !== 'failed' || last.endedAt === null) return 0;
	if (step.failures >= attemptsAllowed(state, step.id)) return 0;
	const retry = stepOf(state, step.id)?.retry;
	const told = last.failure?.details?.['retryAfterSeconds'];
	const pause = (retry?.delaySeconds ?? 1) * 2 ** (step.failures - 1);
	return last.endedAt + 1000 * Math.max(pause, typeof told === 'number' ? told : 0);
}

function isRejected(state: RunState): boolean {
	if (!state.definition) return false;
	for (const gate of planOf(state.definition).gates) {
		const decisions = state.steps[gate]?.decisions;
		if (decisions?.[decisions.length - 1]?.decision === 'rejected') return true;
	}
	return false;
}
