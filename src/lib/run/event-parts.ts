import type {
	ConfiguredModel,
	EgressRow,
	Evidence,
	Failure,
	Flag,
	GivenNote,
	ProviderChoice,
	Usage,
	ValueRef
} from '$lib/core';
import * as z from 'zod';

/** The shapes that facts are made of. */

export const labelsSchema = z.object({
	trust: z.enum(['trusted', 'untrusted']),
	reach: z.enum(['may-leave', 'local-only'])
});

export const valueRefSchema: z.ZodType<ValueRef> = z.object({
	hash: z.string().regex(/^[0-9a-f]{64}$/),
	media: z.string(),
	bytes: z.int().min(0),
	labels: labelsSchema,
	from: z.array(z.string()),
	name: z.string().optional()
});

export const failureSchema: z.ZodType<Failure> = z.object({
	code: z.string(),
	message: z.string(),
	retryable: z.boolean(),
	details: z.record(z.string(), z.unknown()).optional()
});

export const providerChoiceSchema: z.ZodType<ProviderChoice> = z.object({
	id: z.string(),
	title: z.string(),
	onDevice: z.boolean(),
	config: z.record(z.string(), z.json()),
	key: z.string().optional()
});

export const givenNoteSchema: z.ZodType<GivenNote> = z.object({ id: z.string(), instruction: z.string() });

export const verdictSchema = z.object({
	noteId: z.string(),
	verdict: z.enum(['held', 'missed', 'cannot-tell']),
	/** One sentence on what was seen. */
	reason: z.string()
});

export const mendedSchema = z.object({ rules: z.array(z.string()), raw: valueRefSchema });

export const flagSchema: z.ZodType<Flag> = z.object({
	kind: z.enum(['anomaly', 'uncertain', 'check', 'missing']),
	text: z.string(),
	about: z.string().optional()
});

export const egressSchema: z.ZodType<EgressRow> = z.object({
	origin: z.string(),
	method: z.string(),
	status: z.int().nullable(),
	sent: z.int().min(0),
	received: z.int().min(0).nullable()
});

export const evidenceSchema: z.ZodType<Evidence> = z.object({
	claim: z.string(),
	document: z.string(),
	place: z.string(),
	where: z.string().optional(),
	how: z.string(),
	hash: z.string().optional(),
	at: z.int().min(0).optional()
});

export const usageSchema: z.ZodType<Usage> = z.object({
	input: z.number().nullable(),
	output: z.number().nullable()
});

/** How data was got out of an answer that was more, or less, than JSON. */
export const repairedSchema = z.object({
	/** The answer as it came. */
	answer: valueRefSchema,
	/** Taken out of the text around it, or mended: closed, quoted, commas put right. */
	how: z.enum(['taken-out', 'mended']),
	/** What reading it as it came found wrong. */
	error: z.string()
});
export type Repaired = z.infer<typeof repairedSchema>;

export const moneySchema = z.object({ amount: z.number().min(0), currency: z.string() });

export const configuredModelSchema: z.ZodType<ConfiguredModel> = z.object({
	id: z.string(),
	title: z.string(),
	choice: providerChoiceSchema,
	tier: z.enum(['small', 'large']),
	price: z.object({ input: z.number().min(0), output: z.number().min(0), currency: z.string() }).optional(),
	limits: z.object({ concurrent: z.int().min(1).optional(), perMinute: z.int().min(1).optional() }).optional()
});

/** Tokens and money of a call that was not made yet. The answer's tokens are the most that it may have. */
export const estimateSchema = z.object({
	input: z.int().min(0),
	output: z.int().min(0),
	cost: moneySchema.nullable()
});

/** A rung as a fact names it: the model's id in the run's list, and the title that it had then. */
export const rungSchema = z.object({ id: z.string(), title: z.string(), onDevice: z.boolean() });
export type Estimate = z.infer<typeof estimateSchema>;
export type Verdict = z.infer<typeof verdictSchema>;
