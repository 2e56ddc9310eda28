import {
	fail,
	failure,
	ok,
	OPEN,
	stricter,
	type Evidence,
	type Json,
	type Labels,
	type Result,
	type Value,
	type ValueRef
} from '$lib/core';
import { lastAttempt, type RunState, type StepState } from '$lib/run';
import { stepKind } from '$lib/steps';
import { follow, mayBeMissing, parseRef, refsIn, renderTemplate, sayRef, type Ref } from '$lib/workflow';
import { frozenOf } from './called';
import { labelledBy, labelsOf } from './labels';
import { blockAround, calledBy, roundBefore, seenFrom } from './surroundings';
import type { ValueBook } from './values';

/** What an attempt is given, as references (for the log) and as values (for the worker). */
export interface Resolved {
	refs: Record<string, ValueRef[]>;
	inputs: Record<string, Value[]>;
	/** Names of inputs that were missing; a default may stand in their places. */
	unseen: string[];
	evidence: Record<string, Evidence[]>;
	schemas: Record<string, Record<string, Json>>;
	instructions: string;
	/** Labels of everything that the instructions were filled in with. */
	said: Labels;
	/** Of what the blocks around it go through. */
	around: Labels[];
	/** The strictest of all that the step can look at, what the blocks around it go through included. */
	labels: Labels;
}

/** The values behind a reference, and the stored values that they are or come from. */
interface Found {
	values: Value[];
	refs: ValueRef[];
	/** There was nothing; what stands here is a default, or nothing. */
	isMissing?: true;
}

const NOTHING: Found = { values: [], refs: [] };

/** Resolves a step's inputs and fills in its instructions. */
export async function resolveStep(
	state: RunState,
	step: StepState,
	values: ValueBook
): Promise<Result<Resolved>> {
	const resolved: Resolved = {
		refs: {},
		inputs: {},
		unseen: [],
		evidence: {},
		schemas: {},
		instructions: '',
		said: OPEN,
		around: labelsAround(state, step),
		labels: OPEN
	};
	for (const [name, text] of Object.entries(step.def.inputs)) {
		const read = parseRef(step.instead.inputs[name] ?? text);
		if ('problem' in read)
			return fail(failure('ref.malformed', `${read.problem} Mend the workflow and run it again.`));
		const found = await resolveInput(state, step, name, read.ref, values);
		if (!found.ok) return found;
		resolved.inputs[name] = found.value.values;
		resolved.refs[name] = found.value.refs;
		if (found.value.isMissing) resolved.unseen.push(name);
		const maker = read.ref.root === 'steps' ? seenFrom(state, step, read.ref.id) : null;
		resolved.evidence[name] = (maker && lastAttempt(maker)?.evidence) ?? [];
		const schema = read.ref.root === 'steps' && read.ref.path.length === 0 && maker?.def.output.schema;
		if (schema) resolved.schemas[name] = schema;
	}
	const instructions = await fillIn(state, step, values);
	if (!instructions.ok) return instructions;
	resolved.instructions = instructions.value.text;
	resolved.said = instructions.value.labels;
	return ok({ ...resolved, labels: labelsOf(resolved) });
}

/** An input; where it may be missing, its default or nothing in its place. */
async function resolveInput(
	state: RunState,
	step: StepState,
	name: string,
	ref: Ref,
	values: ValueBook
): Promise<Result<Found>> {
	const found = await resolveRef(state, step, ref, values);
	if (!mayBeMissing(step.def, name)) return found;
	if (found.ok ? found.value.values.length > 0 : found.failure.code !== 'ref.empty') return found;
	const instead = step.def.defaults?.[name];
	return ok({ values: instead === undefined ? [] : [plain(instead)], refs: [], isMissing: true });
}

/** Longest text, in characters, that an output may put into instructions. */
const LONGEST_WORDS = 120;

/**
 * The instructions with their holes filled. They are trusted and outputs are not: a number or a few words of one may
 * stand in them, a text may not.
 */
async function fillIn(
	state: RunState,
	step: StepState,
	values: ValueBook
): Promise<Result<{ text: string; labels: Labels }>> {
	const contents = new Map<string, Json>();
	const labels: Labels[] = [];
	for (const ref of refsIn(step.def.instructions)) {
		const found = await resolveRef(state, step, ref, values);
		if (!found.ok) {
			if (found.failure.code === 'ref.empty') continue;
			return found;
		}
		const content =
			ref.root === 'sources' ? namesOf(found.value.values) : (found.value.values[0]?.content ?? null);
		if (content === null || content instanceof Uint8Array) continue;
		if (isMade(ref, state, step) && !isBrief(content)) {
			return fail(
				failure(
					'template.text',
					`The instructions refer to ${sayRef(ref)}, which is a text. Add it to the step’s inputs instead: there it reaches the model as material, not as an order.`
				)
			);
		}
		contents.set(sayRef(ref), content);
		labels.push(...found.value.values.map((value) => value.labels));
	}
	const rendered = renderTemplate(step.def.instructions, (ref) => contents.get(sayRef(ref)));
	return rendered.ok ? ok({ text: rendered.value, labels: stricter(labels) }) : rendered;
}

