import { failure, OPEN, type ConfiguredModel, type Failure, type ProviderChoice } from '$lib/core';
import {
	approvedHashes,
	attemptId,
	isReady,
	isTry,
	nextAttempt,
	rungAfter,
	rungOf,
	type Effect,
	type RunEvent,
	type RunState,
	type Rung,
	type StepState
} from '$lib/run';
import { sealedRun } from '$lib/egress';
import { timeOf } from '$lib/steps';
import { renderTemplate, routeNamed } from '$lib/workflow';
import type { AttemptPorts } from './attempt-log';
import type { Log } from './run-log';
import { notApproved, onlyTried } from './act';
import { groundOf, isSameGround } from './ground';
import { resolveStep } from './resolve';
import { givenToCalled } from './spec';

/** What the host logs for steps that nobody carries out: questions to a person, waits, and what follows a failure. */

/** Asks the person, showing what the step was given to hand over. */
export async function askPerson(
	log: Log,
	effect: Extract<Effect, { type: 'ask-person' }>,
	ports: AttemptPorts
): Promise<void> {
	const { stepId, why } = effect;
	const step = log.state.steps[stepId];
	if (!step) return;
	const ground = groundOf(log.state, stepId);
	const resolved = await resolveStep(log.state, step, ports.values);
	const giveUp = (failed: Failure) => failUnbegun(log, { stepId, ground }, failed, ports);
	if (!resolved.ok) return giveUp(resolved.failure);
	if (why === 'hand-over' && isTry(log.state)) return giveUp(onlyTried(step.def));
	const about = resolved.value.refs[why === 'hand-over' ? 'value' : 'about']?.[0];
	if (why === 'hand-over' && !(about && approvedHashes(log.state).has(about.hash)))
		return giveUp(notApproved(step.def.title));
	if (why === 'hand-over' && step.def.with['as'] === 'mail' && log.state.guard?.sealed)
		return giveUp(sealedRun());
	await log.append(
		(state) =>
			isSameGround(state, stepId, ground)
				? {
						events: [{ type: 'person.asked', at: ports.now(), stepId, why, ...(about ? { about } : {}) }]
					}
				: null,
		{ durability: 'strict' }
	);
}

/** Does what the definition says for the case that every try has failed. */
export async function fallBack(
	log: Log,
	effect: Extract<Effect, { type: 'fall-back' }>,
	ports: AttemptPorts
): Promise<void> {
	const { stepId, place } = effect;
	const def = log.state.steps[stepId]?.def;
	const fallback = def?.fallback?.[place];
	if (!fallback) return;
	const ground = groundOf(log.state, stepId);
	const value =
		fallback.use === 'value'
			? ports.values.put({
					content: fallback.value,
					media: typeof fallback.value === 'string' ? 'text/plain' : 'application/json',
					labels: OPEN,
					from: []
				})
			: null;
	const route = fallback.use === 'value' && def.kind === 'branch' && routeNamed(def, fallback.value);
	const provider =
		fallback.use === 'provider'
			? (frozenProvider(log.state, fallback.provider) ?? (await ports.provider(fallback.provider)))
			: null;
	const event: RunEvent = {
		type: 'fallback.used',
		at: ports.now(),
		stepId,
		place,
		use: fallback.use,
		...(value ? { output: value.ref } : {}),
		...(route ? { route } : {}),
		...(provider ? { provider } : {})
	};
	await log.append(
		(state) =>
			isSameGround(state, stepId, ground) ? { events: [event], values: value ? [value.stored] : [] } : null,
		{ durability: fallback.use === 'person' ? 'strict' : 'relaxed' }
	);
}

/** A model of the run's own list, by id, title or the provider behind it. */
function frozenProvider({ ladder }: RunState, name: string): ProviderChoice | undefined {
	const named = (one: ConfiguredModel) => one.id === name || one.title === name;
	const found = ladder?.models.find(named) ?? ladder?.models.find((one) => one.choice.id === name);
	return found?.choice;
}

