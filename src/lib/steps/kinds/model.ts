import {
	BUILT_IN,
	fail,
	failure,
	isMendable,
	mendText,
	ok,
	parseRule,
	type Failure,
	type Flag,
	type Json,
	type Result,
	type Value
} from '$lib/core';
import { readJson, type ModelAnswer, type ModelRequest } from '$lib/models';
import * as z from 'zod';
import { agreementOf } from '../agreement';
import { defineStepKind, type StepContext, type StepOutcome } from '../contract';
import { FLAG_SCHEMA, FLAGS_AT_LEAST, flagsFrom, missingFrom } from '../flags';
import { derivedLabels, materialsOf, placed, type Material } from '../material';
import { asSent, buildPrompt, type PromptParts } from '../prompt';
import { fitted, roomOf } from '../retrieve';
import { moved } from '../trace/moved';

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
	rules: z
		.array(
			z.string().refine((text) => parseRule(text) !== null, {
				error:
					'No rule of this kind can be held without a model. Try “Write “revenue” instead of “turnover”.” or put it into the instructions.'
			})
		)
		.default([])
		.meta({ title: 'Rules that always hold' })
		.describe(
			'Sentences such as “Give money without decimals.” Where the text of the model breaks one, it is put right without a model. What only a model can put right, such as a missing section, it is told, and a model on this device is asked for once more.'
		),
	tries: z
		.int()
		.min(1)
		.max(5)
		.optional()
		.meta({ title: 'Tries' })
		.describe(
			'For extract and classify with a model on this device: it is asked so many times, and where the answers disagree you are told. That they agree does not make them right. Empty: once.'
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
		const { material } = fit.value;
		const parts = { material, sections, maxWords, schema };
		const told = { ...context, notes: [...context.notes, ...rulesToTell(context)] };
		const prompt = buildPrompt(told, parts);
		const request: ModelRequest = {
			provider: context.provider,
			...prompt,
			timeoutSeconds: context.step.timeoutSeconds,
			...(schema ? { json: { name: context.step.id, schema } } : {}),
			...(maxTokens ? { maxTokens } : {})
		};
		await context.prepared(asSent(prompt));
		context.signal.throwIfAborted();
		const read = (answer: ModelAnswer) =>
			schema ? typed(context, answer, schema, material) : written(context, answer, material);
		const tries = triesOf(context);
		if (tries > 1) return withFlags(fit.value.flags, await askSeveral(context, request, tries, read));
		const outcome = await context.generate(request, (piece) => context.emit(piece));
		if (!outcome.ok) return fail(outcome.failure);
		const first = read(outcome.value);
		const missed = first.ok && !schema ? missedBy(first.value) : [];
		// A call that leaves the device is made because a person said so; this one nobody asked for.
		if (missed.length === 0 || !context.provider.onDevice) return withFlags(fit.value.flags, first);
		const again = { first: outcome.value, missed, request, asked: asSent(prompt) };
		return withFlags(fit.value.flags, await askAgain(told, again, parts));
	}
});

/** What is to be known of the material stands before what is to be known of the answer. */
function withFlags(flags: readonly Flag[], made: Result<StepOutcome>): Result<StepOutcome> {
	return made.ok ? ok({ ...made.value, flags: [...flags, ...(made.value.flags ?? [])] }) : made;
}

/** The built-in model says the same each time; elsewhere every call is one that a person has to know of. */
function triesOf({ step, provider, config: { tries } }: Context): number {
	const isAsked = step.job === 'extract' || step.job === 'classify';
	return isAsked && provider.onDevice && provider.id !== BUILT_IN.id ? (tries ?? 1) : 1;
}

/** How far tries may stray from the likeliest answer: enough to show where the model is not sure. */
const STRAY = 0.7;

/** The same question several times. The answer that agrees with the most others counts; one that came to nothing does not. */
async function askSeveral(
	context: Context,
	request: ModelRequest,
	tries: number,
	read: (answer: ModelAnswer) => Result<StepOutcome>
): Promise<Result<StepOutcome>> {
	const made: StepOutcome[] = [];
	let usage: ModelAnswer['usage'] = { input: 0, output: 0 };
	let last: Failure | null = null;
	for (let seed = 1; seed <= tries; seed++) {
		context.signal.throwIfAborted();
		const outcome = await context.generate({ ...request, seed, temperature: STRAY }, () => undefined);
		const answer = outcome.ok ? read(outcome.value) : outcome;
		if (outcome.ok) usage = both(usage, outcome.value.usage);
		if (answer.ok) made.push(answer.value);
		else last = answer.failure;
	}
	const { best, of, agreed, flags } = agreementOf(made.map(({ output }) => output.content as Json));
	const chosen = made[best];
	if (!chosen)
		return fail(last ?? failure('model.empty', `${context.provider.title} answered with nothing.`));
	return ok({ ...chosen, usage, agreement: { of, agreed }, flags: [...(chosen.flags ?? []), ...flags] });
}

/** Rules that only a model can keep: it is told them among the corrections. The others it need not know. */
function rulesToTell({ config: { rules } }: Context): Context['notes'] {
	return rules.flatMap((instruction) => {
		const rule = parseRule(instruction);
		return rule && !isMendable(rule) ? [{ id: instruction, instruction }] : [];
	});
}

/** Rules that the text still breaks, as its flags say them. */
function missedBy({ flags }: StepOutcome): string[] {
	return (flags ?? []).flatMap((flag) => (flag.kind === 'check' && flag.about ? [flag.about] : []));
}

/** One more call, with the draft and the rules that it breaks and nothing else; the better of the two answers counts. */
async function askAgain(
	context: Context,
	before: { first: ModelAnswer; missed: string[]; request: ModelRequest; asked: string },
	parts: PromptParts
): Promise<Result<StepOutcome>> {
	const { first, missed, request, asked } = before;
	const feedback = { reason: missed.join(' '), draft: unwrapped(first.text) };
	const prompt = buildPrompt({ ...context, feedback }, parts);
	await context.prepared(`${asked}\n\n— Asked once more —\n\n${asSent(prompt)}`);
	context.signal.throwIfAborted();
	const kept = written(context, first, parts.material);
	const outcome = await context.generate({ ...request, ...prompt }, (piece) => context.emit(piece));
	if (!outcome.ok) return kept;
	const answer = { ...outcome.value, usage: both(first.usage, outcome.value.usage) };
	const second = written(context, answer, parts.material);
	if (!second.ok || missedBy(second.value).length >= missed.length) return kept;
	return second;
}

function both(one: ModelAnswer['usage'], other: ModelAnswer['usage']): ModelAnswer['usage'] {
	const sum = (a: number | null, b: number | null) => (a === null || b === null ? null : a + b);
	return { input: sum(one.input, other.input), output: sum(one.output, other.output) };
}

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
	const held = mendText(text, context.config.rules);
	flags.push(...held.missed.map(broken));
	const output: Value = { ...base(context), content: held.text, media: context.step.output.media };
	const made = outcomeOf(answer, output, flags, material);
	if (held.mended.length === 0) return ok(made);
	return ok({
		...made,
		evidence: moved(made.evidence ?? [], text, held.text),
		mended: { rules: held.mended, raw: text }
	});
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

function broken({ rule, reason }: { rule: string; reason: string }): Flag {
	return { kind: 'check', text: `${rule} ${reason}`, about: rule };
}

function uncertain(text: string): Flag {
	return { kind: 'uncertain', text };
}
