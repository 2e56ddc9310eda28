import '$lib/core';
import * as z from 'zod';

/** The format written by this release. Older formats are migrated up, newer ones are refused unread. */
export const FORMAT = 1;

/** Ids are used in references, so they look like `sales_2` or `draft-report`: start with a letter, at most 64. */
export const idSchema = z
	.string()
	.regex(/^[a-z][a-z0-9_-]{0,63}$/i, 'An id starts with a letter and has letters, digits, - and _ only.');

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
	kind: z.enum(['files', 'text', 'output', 'last-approved']),
	/** For `files`: extensions without the dot. Empty means any. */
	accept: z.array(z.string()).default([]),
	/** For `files`: words in a file's name that make Galley put it here by itself. */
	match: z.array(z.string()).default([]),
	/** For `output`: a library path or folder. */
	path: z.string().optional(),
	required: z.boolean().default(true),
	/** Keep last run's choice as the next run's default. */
	keep: z.boolean().default(false),
	help: z.string().optional()
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
	write: z.array(z.string()).default([])
});

export const stepSchema = z.object({
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
	/** What the kind itself asks for; checked against the kind's own schema. */
	with: jsonObject.default({})
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
	steps: z.array(z.strictObject(stepSchema.shape)).default([]),
	output: z
		.strictObject({
			/** Template of a run's title, such as `Performance, week {{inputs.week}}`. */
			title: z.string().default('')
		})
		.prefault({}),
	triggers: z.array(z.strictObject({ kind: z.literal('person') })).default([{ kind: 'person' }])
});

export type Workflow = z.infer<typeof workflowSchema>;
export type Step = z.infer<typeof stepSchema>;
export type WorkflowInput = z.infer<typeof inputSchema>;
export type Source = z.infer<typeof sourceSchema>;
export type Job = (typeof JOBS)[number];
