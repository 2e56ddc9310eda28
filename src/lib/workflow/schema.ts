import '$lib/core';
import * as z from 'zod';

/** The format written by this release. Older formats are migrated up, newer ones are refused unread. */
export const FORMAT = 1;

/** Ids are used in references, so they look like `sales_2` or `draft-report`: start with a letter, at most 64. */
export const idSchema = z
	.string()
	.regex(/^[a-z][a-z0-9_-]{0,63}$/i, 'An id starts with a letter and has letters, digits, - and _ only.')
	.refine((id) => !(id in {}), 'This id has a meaning of its own in JavaScript. Choose another one.');

export const JOBS = [
	'collect',
	'extract',
	'summarize',
	'draft',
	'flag',
	'classify',
	'evaluate',
	'decide',
	'act'
] as const;

const jsonObject = z.record(z.string(), z.json());

/** Something the person fills in when a run starts. */
export const inputSchema = z.object({
	id: idSchema,
	title: z.string().min(1),
	type: z.enum(['text', 'number', 'date', 'choice']).default('text'),
	required: z.boolean().default(true),
	options: z.array(z.string()).optional(),
	example: z.string().optional(),
	help: z.string().optional()
});

/** Files, pasted text or earlier outputs that a run is given. */
export const sourceSchema = z.object({
	id: idSchema,
	title: z.string().min(1),
	/**
	 * `library`: what the library has that fits path, pattern, tag and types when the run starts. `changes`: what differs
	 * from the last approved run, as a text. `open-items`: what that run left open, with its age. `page`: a web page, fetched
	 * when the person says so at the start of a run.
	 */
	kind: z.enum(['files', 'text', 'output', 'last-approved', 'library', 'changes', 'open-items', 'page']),
	/** For `files`: extensions without the dot. Empty means any. */
	accept: z.array(z.string()).default([]),
	/** For `files`: words in a file's name that make Galley put it here by itself. */
	match: z.array(z.string()).default([]),
	/** For `output` and `library`: a library path or folder. */
	path: z.string().optional(),
	/** For `library`: what a name has to look like, such as `*sales*.csv`. */
	pattern: z.string().min(1).optional(),
	/** For `library`: only what has this tag. */
	tag: z.string().min(1).optional(),
	/** For `library`: so many of the newest; absent means all. */
	newest: z.int().min(1).max(1000).optional(),
	/** For `last-approved`: of this workflow instead of the source's own. */
	workflow: idSchema.optional(),
	/** For `page`: its address, https. */
	url: z.string().max(2000).optional(),
	required: z.boolean().default(true),
	/** Keep last run's choice as the next run's default. */
	keep: z.boolean().default(false),
	help: z.string().optional(),
	/** `local-only`: what it gives, and everything made from it, never goes to a remote model or into a request. */
	reach: z.enum(['may-leave', 'local-only']).optional()
});

export const outputSchema = z.object({
	type: z.enum(['text', 'json']).default('text'),
	media: z.string().default('text/markdown'),
	/** JSON Schema (2020-12) of a typed output. */
	schema: jsonObject.optional()
});

export const retrySchema = z.object({
	/** Tries in all, the first included. */
	attempts: z.int().min(1).max(10).default(2),
	/** Pause before the next try, in seconds; doubles each time. */
	delaySeconds: z.number().min(0).max(3600).default(1)
});

export const permissionsSchema = z.object({
	/** Where a model may run for this step. */
	model: z.enum(['none', 'on-device', 'any']).default('none'),
	/** Library folders that the step may write to. */
	write: z.array(z.string()).default([]),
	/** Hosts that the step may send requests to, such as `api.example.org`. */
	hosts: z.array(z.string()).optional()
});

/** Which model is wanted; what is not said is taken from the workflow, and then does not matter. See wish.ts. */
export const modelSchema = z.strictObject({
	/** `small` for the simple steps, `large` for the hard ones: any configured model of that size. */
	tier: z.enum(['small', 'large']).optional(),
	/** Id or title of one configured model; no other answers then. */
	exact: z.string().min(1).optional(),
	/** Whether what the step sees may go to a remote model: never, after asking, or as `permissions` say. */
	privacy: z.enum(['device', 'ask', 'may-leave']).optional()
});

/** The most that a run may cost. The currency is a code such as `EUR`; nothing is converted. */
export const budgetSchema = z.strictObject({
	amount: z.number().min(0),
	currency: z.string().regex(/^[A-Z]{3}$/, 'A currency is three capital letters, such as EUR.')
});

