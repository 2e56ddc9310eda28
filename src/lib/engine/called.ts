import { fail, failure, hashOfJson, isOfBefore, ok, type Json, type Result } from '$lib/core';
import { readRecords, type GalleyDatabase } from '$lib/storage';
import { standsApart } from './origins';
import { permitted } from './permissions';
import type { ModelSays, Source, Step, Workflow, WorkflowEvent, WorkflowInput } from '$lib/workflow';

/** Called workflows: frozen into the definition when a run starts, so that a later edit of them changes no run. */

/** What is kept of a called workflow beside its steps. */
export interface Frozen {
	title: string;
	version: number;
	hash: string;
	inputs: WorkflowInput[];
	sources: Source[];
}

const DEEPEST = 5;

export function frozenOf(step: Step): Pick<Frozen, 'inputs' | 'sources'> {
	const frozen = step.with['frozen'] as Partial<Frozen> | undefined;
	return { inputs: frozen?.inputs ?? [], sources: frozen?.sources ?? [] };
}

/** The definition with every called workflow put into the step that calls it. */
export async function freezeCalled(
	database: GalleyDatabase,
	definition: Workflow,
	callers: readonly string[] = [definition.id]
): Promise<Result<Workflow>> {
	const steps = await freezeSteps(database, definition.steps, callers);
	return steps.ok ? ok({ ...definition, steps: steps.value }) : steps;
}

async function freezeSteps(
	database: GalleyDatabase,
	steps: readonly Step[],
	callers: readonly string[]
): Promise<Result<Step[]>> {
	const frozen: Step[] = [];
	for (const step of steps) {
		const one = step.kind === 'workflow' ? await freezeCall(database, step, callers) : ok(step);
		if (!one.ok) return one;
		if (step.kind === 'workflow' || !step.steps) {
			frozen.push(one.value);
			continue;
		}
		const inner = await freezeSteps(database, step.steps, callers);
		if (!inner.ok) return inner;
		frozen.push({ ...step, steps: inner.value });
	}
	return ok(frozen);
}

async function freezeCall(
	database: GalleyDatabase,
	step: Step,
	callers: readonly string[]
): Promise<Result<Step>> {
	const { workflow: id, version } = step.with;
	if (typeof id !== 'string') return no('call.none', step, 'names no workflow. Choose one.');
	if (callers.includes(id))
		return no('call.circle', step, `calls “${id}”, which is what it is called from. Choose another one.`);
	if (callers.length >= DEEPEST) return no('call.deep', step, `is the ${DEEPEST}th call inside another.`);
	if (await standsApart(database, `workflow:${id}`))
		return no(
			'call.not-mine',
			step,
			`calls “${id}”, which came from a file and is for reading only. Look at what it does, and make it yours on its page first.`
		);
	const found = await documentOf(database, id, typeof version === 'number' ? version : null);
	if (!found) {
		const which = typeof version === 'number' ? `version ${version} of “${id}”` : `“${id}”`;
		return no(
			'call.unknown',
			step,
			`calls ${which}, which is not on this device. Bring it in, or choose another.`
		);
	}
	const missing = [
		...found.document.inputs.filter((input) => input.required),
		...found.document.sources.filter((source) => source.required && !isOfBefore(source.kind))
	].filter(({ id: name }) => !(name in step.inputs));
	if (missing.length > 0) {
		const names = missing.map((one) => `“${one.id}” (${one.title})`).join(', ');
		return no('call.inputs', step, `does not give ${names}. Add them to its inputs.`);
	}
	const allowed = await permitted(database, found.document);
	const inner = await freezeSteps(database, allowed.steps, [...callers, id]);
	if (!inner.ok) return inner;
	const { title, inputs, sources, model } = found.document;
	const facts: Frozen = { title, version: found.version, hash: hashOfJson(found.document), inputs, sources };
	const steps = model ? inner.value.map((one) => withModel(one, model)) : inner.value;
	return ok({ ...step, steps, with: { ...step.with, frozen: facts as unknown as Json } });
}

/** What a called workflow says of its models holds for its own steps, wherever it is called from. */
function withModel(step: Step, model: ModelSays): Step {
	const which = step.model?.tier || step.model?.exact ? { privacy: model.privacy } : model;
	return {
		...step,
		model: { ...which, ...step.model },
		...(step.steps ? { steps: step.steps.map((one) => withModel(one, model)) } : {})
	};
}

/** A saved document; of a version that is not the newest, from the workflow's history. */
async function documentOf(
	database: GalleyDatabase,
	id: string,
	version: number | null
): Promise<{ document: Workflow; version: number } | null> {
	const row = await database.workflows.get(id);
	if (!row || row.deleted) return null;
	if (version === null || version === row.version) return { document: row.document, version: row.version };
	const stream = `workflow:${id}`;
	for (const { event } of await readRecords(database, stream)) {
		const saved = event as WorkflowEvent;
		if (saved.type === 'workflow.saved' && saved.version === version)
			return { document: saved.document, version };
	}
	return null;
}

function no(code: string, step: Step, why: string) {
	return fail(failure(code, `“${step.title}” ${why} Nothing was started.`));
}
