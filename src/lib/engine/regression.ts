import { failure, hashOfJson, ok, fail, type Result, type ValueRef } from '$lib/core';
import {
	approvedCases,
	comingBack,
	correctionsOf,
	lastAttempt,
	planReplay,
	reusedFrom,
	targetOf,
	type RunEvent,
	type RunState
} from '$lib/run';
import { checkWorkflow } from '$lib/steps';
import type { Workflow } from '$lib/workflow';
import type { RegressionCase, RegressionResult } from './api';
import { freezeCalled } from './called';
import type { Engine } from './engine';
import { readSettings } from './settings';
import { tryRun } from './trial';
import type { ValueBook } from './values';

/**
 * Holds a changed workflow against a run that was approved on an earlier one: the run is gone through once more in memory,
 * on the new definition and with the model of now, up to its gates. Which corrections its drafts keep is set beside what the
 * person approved. Nothing is logged, written or sent.
 */
export async function heldAgainst(
	engine: Engine,
	document: Workflow,
	runId: string
): Promise<Result<RegressionResult>> {
	const parent = (await engine.log(runId)).state;
	const cases = approvedCases(parent);
	if (!parent.definition || cases.length === 0)
		return fail(
			failure('regression.none', 'Nothing was approved in this run, so there is nothing to hold against.')
		);
	const checked = await checkWorkflow(document);
	if (!checked.workflow || checked.problems.some(({ severity }) => severity === 'error'))
		return fail(
			failure('workflow.problems', 'The workflow has problems that keep it from running. Mend them first.')
		);
	const frozen = await freezeCalled(engine.ports.database, checked.workflow);
	if (!frozen.ok) return frozen;
	const tried = await tryRun(
		engine,
		`trial-${engine.ports.random.id()}`,
		await beginning(engine, parent, frozen.value)
	);
	if (!tried.ok) return tried;
	const notes = await engine.ports.database.notes.toArray();
	const compared: RegressionCase[] = [];
	for (const { stepId, gateId, approved } of cases) {
		const step = tried.value.state.steps[stepId];
		const was = await textOf(engine.values, approved);
		const now = step?.output ? await textOf(tried.value.values, step.output) : null;
		if (was === null) continue;
		compared.push({
			...{ stepId, gateId, title: step?.def.title ?? stepId, before: was, after: now },
			...(now === null ? { failed: whyNot(tried.value.state, stepId) } : {}),
			// Of a draft that was not made nothing can be said.
			...comingBack(now === null ? [] : correctionsOf(parent, stepId, notes), was, now ?? was)
		});
	}
	return ok({ runId, number: parent.number, title: parent.title, cases: compared });
}

/** The first facts of the trial: what did not change keeps its output; with another model every step is done anew. */
async function beginning(engine: Engine, parent: RunState, definition: Workflow): Promise<RunEvent[]> {
	const { provider, models, lastResort } = await readSettings(engine.ports.database);
	const isOther = !parent.provider || targetOf(parent.provider) !== targetOf(provider);
	const plan = planReplay(parent, { stepId: isOther ? null : '', definition, changed: new Set() });
	const at = engine.now();
	const { number, title, date, inputs, sources } = parent;
	return [
		{
			...{ type: 'run.started', at, number, title, date, trigger: { kind: 'person' } },
			...{ workflowVersion: parent.workflowVersion, definition, definitionHash: hashOfJson(definition) },
			...{ inputs, sources, provider }
		},
		{ type: 'run.laddered', at, models, lastResort },
		{ type: 'run.configured', at, reuse: false },
		...reusedFrom(parent, plan, at)
	];
}

async function textOf(values: ValueBook, ref: ValueRef): Promise<string | null> {
	const read = await values.get(ref);
	return read.ok && typeof read.value.content === 'string' ? read.value.content : null;
}

/** Why there is no new draft: the failure on its way, or that the trial stopped before it. */
function whyNot(state: RunState, stepId: string): string {
	const why = Object.values(state.steps)
		.map((step) => lastAttempt(step))
		.find((attempt) => attempt?.status === 'failed')?.failure?.message;
	if (why) return why;
	return state.steps[stepId]
		? 'A person is asked, or something acts, before this draft is made.'
		: 'The workflow has no such step any more.';
}
