import {
	fail,
	failure,
	ok,
	stricter,
	type Failure,
	type Json,
	type Labels,
	type Result,
	type Value
} from '$lib/core';
import {
	blockRules,
	coordsOf,
	endOfBlock,
	isGivenUp,
	lastAttempt,
	MOST_ITEMS,
	withInner,
	type AttemptState,
	type Effect,
	type RunEvent,
	type RunState,
	type StepState
} from '$lib/run';
import { groundOfBlock } from './ground';
import { logPure, type AttemptPorts } from './attempt-log';
import type { Resolved } from './resolve';
import type { Log } from './run-log';
import { givenToCalled, specOf } from './spec';
import { resultOf } from './surroundings';

/** What the host does for a block: lets it in, asks a loop's condition, puts the output together. */

/** How many passes a block begins with, and through which list. */
export function entriesOf(step: StepState, resolved: Resolved): Result<Pick<Opened, 'count' | 'list'>> {
	if (step.def.kind !== 'map') return ok({ count: 1 });
	const [value] = resolved.inputs['over'] ?? [];
	const content = value?.content;
	if (!Array.isArray(content)) {
		return fail(
			failure(
				'map.no-list',
				`“${step.def.title}” goes through a list, and its input “over” is ${value ? 'something else' : 'empty'}. What came before is kept; let “over” refer to a list.`
			)
		);
	}
	const { max } = blockRules(step.def);
	if (content.length > max) {
		const way = max < MOST_ITEMS ? 'raise the limit' : 'go through parts of it in several steps';
		return fail(
			failure(
				'map.too-many',
				`“${step.def.title}” goes through at most ${max} items, and the list has ${content.length}. Nothing was left out silently: shorten the list, or ${way}.`
			)
		);
	}
	return ok({ count: content.length });
}

type Opened = Extract<RunEvent, { type: 'block.opened' }>;