/** Works out until when a wait lasts, as a point on the wall clock. */
export async function beginWait(log: Log, stepId: string, ports: AttemptPorts): Promise<void> {
	const step = log.state.steps[stepId];
	if (!step) return;
	const ground = groundOf(log.state, stepId);
	const until = await endOfWait(log.state, step, ports);
	if (typeof until !== 'number') return failUnbegun(log, { stepId, ground }, until, ports);
	await log.append(
		(state) =>
			isSameGround(state, stepId, ground)
				? { events: [{ type: 'wait.began', at: ports.now(), stepId, until }] }
				: null,
		{ durability: 'strict' }
	);
}

/** The end of the year 9999, the last one that dates are written for, ms. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

async function endOfWait(state: RunState, step: StepState, ports: AttemptPorts): Promise<number | Failure> {
	const { title, with: config } = step.def;
	const { seconds, until } = config;
	const written = typeof until === 'string' ? until : '';
	const called = (await givenToCalled(state, step, ports.values)).called?.inputs;
	const rendered = renderTemplate(written, (ref) =>
		ref.root === 'inputs'
			? (called ?? state.inputs)[ref.id]
			: ref.root === 'run'
				? state[ref.field]
				: undefined
	);
	if (!rendered.ok) return rendered.failure;
	const counted = ports.now() + 1000 * (typeof seconds === 'number' ? seconds : 0);
	const time = written === '' ? counted : timeOf(rendered.value);
	if (time !== null && time <= LATEST) return time;
	return time === null
		? failure(
				'wait.no-time',
				`“${title}” should wait until “${rendered.value}”, which is no date. What came before is kept; write a date such as 2026-12-01 or 2026-12-01T09:00.`
			)
		: failure(
				'wait.too-far',
				`“${title}” should wait until after the year 9999, for which there are no dates. What came before is kept; write an earlier time into the workflow and start a new run.`
			);
}

/** Logs the failure of a step that could not even be begun, as a try of its own, so that it can be retried. */
export async function failUnbegun(
	log: Log,
	{ stepId, ground }: { stepId: string; ground: string | null },
	why: Failure,
	ports: AttemptPorts
): Promise<void> {
	await log.append(
		(state) => {
			const step = state.steps[stepId];
			if (!step || !isSameGround(state, stepId, ground)) return null;
			const attempt = nextAttempt(step);
			const { revision } = step;
			const base = { at: ports.now(), stepId, attemptId: attemptId(state.id, stepId, revision, attempt) };
			return {
				events: [
					{ type: 'attempt.started', ...base, revision, attempt, inputs: {} },
					{ type: 'attempt.failed', ...base, failure: { ...why, retryable: false }, egress: [], ms: 0 }
				]
			};
		},
		{ durability: 'strict' }
	);
}

/** The model of a step wants to be left alone for longer than anybody waits, as it said to another step: it is not asked. */
export async function turnedAway(log: Log, stepId: string, ports: AttemptPorts): Promise<void> {
	const step = log.state.steps[stepId];
	const rung = step && rungOf(log.state, step);
	if (!rung) return;
	const why = failure(
		'model.away',
		`${rung.title} has asked to be left alone for longer than Galley waits by itself, so “${step.def.title}” did not ask it. Nothing was sent and every earlier step is kept. Choose another model, or try again when its time has come.`
	);
	await failUnbegun(log, { stepId, ground: groundOf(log.state, stepId) }, why, ports);
}

/** Logs that the next model is asked in the place of one that could not. */
export async function switchRung(log: Log, stepId: string, ports: AttemptPorts): Promise<void> {
	await log.append(
		(state) => {
			const step = state.steps[stepId];
			if (step?.status !== 'pending' || !isReady(state, stepId)) return null;
			const [from, to] = [rungOf(state, step), rungAfter(state, step)];
			const why = step.attempts[step.attempts.length - 1]?.failure;
			if (!from || !to || !why) return null;
			const event: RunEvent = {
				type: 'rung.switched',
				at: ports.now(),
				stepId,
				from: named(from),
				to: named(to),
				because: why.code,
				says: why.message
			};
			return { events: [event] };
		},
		{ durability: 'relaxed' }
	);
}

function named({ id, title, choice: { onDevice } }: Rung) {
	return { id, title, onDevice };
}
