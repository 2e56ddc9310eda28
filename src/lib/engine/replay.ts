import { fail, failure, ok, type Failure, type Json, type Result, type ValueRef } from '$lib/core';
import {
	isTry,
	planReplay,
	reusedFrom,
	voidedBy,
	waitedFrom,
	type EventOf,
	type ReplayPlan,
	type RunState
} from '$lib/run';
import type { StoredValue } from '$lib/storage';
import { needsOf, type Source, type Step, type Workflow } from '$lib/workflow';
import type { ReplayRequest, TryGiven } from './api';
import type { Engine } from './engine';
import { ifMine, standsApart } from './origins';
import { labelledBy, unsaid } from './labels';
import { GIVEN, takeIn } from './run-commands';
import { permitted } from './permissions';
import { beginRun, runnable } from './start-run';

/** New runs that rest on earlier ones. The earlier one is never changed. */

interface Prepared {
	parent: RunState;
	definition: Workflow;
	version: number;
	plan: ReplayPlan;
}

/** Reads the earlier run, the definition that is wanted, and works out what need not run again. */
export async function prepareReplay(engine: Engine, wish: ReplayRequest): Promise<Result<Prepared>> {
	const parent = (await engine.log(wish.runId)).state;
	const { database } = engine.ports;
	const then = parent.definition;
	if (!then) return no('run.unknown', 'There is no such run on this device any more.');
	if (isTry(parent))
		return no(
			'replay.try',
			'That run only tried a step alone, on outputs that somebody typed, so nothing can rest on it. Try the step again from its workflow.'
		);
	const wanted =
		wish.definition === 'then'
			? ok({
					definition: await permitted(database, then, await standsApart(database, `run:${wish.runId}`)),
					version: parent.workflowVersion
				})
			: await runnable(engine, then.id);
	if (!wanted.ok) return wanted;
	const { definition, version } = wanted.value;
	if (wish.stepId !== null && !definition.steps.some((step) => step.id === wish.stepId)) {
		return no(
			'replay.step-gone',
			`The workflow has no step “${wish.stepId}” any more. Repeat the run on the definition as it was then.`
		);
	}
	const closed = definition.sources.filter((source) => isClosedSince(source, parent));
	const changed = new Set([
		...Object.keys(wish.inputs ?? {}),
		...Object.keys(wish.sources ?? {}),
		...closed.map(({ id }) => id)
	]);
	const plan = planReplay(parent, { stepId: wish.stepId, definition, changed });
	return ok({ parent, definition, version, plan });
}

/** True for a source that may leave the device no longer: what was made of it while it could does not serve again. */
function isClosedSince({ id, reach }: Source, { sources, ladder }: RunState): boolean {
	const given = sources[id] ?? [];
	return reach === 'local-only' && given.some(({ labels }) => !ladder || labels.reach !== 'local-only');
}

/** What a run was given, labelled as the definition of the new one says. */
function asGiven(definition: Workflow, run: RunState): Record<string, ValueRef[]> {
	return Object.fromEntries(
		Object.entries(run.sources).map(([id, refs]) => {
			const source = definition.sources.find((one) => one.id === id);
			return [id, refs.map((ref) => labelledBy(source, labelledIn(run, ref)))];
		})
	);
}

/** A value with the labels that its run gave it; one of an older release called everything local-only. */
function labelledIn({ ladder }: RunState, ref: ValueRef): ValueRef {
	return ladder ? ref : unsaid(ref);
}

/** Starts the new run. */
export async function replayRun(engine: Engine, wish: ReplayRequest): Promise<Result<string>> {
	const prepared = await prepareReplay(engine, wish);
	if (!prepared.ok) return prepared;
	const { parent, definition, version, plan } = prepared.value;
	const mine = await ifMine(engine, definition.id);
	if (!mine.ok) return mine;
	const sources = asGiven(definition, parent);
	const stored: StoredValue[] = [];
	for (const [id, given] of Object.entries(wish.sources ?? {})) {
		const taken = await takeIn(engine, given);
		if (!taken.ok) return taken;
		const source = definition.sources.find((one) => one.id === id);
		sources[id] = taken.value.refs.map((ref) => labelledBy(source, ref));
		stored.push(...taken.value.stored);
	}
	const facts: EventOf<'run.derived'> = {
		type: 'run.derived',
		at: engine.now(),
		from: { runId: parent.id, number: parent.number },
		stepId: wish.stepId,
		definition: wish.definition,
		pinned: []
	};
	return beginRun(engine, {
		definition,
		version,
		inputs: { ...parent.inputs, ...wish.inputs },
		sources,
		stored,
		reuse: wish.reuse ?? false,
		sealed: parent.guard?.sealed === true,
		...(parent.provider ? { provider: parent.provider } : {}),
		derived: {
			facts,
			reused: reusedFrom(parent, plan, engine.now()).map((one) => ({
				...one,
				output: labelledIn(parent, one.output)
			})),
			waited: waitedFrom(parent, plan, engine.now()),
			voided: voidedBy(parent, plan, engine.now())
		}
	});
}

