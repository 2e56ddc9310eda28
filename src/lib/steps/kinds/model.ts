import { fail, failure, ok, type Failure, type Flag, type Json, type Result, type Value } from '$lib/core';
import { readJson, type ModelAnswer, type ModelRequest } from '$lib/models';
import * as z from 'zod';
import { defineStepKind, type StepContext, type StepOutcome } from '../contract';
import { FLAG_SCHEMA, FLAGS_AT_LEAST, flagsFrom, missingFrom } from '../flags';
import { derivedLabels, materialsOf, placed, type Material } from '../material';
import { asSent, buildPrompt } from '../prompt';
import { fitted, roomOf } from '../retrieve';

const config = z.strictObject({
	sections: z
		.array(
			z.strictObject({
				title: z.string().min(1).meta({ title: 'Heading' }),
				about: z.string().default('').meta({ title: 'What belongs there' })
			})
		)
		.default([])
		.meta({ title: 'Sections' })
		.describe('For a draft: its sections in order. Empty: the model decides.'),
	maxWords: z.int().min(1).optional().meta({ title: 'Words at most' }),
	documents: z
		.array(z.string())
		.default([])
		.meta({ title: 'Documents' })
		.describe('Ids of the sources whose documents this step may see. Empty: all that its inputs carry.'),
	maxMaterial: z
		.int()
		.min(200)
		.optional()
		.meta({ title: 'Tokens of material at most' })
		.describe(
			'Of longer documents the passages nearest to the task are given, and the gate says which. Empty: as much as the model takes.'
		),
	maxTokens: z
		.int()
		.min(1)
		.optional()
		.meta({ title: 'Tokens at most' })
		.describe("Limit of the answer. Empty: the provider's own.")
});

type Context = StepContext<z.output<typeof config>>;

export default defineStepKind({
	kind: 'model',
	title: 'Model',
	summary:
		'Gives material and instructions to the chosen model and keeps its answer, as text or as typed data.',
	jobs: ['extract', 'summarize', 'draft', 'flag', 'classify', 'evaluate'],
	config,
	example: {
		sections: [{ title: 'Summary', about: 'What matters most.' }],
		maxWords: 300,
		documents: ['notes']
	},
	takesNotes: true,
	async run(context) {
		const refused = refusal(context);
		if (refused) return fail(refused);
		const whole = await materialsOf(context, context.config.documents);
		if (!whole.ok) return whole;
		const schema = schemaOf(context.step);
		const { sections, maxWords, maxTokens } = context.config;
		const fit = await fitted(whole.value, {
			room: roomOf(context.provider, context.config),
			task: taskOf(context, schema),
			model: context.provider.title
		});
		if (!fit.ok) return fit;
		const { material, flags } = fit.value;
		const prompt = buildPrompt(context, { material, sections, maxWords, schema });
		const request: ModelRequest = {
			provider: context.provider,
			...prompt,
			timeoutSeconds: context.step.timeoutSeconds,
			...(schema ? { json: { name: context.step.id, schema } } : {}),
			...(maxTokens ? { maxTokens } : {})
		};
		await context.prepared(asSent(prompt));
		context.signal.throwIfAborted();
		const outcome = await context.generate(request, (piece) => context.emit(piece));
		if (!outcome.ok) return fail(outcome.failure);
		const answered = schema
			? typed(context, outcome.value, schema, material)
			: written(context, outcome.value, material);
		return answered.ok
			? ok({ ...answered.value, flags: [...flags, ...(answered.value.flags ?? [])] })
			: answered;
	}
});

/** A step uses a model only where its definition lets it. */
function refusal({ step, provider }: Context): Failure | null {
	const allowed = step.permissions.model;
	if (allowed === 'any' || (allowed === 'on-device' && provider.onDevice)) return null;
	const details = { allowed, provider: provider.id };
	return allowed === 'none'
		? failure(
				'model.not-permitted',
				`“${step.title}” may not use a model. Nothing was sent. Allow it in the workflow and start a new run.`,
				{ details }
			)
		: failure(
				'model.not-on-device',
				`“${step.title}” may use a model on this device only, and ${provider.title} is elsewhere. Nothing was sent. Choose another model and try again.`,
				{ details }
			);
}

function schemaOf(step: Context['step']): Record<string, Json> | null {
	if (step.job === 'flag') return step.output.schema ?? FLAG_SCHEMA;
	return step.output.type === 'json' ? (step.output.schema ?? {}) : null;
}

/** What the step is after, in words: by these the passages of long documents are chosen. */
function taskOf(
	{ step, instructions, config: { sections } }: Context,
	schema: Record<string, Json> | null
): string {
	const fields = schema?.['properties'];
	return [
		step.title,
		instructions,
		...sections.flatMap((section) => [section.title, section.about]),
		fields ? JSON.stringify(fields) : ''
	].join('\n');
}

function typed(
	context: Context,
	answer: ModelAnswer,
	schema: Record<string, Json>,
	material: readonly Material[]
): Result<StepOutcome> {
	const isFlags = schema === FLAG_SCHEMA;
	const read = readJson(answer.text, isFlags ? FLAGS_AT_LEAST : schema);
	if (!read.ok) return read;
	const value = read.value.value;
	const flags: Flag[] = [];
	if (context.step.job === 'flag') flags.push(...flagsFrom(value));
	else flags.push(...missingFrom(value, schema, answer.warnings));
	const told = new Set(flags.map((flag) => flag.text));
	const left = answer.warnings.filter((text) => !told.has(text));
	const { repaired } = read.value;
	if (repaired?.how === 'mended')
		left.push('The answer was not quite JSON and was mended; compare it with the material.');
	const output: Value = { ...base(context), content: value, media: 'application/json' };
	const outcome = outcomeOf(answer, output, [...flags, ...left.map(uncertain)], material);
	return ok({ ...outcome, ...(repaired ? { repaired: { answer: answer.text, ...repaired } } : {}) });
}

function written(context: Context, answer: ModelAnswer, material: readonly Material[]): Result<StepOutcome> {
	const text = unwrapped(answer.text);
	if (text === '') {
		return fail(
			failure(
				'model.empty',
				`${context.provider.title} answered with nothing. Try again, or choose another model.`,
				{
					retryable: true
				}
			)
		);
	}
	const flags = answer.warnings.map(uncertain);
	if (answer.finish === 'length') {
		flags.push(uncertain('The answer was cut off at the length limit; its end is missing.'));
	}
	const output: Value = { ...base(context), content: text, media: context.step.output.media };
	return ok(outcomeOf(answer, output, flags, material));
}

/** Model output is content like any other: it is never trusted, and goes no further than what it was made from. */
function base(context: Context): Pick<Value, 'labels' | 'from' | 'name'> {
	return {
		labels: { ...derivedLabels(context.inputs), trust: 'untrusted' },
		from: [],
		name: context.step.title
	};
}

function outcomeOf(
	answer: ModelAnswer,
	output: Value,
	flags: Flag[],
	material: readonly Material[]
): StepOutcome {
	return {
		output,
		flags,
		evidence: answer.evidence.map((item) => placed(item, material)),
		usage: answer.usage,
		model: answer.model
	};
}

/** Some models put the whole answer into a code block although it is prose. */
function unwrapped(text: string): string {
	const match = /^\s*```(?:markdown|md)?\n([\s\S]*?)\n```\s*$/.exec(text);
	return (match?.[1] ?? text).trim();
}

function uncertain(text: string): Flag {
	return { kind: 'uncertain', text };
}
