import { OPEN, type Result, type ValueRef } from '$lib/core';
import {
	buttonFor,
	foundBefore,
	isReady,
	reviewRules,
	upstreamOf,
	type Effect,
	type RunEvent,
	type RunState,
	type StepState
} from '$lib/run';
import type { StoredValue } from '$lib/storage';
import type { AttemptPorts } from './attempt-log';
import { groundOf, isSameGround } from './ground';
import { resolveStep } from './resolve';
import type { MakeEvents, Log } from './run-log';
import { scopeOf, specOf } from './spec';

/** What the host logs for gates: that a person is asked, that nobody had to be, that nobody came in time. */

type Made = ReturnType<MakeEvents>;
type Asking = { stepId: string; revision: number };

/** The request of a gate, made from the newest output of the step that it judges. */
export function requestReview(state: RunState, gate: Asking, ports: AttemptPorts, because?: string): Made {
	const found = draftOf(state, gate, ports);
	if (!found) return null;
	const { draft, stored, rules } = found;
	const at = ports.now();
	const { stepId, revision } = gate;
	const event: RunEvent = {
		type: 'review.requested',
		...{ at, stepId, revision, draft },
		...(because ? { because } : {}),
		...(rules.deadline ? { deadline: at + rules.deadline.ms } : {})
	};
	return { events: [event], values: stored };
}

/** Asks the gate's own condition, and logs that the person is asked, or why not. */
export async function weighGate(
	log: Log,
	gate: Asking,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	const step = log.state.steps[gate.stepId];
	if (!step) return;
	const ground = groundOf(log.state, step.id);
	const weighed = await weigh(log.state, step, signal, ports);
	if (signal.aborted) return;
	// What cannot be judged is asked about: silence must never mean yes.
	const { ask, because } = weighed.ok
		? weighed.value
		: { ask: true, because: `the condition could not be worked out: ${weighed.failure.message}` };
	await log.append(
		(state) => {
			if (!isSameGround(state, step.id, ground)) return null;
			return ask ? requestReview(state, gate, ports, because) : passReview(state, gate, because, ports);
		},
		{ durability: 'strict' }
	);
}

async function weigh(
	state: RunState,
	step: StepState,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<Result<{ ask: boolean; because: string }>> {
	const resolved = await resolveStep(state, step, ports.values);
	if (!resolved.ok) return resolved;
	const { inputs } = resolved.value;
	const { flags, missed } = foundBefore(state, upstreamOf(state, step.id));
	const gate = { flags: flags.length, missed: missed.length, revision: step.revision };
	const around = await scopeOf(state, step, ports.values);
	const spec = specOf(state, step, `${step.id}#ask${step.revision}`, ports, { inputs });
	const run = await ports.executor.run(
		{ ...spec, scope: { ...around, gate } },
		{ prepared: () => Promise.resolve(), emit: () => undefined, loading: () => undefined },
		signal
	);
	if (!run.result.ok) return run.result;
	const said = run.result.value.output.content as { ask?: boolean; because?: string } | null;
	return { ok: true, value: { ask: said?.ask !== false, because: said?.because ?? '' } };
}

/** Nobody is asked: the draft goes on as it is. */
function passReview(state: RunState, gate: Asking, because: string, ports: AttemptPorts): Made {
	const found = draftOf(state, gate, ports);
	if (!found) return null;
	const { draft, stored } = found;
	const { stepId, revision } = gate;
	const event: RunEvent = {
		type: 'review.passed',
		...{ at: ports.now(), stepId, revision, draft, why: 'condition', because },
		...wayOn(state, stepId)
	};
	return { events: [event], values: stored };
}

/** What passes takes the way of the first button that approves. */
function wayOn(state: RunState, stepId: string): { route?: string } {
	const rules = reviewRules(state, stepId);
	const route = rules && buttonFor(rules, 'approve')?.route;
	return route ? { route } : {};
}

/** The time of a gate is up. */
export function expireReview(
	state: RunState,
	{ stepId, then }: Extract<Effect, { type: 'expire' }>,
	ports: AttemptPorts
): Made {
	const step = state.steps[stepId];
	const request = step?.request;
	const now = ports.now();
	if (!request || step.status !== 'waiting' || request.deadline === null || request.deadline > now)
		return null;
	const { draft, deadline } = request;
	const { revision } = step;
	const because = `nobody had answered by ${new Date(deadline).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
	const at = { at: now, stepId, revision, draft, because };
	if (then === 'reject') return { events: [{ type: 'review.expired', ...at }] };
	return { events: [{ type: 'review.passed', ...at, why: 'deadline', ...wayOn(state, stepId) }] };
}

/** What a gate that has not been asked yet is about; null when it is not due any more. */
function draftOf(state: RunState, { stepId, revision }: Asking, ports: AttemptPorts) {
	const step = state.steps[stepId];
	const rules = reviewRules(state, stepId);
	const isDue = step?.status === 'pending' && step.revision === revision && isReady(state, stepId);
	if (!isDue || !rules || state.ended) return null;
	const output = state.steps[rules.draftStep]?.output;
	if (output) return { draft: output, stored: [], rules };
	// A step may end well with nothing to show, such as a wait: the gate then asks about an empty text.
	const { ref, stored } = emptyText(ports);
	return { draft: ref, stored: [stored], rules };
}

function emptyText(ports: AttemptPorts): { ref: ValueRef; stored: StoredValue } {
	return ports.values.put({ content: '', media: 'text/plain', labels: OPEN, from: [] });
}
