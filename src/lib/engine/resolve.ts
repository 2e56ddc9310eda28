import {
	fail,
	failure,
	ok,
	OPEN,
	stricter,
	type Evidence,
	type Json,
	type Result,
	type Value,
	type ValueRef
} from '$lib/core';
import { lastAttempt, stepOf, type RunState } from '$lib/run';
import { follow, parseRef, refsIn, renderTemplate, sayRef, type Ref, type Step } from '$lib/workflow';
import type { ValueBook } from './values';

/** What an attempt is given, as references (for the log) and as values (for the worker). */
export interface Resolved {
	refs: Record<string, ValueRef[]>;
	inputs: Record<string, Value[]>;
	evidence: Record<string, Evidence[]>;
	schemas: Record<string, Record<string, Json>>;
	instructions: string;
}

/** Resolves a step's inputs and fills in its instructions. */
export async function resolveStep(state: RunState, step: Step, values: ValueBook): Promise<Result<Resolved>> {
	const resolved: Resolved = { refs: {}, inputs: {}, evidence: {}, schemas: {}, instructions: '' };
	for (const [name, text] of Object.entries(step.inputs)) {
		const read = parseRef(text);
		if ('problem' in read)
			return fail(failure('ref.malformed', `${read.problem} Mend the workflow and run it again.`));
		const found = await resolveRef(state, read.ref, values);
		if (!found.ok) return found;
		resolved.inputs[name] = found.value.values;
		resolved.refs[name] = found.value.refs;
		resolved.evidence[name] = evidenceOf(state, read.ref);
		const schema = schemaOf(state, read.ref);
		if (schema) resolved.schemas[name] = schema;
	}
	const outputs = new Map<string, Json | undefined>();
	const named = refsIn(step.instructions);
	for (const ref of named) {
		const output = ref.root === 'steps' ? state.steps[ref.id]?.output : null;
		if (ref.root !== 'steps' || !output || outputs.has(ref.id)) continue;
		const value = await values.get(output);
		if (!value.ok) return value;
		if (!(value.value.content instanceof Uint8Array)) outputs.set(ref.id, value.value.content);
	}
	const long = named.find((ref) => ref.root === 'steps' && !isBrief(lookup(state, ref, outputs)));
	if (long) {
		return fail(
			failure(
				'template.text',
				`The instructions refer to ${sayRef(long)}, which is a text. Add it to the step’s inputs instead: there it reaches the model as material, not as an order.`
			)
		);
	}
	const rendered = renderTemplate(step.instructions, (ref) => lookup(state, ref, outputs));
	if (!rendered.ok) return rendered;
	resolved.instructions = rendered.value;
	return ok(resolved);
}

/** What a template hole stands for in a run. */
export function lookup(
	state: RunState,
	ref: Ref,
	outputs: ReadonlyMap<string, Json | undefined> = new Map()
): Json | undefined {
	switch (ref.root) {
		case 'inputs':
			return state.inputs[ref.id];
		case 'run':
			return { id: state.id, number: state.number, date: state.date }[ref.field];
		case 'steps':
			return follow(outputs.get(ref.id), ref.path);
		case 'sources':
			return (state.sources[ref.id] ?? []).map((value) => value.name ?? 'text').join(', ') || undefined;
	}
}

/** Longest text, in characters, that an output may put into instructions. */
const LONGEST_WORDS = 120;

/**
 * Instructions are trusted, outputs are not: a number or a few words may stand in them, a text may not. What is not
 * known counts as brief; filling in says that it is missing.
 */
function isBrief(value: Json | undefined): boolean {
	if (typeof value === 'string') return value.length <= LONGEST_WORDS && !/[\n\r<>]/.test(value);
	return value === null || typeof value !== 'object';
}

async function resolveRef(
	state: RunState,
	ref: Ref,
	values: ValueBook
): Promise<Result<{ values: Value[]; refs: ValueRef[] }>> {
	if (ref.root === 'sources' || (ref.root === 'steps' && ref.path.length === 0)) {
		const output = ref.root === 'steps' ? state.steps[ref.id]?.output : null;
		const refs = ref.root === 'sources' ? (state.sources[ref.id] ?? []) : output ? [output] : [];
		const found: Value[] = [];
		for (const one of refs) {
			const value = await values.get(one);
			if (!value.ok) return value;
			found.push(value.value);
		}
		return ok({ values: found, refs });
	}
	if (ref.root === 'steps') return resolveInside(state, ref.id, ref.path, values);
	const plain = lookup(state, ref);
	const content = plain === undefined ? null : plain;
	return ok({
		values: [
			{
				content,
				media: typeof content === 'string' ? 'text/plain' : 'application/json',
				labels: OPEN,
				from: []
			}
		],
		refs: []
	});
}

/** A member of a typed output: a value of its own that inherits the labels of the whole. */
async function resolveInside(
	state: RunState,
	stepId: string,
	path: string[],
	values: ValueBook
): Promise<Result<{ values: Value[]; refs: ValueRef[] }>> {
	const whole = state.steps[stepId]?.output;
	if (!whole) return ok({ values: [], refs: [] });
	const value = await values.get(whole);
	if (!value.ok) return value;
	const inner = value.value.content instanceof Uint8Array ? undefined : follow(value.value.content, path);
	if (inner === undefined) {
		return fail(
			failure(
				'ref.empty',
				`The output of “${stepId}” has no “${path.join('.')}”. The output is kept; mend the reference and run again.`
			)
		);
	}
	return ok({
		values: [
			{
				content: inner,
				media: typeof inner === 'string' ? 'text/plain' : 'application/json',
				labels: stricter([value.value.labels]),
				from: [whole.hash]
			}
		],
		refs: [whole]
	});
}

function evidenceOf(state: RunState, ref: Ref): Evidence[] {
	if (ref.root !== 'steps') return [];
	const step = state.steps[ref.id];
	return (step && lastAttempt(step)?.evidence) ?? [];
}

function schemaOf(state: RunState, ref: Ref): Record<string, Json> | undefined {
	if (ref.root !== 'steps' || ref.path.length > 0) return undefined;
	return stepOf(state, ref.id)?.output.schema;
}