/** Labels of what expressions and code see of the blocks around a step, whether it is named among its inputs or not. */
function labelsAround(state: RunState, step: StepState): Labels[] {
	const list = blockAround(state, step, 'map')?.block.list;
	const loop = blockAround(state, step, 'loop');
	const last = loop && roundBefore(state, loop)?.output;
	const caller = stepKind(step.def.kind)?.seesRunInputs ? calledBy(state, step) : null;
	const given = caller && lastAttempt(caller)?.inputs;
	const called = caller ? frozenOf(caller.def).inputs.flatMap(({ id }) => given?.[id] ?? []) : [];
	return [list, last, ...called].flatMap((ref) => ref?.labels ?? []);
}

/** True for what steps or files made; false for what the person typed. */
function isMade(ref: Ref, state: RunState, step: StepState): boolean {
	if (ref.root === 'inputs') return calledBy(state, step) !== null;
	return ref.root === 'steps' || ref.root === 'item' || ref.root === 'loop';
}

function isBrief(value: Json): boolean {
	if (typeof value === 'string') return value.length <= LONGEST_WORDS && !/[\n\r<>]/.test(value);
	return value === null || typeof value !== 'object';
}

function namesOf(values: readonly Value[]): string | null {
	return values.map((value) => value.name ?? 'text').join(', ') || null;
}

/** What a reference means to a step, where it stands. */
export async function resolveRef(
	state: RunState,
	step: StepState,
	ref: Ref,
	values: ValueBook
): Promise<Result<Found>> {
	switch (ref.root) {
		case 'run':
			return ok(given({ id: state.id, number: state.number, date: state.date }[ref.field]));
		case 'inputs':
		case 'sources': {
			const caller = calledBy(state, step);
			if (caller) return resolveGiven(state, caller, ref.id, values);
			if (ref.root === 'inputs') return ok(given(state.inputs[ref.id]));
			return load(state.sources[ref.id] ?? [], values);
		}
		case 'steps': {
			const output = seenFrom(state, step, ref.id)?.output;
			return output ? inside(output, ref.path, values, sayRef(ref)) : ok(NOTHING);
		}
		case 'item': {
			const around = blockAround(state, step, 'map');
			if (!around?.block.list) return ok(NOTHING);
			return inside(around.block.list, [String(around.index), ...ref.path], values, sayRef(ref));
		}
		case 'map': {
			const around = blockAround(state, step, 'map');
			return ok(given(around ? around.index + 1 : undefined));
		}
		case 'loop': {
			const around = blockAround(state, step, 'loop');
			if (!around) return ok(NOTHING);
			if (ref.field === 'round') return ok(given(around.index + 1));
			const last = roundBefore(state, around)?.output;
			return last ? inside(last, ref.path, values, sayRef(ref)) : ok(NOTHING);
		}
	}
}

/** What a called workflow was given under a name, as its caller sees it. */
async function resolveGiven(
	state: RunState,
	caller: StepState,
	name: string,
	values: ValueBook
): Promise<Result<Found>> {
	const text = caller.def.inputs[name];
	if (text === undefined) return ok(NOTHING);
	const read = parseRef(text);
	if ('problem' in read) return fail(failure('ref.malformed', read.problem));
	const found = await resolveInput(state, caller, name, read.ref, values);
	const source = frozenOf(caller.def).sources.find((one) => one.id === name);
	if (!found.ok || source?.reach !== 'local-only') return found;
	const labelled = found.value.values.map((value) => ({
		...value,
		labels: { ...value.labels, reach: 'local-only' as const }
	}));
	return ok({ values: labelled, refs: found.value.refs.map((ref) => labelledBy(source, ref)) });
}

async function load(refs: ValueRef[], values: ValueBook): Promise<Result<Found>> {
	const found: Value[] = [];
	for (const ref of refs) {
		const value = await values.get(ref);
		if (!value.ok) {
			const { failure: why } = value;
			return fail({ ...why, details: { ...why.details, file: ref.name ?? 'a file' } });
		}
		found.push(value.value);
	}
	return ok({ values: found, refs });
}

/** A stored value, or a member of it: then a value of its own that inherits the labels of the whole. */
async function inside(
	whole: ValueRef,
	path: string[],
	values: ValueBook,
	said: string
): Promise<Result<Found>> {
	const value = await values.get(whole);
	if (!value.ok) return value;
	if (path.length === 0) return ok({ values: [value.value], refs: [whole] });
	const inner = value.value.content instanceof Uint8Array ? undefined : follow(value.value.content, path);
	if (inner === undefined) {
		return fail(
			failure(
				'ref.empty',
				`There is nothing at ${said}. The whole is kept; mend the reference and run again, or say that this input may be missing.`
			)
		);
	}
	return ok({
		values: [{ ...plain(inner), labels: stricter([value.value.labels]), from: [whole.hash] }],
		refs: [whole]
	});
}

/** A fact that is not stored; of nothing, nothing. */
function given(content: Json | undefined): Found {
	return content === undefined ? NOTHING : { values: [plain(content)], refs: [] };
}

function plain(content: Json): Value {
	const media = typeof content === 'string' ? 'text/plain' : 'application/json';
	return { content, media, labels: OPEN, from: [] };
}