/** Runs one step alone: the steps that it waits for are there only to hold what was pinned. */
export async function tryStep(
	engine: Engine,
	workflowId: string,
	stepId: string,
	given: TryGiven
): Promise<Result<string>> {
	const wanted = await runnable(engine, workflowId);
	if (!wanted.ok) return wanted;
	const { definition, version } = wanted.value;
	const step = definition.steps.find((one) => one.id === stepId);
	if (!step) return no('step.unknown', `The workflow has no step “${stepId}”.`);
	if (step.job === 'act')
		return no('try.act', `“${step.title}” acts outside the run, so it is not tried alone. Run the workflow.`);
	const pins = definition.steps.filter((one) => Object.hasOwn(given.pinned, one.id));
	const missing = definition.steps.filter(
		(one) => needsOf(step).includes(one.id) && !Object.hasOwn(given.pinned, one.id)
	);
	if (missing.length > 0) {
		const names = missing.map((one) => `“${one.title}”`).join(', ');
		return no(
			'try.missing',
			`“${step.title}” sees what ${names} made. Give each of them an output to try it with.`
		);
	}
	const at = engine.now();
	const stored: StoredValue[] = [];
	const reused = pins.map((pin): EventOf<'step.reused'> => {
		const packed = pinned(engine, given.pinned[pin.id] ?? null);
		stored.push(packed.stored);
		return {
			type: 'step.reused',
			at,
			stepId: pin.id,
			from: { runId: '', number: 0, attemptId: `pinned/${pin.id}`, at },
			why: 'pinned',
			output: packed.ref,
			evidence: [],
			flags: [],
			verdicts: []
		};
	});
	const facts: EventOf<'run.derived'> = {
		type: 'run.derived',
		at,
		from: { runId: '', number: 0 },
		stepId,
		definition: 'now',
		pinned: pins.map((pin) => pin.id)
	};
	return beginRun(engine, {
		definition: {
			...definition,
			// What is pinned needs no files, and a step that reads them gets those of the last run.
			sources: definition.sources.map((source) => ({ ...source, required: false })),
			steps: [...pins.map(alone), atOnce(step)]
		},
		version,
		inputs: given.inputs,
		sources: await lastSources(engine, definition),
		stored,
		reuse: false,
		derived: { facts, reused }
	});
}

/** What the newest run of a workflow was given. */
async function lastSources(engine: Engine, definition: Workflow): Promise<Record<string, ValueRef[]>> {
	const newest = await engine.ports.database.runs
		.where('[workflowId+startedAt]')
		.between([definition.id, -Infinity], [definition.id, Infinity])
		.last();
	return newest ? asGiven(definition, (await engine.log(newest.id)).state) : {};
}

/** Whoever tries a step wants it done, whatever way the run would have to be on for it. */
function atOnce({ when: _when, ...step }: Step): Step {
	return { ...step, needs: [] };
}

/** A pinned step waits for nothing and is never run. */
function alone(step: Step): Step {
	return { ...atOnce(step), inputs: {}, instructions: '' };
}

function pinned(engine: Engine, content: Json): { ref: ValueRef; stored: StoredValue } {
	const media = typeof content === 'string' ? 'text/markdown' : 'application/json';
	return engine.values.put({
		content,
		media,
		// Who pins a value types it; it is believed no more than any other text.
		labels: GIVEN,
		from: []
	});
}

function no(code: string, message: string): { ok: false; failure: Failure } {
	return fail(failure(code, `${message} Nothing was started.`));
}
