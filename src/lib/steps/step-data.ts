import { fail, failure, ok, type Json, type Result, type Value } from '$lib/core';
import type { StepContext } from './contract';
import { collectionOf, named } from './material';

/** What an expression or a person's code is given: plain JSON, and nothing that could be called. */
export interface StepData {
	/** One member for each input of the step. */
	inputs: Record<string, Json>;
	run: Record<string, Json>;
	item?: Json;
	index?: number;
	loop?: { round: number; last: Json };
	gate?: { flags: number; missed: number; revision: number };
}

type Given = Pick<StepContext, 'run' | 'inputs' | 'scope' | 'readFile'>;

/** The data of a step. Files that come straight from a source are read here; a bad one is a failure. */
export async function stepData(context: Given): Promise<Result<StepData>> {
	const inputs: Record<string, Json> = {};
	for (const [name, values] of Object.entries(context.inputs)) {
		const read: Json[] = [];
		for (const value of values) {
			const plain = await plainOf(value, name, context);
			if (!plain.ok) return plain;
			read.push(plain.value);
		}
		inputs[name] = read.length > 1 ? read : (read[0] ?? null);
	}
	const { number, date, title } = context.run;
	const { called: _called, ...scope } = context.scope ?? {};
	return ok({ ...scope, inputs, run: { number, date, title, inputs: runInputs(context) } });
}

/** What the workflow that a step belongs to was given: by the person, or by the step that called it. */
export function runInputs({ run, scope }: Pick<StepContext, 'run' | 'scope'>): Record<string, Json> {
	return scope?.called?.inputs ?? run.inputs;
}

/** True for such an input that neither the person typed nor an author wrote. */
export function isForeignInput({ scope }: Pick<StepContext, 'scope'>, id: string): boolean {
	return scope?.called?.foreign.includes(id) === true;
}

async function plainOf(value: Value, input: string, { readFile }: Given): Promise<Result<Json>> {
	const { content } = value;
	if (content instanceof Uint8Array) {
		const name = value.name ?? input;
		const read = await readFile({ name, bytes: content });
		return read.ok ? ok(read.value.text) : fail(named(read.failure, name, { input }));
	}
	const collection = collectionOf(content);
	// Places are for showing; an expression that lists documents should not list ten thousand of them.
	return ok(
		collection ? (collection.documents.map(({ spans: _, ...rest }) => rest) as unknown as Json) : content
	);
}

const OURS = ['run', 'item', 'index', 'loop'];

/** The data as an expression sees it: each input by its own name beside `run`, `item`, `index` and `loop`. */
export function expressionData({ inputs, ...own }: StepData): Result<Record<string, Json>> {
	// Only a gate's own condition has a `gate`; elsewhere an input may be called so.
	const hidden = [...OURS, ...('gate' in own ? ['gate'] : [])].find((name) => name in inputs);
	if (hidden === undefined) return ok({ ...inputs, ...own });
	return fail(
		failure(
			'expression.name',
			`An input of this step is called “${hidden}”, which means something else in an expression. Nothing was run; give the input another name in the workflow and start a new run.`,
			{ details: { name: hidden } }
		)
	);
}
