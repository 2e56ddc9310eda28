import { stricter, type Value } from '$lib/core';
import { originFor } from '$lib/models';
import {
	boundOfRun,
	estimateOf,
	fitsBudget,
	leaveOf,
	roughTokens,
	type EventOf,
	type Leave,
	type NotesChosen,
	type RunState,
	type Rung,
	type StepState
} from '$lib/run';
import { isOpen, type AttemptPorts, type Execute } from './attempt-log';
import type { Settings } from './settings';
import type { Log } from './run-log';

/** The last door before a prompt goes to a model: into the log, and only then out; or it is held and a person is asked. */

/** What is about to be sent, and to whom. */
export interface Departure {
	/** Null where no model is asked, or none that is known. */
	rung: Rung | null;
	prompt: string;
	marker: string;
	inputs: Record<string, Value[]>;
	chosen: NotesChosen;
	withheld: string[];
}

/** Thrown where a call was held: what runs the step ends it, and nothing is logged as its failure. */
export class CallHeld extends Error {}

/**
 * Logs what is about to be sent. What leaves the device must be in the log first; what stays may run ahead of the disk.
 * Decided and logged in one commit, on the state as it is then, so that of two calls at once the second knows the first.
 * Throws {@link CallHeld} when a person has to be asked.
 */
export async function logDeparture(
	log: Log,
	effect: Execute,
	given: Departure,
	ports: AttemptPorts
): Promise<void> {
	const { rung } = given;
	const onDevice = rung?.choice.onDevice ?? true;
	const labels = stricter([
		...Object.values(given.inputs)
			.flat()
			.map((value) => value.labels),
		...(given.chosen.reach ? [{ trust: 'trusted' as const, reach: given.chosen.reach }] : [])
	]);
	const packed = ports.values.put({ content: given.prompt, media: 'text/plain', labels, from: [] });
	const base = { attemptId: effect.attemptId, stepId: effect.stepId };
	const settings = onDevice ? null : await ports.settings();
	const month = settings?.budget.month ? await ports.spentThisMonth(settings.budget.month.currency) : null;
	let held = false;
	const notes = notesIn(given.chosen);
	const written = log.append(
		(state) => {
			const step = state.steps[effect.stepId];
			if (!step || !isOpen(state, effect)) return null;
			const prepared = { type: 'attempt.prepared' as const, at: ports.now(), ...base, prompt: packed.ref };
			if (!rung || onDevice || !settings)
				return { events: [{ ...prepared, ...notes }], values: [packed.stored] };
			const call = callOf(step, given, rung);
			const stop = heldBy(state, step, { ...call, hash: packed.ref.hash, settings, month });
			if ('why' in stop) {
				held = true;
				const event: EventOf<'call.held'> = {
					type: 'call.held',
					at: ports.now(),
					...base,
					...stop,
					...call.said,
					estimate: call.estimate,
					prompt: packed.ref,
					marker: given.marker,
					withheld: given.withheld,
					...withheldIn(given.chosen.withheld)
				};
				return { events: [event], values: [packed.stored] };
			}
			if (call.estimate.cost) ports.reserve(effect.attemptId, call.estimate.cost);
			const consent = stop.leave === 'once' || stop.leave === 'workflow' ? { consent: stop.leave } : {};
			return {
				events: [{ ...prepared, ...notes, ...consent, estimate: call.estimate }],
				values: [packed.stored]
			};
		},
		{ durability: onDevice ? 'relaxed' : 'strict' }
	);
	if (onDevice) return;
	const result = await written;
	if (held) throw new CallHeld('A person is asked before this is sent.');
	if (!result.ok) throw new Error(result.failure.message);
}

/** As the log says it: most attempts withhold no note. */
function notesIn({ given, cut, withheld, beside }: NotesChosen) {
	return { given, cut, ...withheldIn(withheld), ...(beside.length > 0 ? { besideNotes: beside } : {}) };
}

/** Without their words: a log can be exported, and these are for this device only. */
function withheldIn(withheld: NotesChosen['withheld']) {
	return withheld.length > 0 ? { withheldNotes: withheld.map(({ id }) => ({ id, instruction: '' })) } : {};
}

function callOf(step: StepState, given: Departure, rung: Rung) {
	const { maxTokens } = step.def.with;
	const { model } = rung.choice.config;
	return {
		rung,
		estimate: estimateOf(
			roughTokens(given.prompt),
			typeof maxTokens === 'number' ? maxTokens : null,
			rung.price
		),
		said: {
			rung: { id: rung.id, title: rung.title, onDevice: false },
			origin: originFor(rung.choice) ?? rung.title,
			model: typeof model === 'string' ? model : null
		}
	};
}

interface Weighed {
	rung: Rung;
	estimate: ReturnType<typeof estimateOf>;
	hash: string;
	settings: Settings;
	/** What all runs of this month were known to cost in the currency of its budget. */
	month: { spent: number; unknown: number } | null;
}

type Held = Pick<EventOf<'call.held'>, 'why' | 'budget'>;

/** Why a call is held; or how it was let leave. */
function heldBy(state: RunState, step: StepState, call: Weighed): Held | { leave: Leave } {
	const { rung, hash, settings } = call;
	const leave = leaveOf(state, step, rung, hash, settings.consents);
	if (leave === 'ask' || leave === 'never') return { why: 'consent' };
	if (!state.ladder || isPaid(state, step, call)) return { leave };
	const run = state.ladder.budget;
	const { month } = settings.budget;
	if (run) {
		const spent = boundOfRun(state, run.currency);
		if (fitsBudget(run, spent.spent, call.estimate.cost) !== 'within')
			return { why: 'budget', budget: { of: 'run', limit: run, ...spent } };
	}
	if (month && call.month && fitsBudget(month, call.month.spent, call.estimate.cost) !== 'within')
		return { why: 'budget', budget: { of: 'month', limit: month, ...call.month } };
	return { leave };
}

/** True when the person let this call be paid for, or every call of this model in the run whose cost nobody knows. */
function isPaid(state: RunState, step: StepState, { rung, hash, estimate }: Weighed): boolean {
	const isFor = (one: EventOf<'call.allowed'>) => one.why === 'budget' && one.rung.id === rung.id;
	if (step.ladder.allowed.some((one) => isFor(one) && one.hash === hash)) return true;
	if (estimate.cost !== null) return false;
	return Object.values(state.steps).some((other) =>
		other.ladder.allowed.some((one) => isFor(one) && one.scope === 'workflow')
	);
}

/** The marker of a call that the person let go, so that exactly what was shown is sent. */
export function markerFor(step: StepState, ports: Pick<AttemptPorts, 'marker'>): string {
	const { held, allowed } = step.ladder;
	const isLet = held && allowed.some((one) => one.hash === held.prompt.hash);
	return isLet ? held.marker : ports.marker();
}