/** On which way of an earlier branch, or after which outcome of an earlier step, a step runs at all. */
export const whenSchema = z.strictObject({
	step: idSchema,
	/** Routes of a branch; the step runs on these only. */
	route: z.array(z.string().min(1)).min(1).optional(),
	/** How the step ended. `failed` makes this step the answer to a failure, which then stops nothing else. */
	outcome: z
		.array(z.enum(['done', 'failed', 'skipped']))
		.min(1)
		.optional()
});

/** What is done, in this order, after the last try has failed. */
export const fallbackSchema = z.discriminatedUnion('use', [
	/** Goes on with this value. */
	z.strictObject({ use: z.literal('value'), value: z.json() }),
	/** Tries again with another reference in the place of an input. */
	z.strictObject({ use: z.literal('source'), input: idSchema, from: z.string().min(1) }),
	/** Tries again with another provider; `built-in` is always there. */
	z.strictObject({ use: z.literal('provider'), provider: z.string().min(1) }),
	/** Asks a person, who is shown what there is and may fill it in by hand. */
	z.strictObject({ use: z.literal('person') }),
	/** Goes on without this output. */
	z.strictObject({ use: z.literal('without') })
]);

/** One node. Members that only some steps have are absent elsewhere, so that documents stay short. */
export const stepSchema = z.strictObject({
	id: idSchema,
	title: z.string().min(1),
	/** How it runs; the step registry knows the kinds. An unknown kind is kept and shown as unavailable. */
	kind: z.string().min(1),
	/** The ONE thing it is for. */
	job: z.enum(JOBS),
	needs: z.array(idSchema).default([]),
	/** Name -> reference, such as `steps.extract.output.total` or `sources.notes`. */
	inputs: z.record(idSchema, z.string().min(1)).default({}),
	/** A template; see template.ts. */
	instructions: z.string().default(''),
	output: outputSchema.prefault({}),
	retry: retrySchema.prefault({}),
	timeoutSeconds: z.number().min(1).max(86_400).default(120),
	permissions: permissionsSchema.prefault({}),
	model: modelSchema.optional(),
	/** What the kind itself asks for; checked against the kind's own schema. */
	with: jsonObject.default({}),
	when: whenSchema.optional(),
	/**
	 * With `all` (the rule where nothing is said) the step is skipped when a step that it waits for was; with `any` it
	 * runs when at least one of them is done, once all of them have ended: a join of branches.
	 */
	join: z.enum(['all', 'any']).optional(),
	/** Names of inputs that may be missing; the step is told what it did not see. */
	optional: z.array(idSchema).optional(),
	/** Input name -> what it is when it is missing. */
	defaults: z.record(idSchema, z.json()).optional(),
	fallback: z.array(fallbackSchema).optional(),
	/** False: never reuse an earlier result, however equal everything that goes in is. */
	reuse: z.boolean().optional(),
	/** The steps inside a block: a `map` runs them for each item, a `loop` round after round. */
	get steps(): z.ZodOptional<z.ZodArray<typeof stepSchema>> {
		return z.array(stepSchema).optional();
	}
});

/** Format 1 of the workflow document. Unknown members are refused, so that a typing mistake is not silently lost. */
export const workflowSchema = z.strictObject({
	format: z.literal(FORMAT),
	id: idSchema,
	title: z.string().min(1),
	/** What a finished run is good for, in one sentence. */
	goal: z.string().default(''),
	assumptions: z.array(z.string()).default([]),
	inputs: z.array(z.strictObject(inputSchema.shape)).default([]),
	sources: z.array(z.strictObject(sourceSchema.shape)).default([]),
	steps: z.array(stepSchema).default([]),
	output: z
		.strictObject({
			/** Template of a run's title, such as `Performance, week {{inputs.week}}`. */
			title: z.string().default('')
		})
		.prefault({}),
	/** What holds for every step that says nothing else. */
	model: modelSchema.optional(),
	budget: budgetSchema.optional(),
	/** True: every run of it is sealed, so that nothing may leave the device for it. */
	sealed: z.boolean().optional(),
	triggers: z.array(z.strictObject({ kind: z.literal('person') })).default([{ kind: 'person' }])
});

export type Workflow = z.infer<typeof workflowSchema>;
export type Step = z.infer<typeof stepSchema>;
export type ModelSays = z.infer<typeof modelSchema>;
export type Fallback = z.infer<typeof fallbackSchema>;
export type WorkflowInput = z.infer<typeof inputSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type Job = (typeof JOBS)[number];