/** Asks a loop's condition after a round. Its own limit on rounds ends it without asking. */
export async function judgeRound(
	log: Log,
	step: StepState,
	round: number,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<void> {
	const attempt = lastAttempt(step);
	if (!attempt) return;
	const base = { attemptId: attempt.id, stepId: step.id };
	const ground = groundOfBlock(log.state, step, round - 1);
	const judged = await judge(log.state, step, round, signal, ports);
	if (signal.aborted) return;
	const at = ports.now();
	const event: RunEvent = judged.ok
		? { type: 'round.judged', at, ...base, round, ...judged.value }
		: endedBy(log.state, step, judged.failure, at);
	const make = (state: RunState) =>
		ground !== null && groundOfBlock(state, step, round - 1) === ground ? { events: [event] } : null;
	if (judged.ok) await logPure(log, make, ports);
	else await log.append(make, { durability: 'strict' });
}

async function judge(
	state: RunState,
	step: StepState,
	round: number,
	signal: AbortSignal,
	ports: AttemptPorts
): Promise<Result<{ again: boolean; because: string }>> {
	const { max } = blockRules(step.def);
	const made = await outputsOf(state, step, round - 1, ports);
	if (!made.ok) return made;
	const spec = specOf(state, step, `${step.id}#${round}`, ports, { inputs: made.value });
	const called = await givenToCalled(state, step, ports.values);
	const run = await ports.executor.run(
		{ ...spec, scope: { ...called, index: round, loop: { round, last: null } } },
		{ prepared: () => Promise.resolve(), emit: () => undefined, loading: () => undefined },
		signal
	);
	if (!run.result.ok) return run.result;
	const said = run.result.value.output.content as { done?: boolean; because?: string } | null;
	if (said?.done === true) return ok({ again: false, because: said.because ?? 'The condition holds.' });
	if (round >= max)
		return ok({
			again: false,
			because: `The condition does not hold after ${max} rounds, the most allowed.`
		});
	return ok({ again: true, because: said?.because ?? 'The condition does not hold yet.' });
}

/** The outputs of a round by the id of the step that made them; `output` is the one that counts. */
async function outputsOf(
	state: RunState,
	block: StepState,
	index: number,
	ports: AttemptPorts
): Promise<Result<Record<string, Value[]>>> {
	const inputs: Record<string, Value[]> = {};
	for (const inner of block.def.steps ?? []) {
		const output = state.steps[coordsOf({ block: block.id, index }, inner.id)]?.output;
		if (!output) continue;
		const value = await ports.values.get(output);
		if (!value.ok) return value;
		inputs[inner.id] = [value.value];
		if (resultOf(state, block, index)?.def.id === inner.id) inputs['output'] = [value.value];
	}
	return ok(inputs);
}

/** Puts the output of a block together and logs its success. */
export async function closeBlock(log: Log, step: StepState, ports: AttemptPorts): Promise<void> {
	const attempt = lastAttempt(step);
	if (!attempt || !step.block) return;
	const base = { attemptId: attempt.id, stepId: step.id };
	const ground = groundOfBlock(log.state, step);
	const isSame = (state: RunState) => ground !== null && groundOfBlock(state, step) === ground;
	const made = await outputOf(log.state, step, ports);
	const at = ports.now();
	if (!made.ok) {
		await log.append(
			(state) => (isSame(state) ? { events: [endedBy(state, step, made.failure, at)] } : null),
			{ durability: 'strict' }
		);
		return;
	}
	const packed = ports.values.put(made.value);
	const event: RunEvent = {
		type: 'attempt.succeeded',
		at,
		...base,
		output: packed.ref,
		evidence: [],
		flags: [],
		verdicts: [],
		egress: [],
		ms: at - attempt.startedAt
	};
	await logPure(log, (state) => (isSame(state) ? { events: [event], values: [packed.stored] } : null), ports);
}

/** Ends a block inside which nothing goes on, so that its fallback is next. */
export async function giveUpBlock(
	log: Log,
	effect: Extract<Effect, { type: 'give-up' }>,
	ports: AttemptPorts
) {
	await log.append(
		(state) => {
			const step = state.steps[effect.stepId];
			if (!step || lastAttempt(step)?.id !== effect.attemptId || !isGivenUp(step)) return null;
			return { events: [endedBy(state, step, stuckIn(state, step), ports.now())] };
		},
		{ durability: 'strict' }
	);
}

/** What stopped a block, told as its own failure. */
function stuckIn(state: RunState, block: StepState): Failure {
	const inner = withInner(state, [block]).find((one) => one !== block && !one.block && one.flow.stuck);
	const why = inner && lastAttempt(inner)?.failure;
	const said = why ? `: ${why.message}` : '.';
	return failure(
		'block.stuck',
		`Inside “${block.def.title}”, “${inner?.def.title ?? 'a step'}” did not succeed${said} What was done inside is kept to be read.`
	);
}

/** The event by which a block that failed ends. */
export function endedBy(state: RunState, { id: stepId }: StepState, why: Failure, at: number): RunEvent {
	const step = state.steps[stepId];
	const attempt = step && lastAttempt(step);
	const base = { at, attemptId: attempt?.id ?? '', stepId, failure: why };
	return step && endOfBlock(step) === 'attempt.failed'
		? { type: 'attempt.failed', ...base, egress: [], ms: at - (attempt?.startedAt ?? at) }
		: { type: 'block.failed', ...base };
}

async function outputOf(state: RunState, step: StepState, ports: AttemptPorts): Promise<Result<Value>> {
	const count = step.block?.count ?? 0;
	if (step.def.kind !== 'map') {
		const last = resultOf(state, step, count - 1);
		if (!last?.output) {
			return fail(
				failure(
					'block.no-result',
					`“${step.def.title}” has no result: “${last?.def.title ?? 'its last step'}” was skipped. What was done inside is kept.`
				)
			);
		}
		const value = await ports.values.get(last.output);
		return value.ok ? ok({ ...value.value, from: [last.output.hash] }) : value;
	}
	const { onFail } = blockRules(step.def);
	const list: Json[] = [];
	const labels: Labels[] = [];
	const from: string[] = [];
	for (let index = 0; index < count; index++) {
		const item = resultOf(state, step, index);
		if (item?.output) {
			const value = await ports.values.get(item.output);
			if (!value.ok) return value;
			if (value.value.content instanceof Uint8Array)
				return fail(
					failure(
						'map.bytes',
						`Item ${index + 1} of “${step.def.title}” made a file (${value.value.media}), and a list of results holds text and data. What was done inside is kept; let each item end with a step that makes text or data.`
					)
				);
			list.push(value.value.content);
			labels.push(value.value.labels);
			from.push(item.output.hash);
		} else if (onFail === 'collect' && step.block?.items[index]?.failed) {
			const failed = failedIn(state, step, index);
			const why = failed?.failure;
			list.push({ failed: true, item: index + 1, code: why?.code ?? '', message: why?.message ?? '' });
			// Its words may quote what it was given.
			const given = [step.block.list, ...Object.values(failed?.inputs ?? {}).flat()];
			labels.push(...given.flatMap((ref) => ref?.labels ?? []));
		}
	}
	return ok({
		content: list,
		media: 'application/json',
		labels: stricter(labels),
		from
	});
}

/** The attempt by which an item failed. */
function failedIn(state: RunState, block: StepState, index: number): AttemptState | null {
	for (const inner of block.def.steps ?? []) {
		const step = state.steps[coordsOf({ block: block.id, index }, inner.id)];
		if (step?.status === 'failed') return lastAttempt(step);
	}
	return null;
}
