import { workflowSchema } from '$lib/workflow';
import * as z from 'zod';
import {
	configuredModelSchema,
	egressSchema,
	estimateSchema,
	evidenceSchema,
	failureSchema,
	flagSchema,
	givenNoteSchema,
	mendedSchema,
	moneySchema,
	providerChoiceSchema,
	repairedSchema,
	rungSchema,
	usageSchema,
	valueRefSchema,
	verdictSchema
} from './event-parts';
import { decidedMore, requestedMore, reviewEvents } from './event-review';

/**
 * The facts of a run, in the past tense. The list of them IS the run; everything else is folded from it.
 * Add a variant when something new can happen; never change one that was shipped.
 */

const at = z.number();
const attempt = { at, attemptId: z.string(), stepId: z.string() };

/** What of an earlier run serves in this one. */
const earlierSchema = z.object({
	runId: z.string(),
	number: z.int(),
	attemptId: z.string(),
	/** When it was made. */
	at: z.number()
});

export const runEventSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('run.started'),
		at,
		number: z.int().min(1),
		title: z.string(),
		/** The day it started, yyyy-mm-dd, in the person's time zone. */
		date: z.string(),
		trigger: z.object({ kind: z.enum(['person', 'import', 'example']) }),
		workflowVersion: z.int().min(1),
		/** The frozen definition, whole: the log needs nothing else to be understood. */
		definition: workflowSchema,
		definitionHash: z.string(),
		inputs: z.record(z.string(), z.json()),
		sources: z.record(z.string(), z.array(valueRefSchema)),
		provider: providerChoiceSchema
	}),
	z.object({
		type: z.literal('attempt.started'),
		...attempt,
		revision: z.int().min(1),
		attempt: z.int().min(1),
		inputs: z.record(z.string(), z.array(valueRefSchema)),
		provider: providerChoiceSchema.optional(),
		/** Who answers, and its place among those that could: 1 is the first. */
		rung: rungSchema.extend({ place: z.int().min(1), of: z.int().min(1) }).optional(),
		/** Inputs that were left out since they may not leave the device and the model is elsewhere. */
		withheld: z.array(z.string()).optional(),
		/** Inputs that were missing. */
		unseen: z.array(z.string()).optional(),
		/** The attempt whose answer was not in the form asked for: the model is shown it, and what is wrong with it. */
		repairs: z.string().optional()
	}),
	z.object({
		type: z.literal('attempt.prepared'),
		...attempt,
		/** What is sent to the model, byte for byte, as stored text. */
		prompt: valueRefSchema,
		given: z.array(givenNoteSchema),
		/** Notes that fitted the scope and not the token budget. */
		cut: z.array(givenNoteSchema),
		/** Notes that may not leave the device, and would have. */
		withheldNotes: z.array(givenNoteSchema).optional(),
		/** Notes that wait for words that the material did not have. */
		besideNotes: z.array(givenNoteSchema).optional(),
		/** How it was let leave the device: asked about and allowed this once, or for the whole workflow. */
		consent: z.enum(['once', 'workflow']).optional(),
		/** What it will take, as far as can be told before: tokens, and money where the price is known. */
		estimate: estimateSchema.optional()
	}),
	/** Everything that goes into the attempt, as one hash: an equal one has an equal result to give. */
	z.object({ type: z.literal('attempt.keyed'), ...attempt, key: z.string() }),
	z.object({
		type: z.literal('attempt.succeeded'),
		...attempt,
		output: valueRefSchema,
		evidence: z.array(evidenceSchema).default([]),
		flags: z.array(flagSchema).default([]),
		verdicts: z.array(verdictSchema).default([]),
		usage: usageSchema.optional(),
		model: z.string().optional(),
		/** For data that did not come as JSON and nothing else. */
		repaired: repairedSchema.optional(),
		egress: z.array(egressSchema).default([]),
		/** Where the result was written in the library, for a step that writes. */
		saved: z.object({ entryId: z.string(), path: z.string(), version: z.int() }).optional(),
		/** Several tries were made: how many came to a result, and how many of these gave this one. Never that it is right. */
		agreement: z.object({ of: z.int().min(1), agreed: z.int().min(1) }).optional(),
		/** Rules that the output was put right by without a model, and what the model had written. */
		mended: mendedSchema.optional(),
		ms: z.number()
	}),
	z.object({
		type: z.literal('attempt.failed'),
		...attempt,
		failure: failureSchema,
		/** What had arrived until then, such as half an answer. */
		kept: valueRefSchema.optional(),
		/** Of an answer that came whole and could not be used. */
		usage: usageSchema.optional(),
		egress: z.array(egressSchema).default([]),
		ms: z.number()
	}),
	z.object({
		type: z.literal('attempt.interrupted'),
		...attempt,
		/** What had arrived by then, as far as it could be saved. */
		kept: valueRefSchema.optional()
	}),
	z.object({
		type: z.literal('step.retried'),
		at,
		stepId: z.string(),
		provider: providerChoiceSchema.optional(),
		by: z.string().optional()
	}),
	z.object({
		type: z.literal('source.replaced'),
		at,
		sourceId: z.string(),
		values: z.array(valueRefSchema),
		by: z.string().optional()
	}),
	z.object({
		type: z.literal('review.requested'),
		at,
		stepId: z.string(),
		revision: z.int().min(1),
		draft: valueRefSchema,
		...requestedMore
	}),
	z.object({
		type: z.literal('review.decided'),
		at,
		stepId: z.string(),
		revision: z.int().min(1),
		decision: z.enum(['approved', 'approved-with-edits', 'changes', 'rejected']),
		draft: valueRefSchema,
		/** The exact value approved; the effect that follows is held against its hash. */
		reviewed: valueRefSchema.optional(),
		reason: z.string().default(''),
		/** Criteria that the person ticked. */
		ticks: z.array(z.string()).default([]),
		/** Fields of what goes out, filled from untrusted values, that the person confirmed one by one. */
		confirmed: z.array(z.string()).optional(),
		words: z.object({ added: z.int(), removed: z.int() }).optional(),
		/** The name that decisions are signed with on the device; absent where none was given. */
		by: z.string().optional(),
		/** Hash of the review packet that it came back with; absent when it was made in Galley. */
		packet: z.string().optional(),
		...decidedMore
	}),
	...reviewEvents,
	/** What the person chose for this run beside what it is given. */
	z.object({
		type: z.literal('run.configured'),
		at,
		/** False: no earlier result is reused, however equal. */
		reuse: z.boolean()
	}),
	/**
	 * What holds for everything that leaves in this run. `sealed`: nothing may, for good. `enforced`: the browser's policies held
	 * where it is carried out; said again by an engine for which they do not.
	 */
	z.object({ type: z.literal('run.guarded'), at, sealed: z.boolean(), enforced: z.boolean() }),
	z.object({ type: z.literal('run.paused'), at, reason: z.string().default(''), by: z.string().optional() }),
	z.object({ type: z.literal('run.resumed'), at, by: z.string().optional() }),
	/** The way that a branch takes; comes before the success of its attempt. */
	z.object({ type: z.literal('branch.taken'), ...attempt, route: z.string() }),
	/** A block goes in: a map with the number of its items and the list, a loop with one round, a called workflow with one. */
	z.object({
		type: z.literal('block.opened'),
		...attempt,
		count: z.int().min(0),
		list: valueRefSchema.optional()
	}),
	/** After a round of a loop: whether there is another one. */
	z.object({
		type: z.literal('round.judged'),
		...attempt,
		/** 1 for the first. */
		round: z.int().min(1),
		again: z.boolean(),
		because: z.string()
	}),
	/** The block itself could not go on: its condition or its result failed. What is inside is kept. */
	z.object({ type: z.literal('block.failed'), ...attempt, failure: failureSchema }),
	/** The last try has failed, and this is done instead. `place` counts the step's fallbacks from 0. */
	z.object({
		type: z.literal('fallback.used'),
		at,
		stepId: z.string(),
		place: z.int().min(0),
		use: z.enum(['value', 'source', 'provider', 'person', 'without']),
		/** For `value`. */
		output: valueRefSchema.optional(),
		/** For `provider`. */
		provider: providerChoiceSchema.optional(),
		/** For `value` in the place of a branch: the way that it names. */
		route: z.string().optional()
	}),
	/** A person is asked something that is no review: a form, what to do after a failure, whether something went out. */
	z.object({
		type: z.literal('person.asked'),
		at,
		stepId: z.string(),
		why: z.enum(['ask', 'escalation', 'hand-over']),
		/** What it is about: half an answer, a thing to hand over. */
		about: valueRefSchema.optional()
	}),
	/** The person gave the step's output by hand. */
	z.object({
		type: z.literal('person.answered'),
		at,
		stepId: z.string(),
		output: valueRefSchema,
		/** In the place of a branch: the way that the person chose. */
		route: z.string().optional(),
		reason: z.string().default(''),
		by: z.string().optional()
	}),
	z.object({
		type: z.literal('step.skipped'),
		at,
		stepId: z.string(),
		reason: z.string(),
		by: z.string().optional()
	}),
	/** A point in time is waited for, ms since 1970; a wall clock, so that sleep and closed browsers do not matter. */
	z.object({ type: z.literal('wait.began'), at, stepId: z.string(), until: z.number() }),
	/** `from`: it was over in the run that this one repeats, and is not waited for again. */
	z.object({ type: z.literal('wait.over'), at, stepId: z.string(), from: earlierSchema.optional() }),
	/** Logged, and on disk, before anything is done outside: what, byte for byte by its hash, and under which key. */
	z.object({
		type: z.literal('effect.intended'),
		...attempt,
		hash: z.string(),
		/** Idempotency key; from coordinates, so the same attempt always has the same. */
		key: z.string(),
		/** One sentence, such as `POST https://api.example.org/tickets`. */
		says: z.string()
	}),
	/** Nobody can say whether it went out. */
	z.object({
		type: z.literal('effect.unknown'),
		...attempt,
		reason: z.string(),
		/** What had left by then, as far as that is known. */
		egress: z.array(egressSchema).optional()
	}),
	/** A person looked: it went out (the step is done), or it did not (it is tried anew). */
	z.object({
		type: z.literal('effect.settled'),
		...attempt,
		happened: z.boolean(),
		reason: z.string().default(''),
		by: z.string().optional()
	}),
	/** This run repeats another one, from a step on; comes right after its start. */
	z.object({
		type: z.literal('run.derived'),
		at,
		from: z.object({ runId: z.string(), number: z.int() }),
		/** The step from which on everything runs anew; null: all of it. */
		stepId: z.string().nullable(),
		/** On the definition as it was then, or as it is now. */
		definition: z.enum(['then', 'now']),
		/** Steps whose outputs were pinned by hand; such a run acts on nothing outside. */
		pinned: z.array(z.string()).default([])
	}),
	/** It was brought in from a file before it had ended: what was approved in it until then, somebody approved elsewhere. */
	z.object({ type: z.literal('run.imported'), at }),
	/** An earlier result serves: everything that goes in is equal, or the person said so. */
	z.object({
		type: z.literal('step.reused'),
		at,
		stepId: z.string(),
		from: earlierSchema,
		why: z.enum(['equal', 'replay', 'pinned']),
		output: valueRefSchema,
		route: z.string().optional(),
		evidence: z.array(evidenceSchema).default([]),
		flags: z.array(flagSchema).default([]),
		verdicts: z.array(verdictSchema).default([])
	}),
	/** The models that this run may use, as they were set up when it started, nearest to the person first. Never a key. */
	z.object({
		type: z.literal('run.laddered'),
		at,
		models: z.array(configuredModelSchema),
		/** Who is asked when none of them could: a person, or the built-in one, which selects and arranges. */
		lastResort: z.enum(['person', 'built-in']),
		/** The most that the run may cost before a person is asked. */
		budget: moneySchema.optional()
	}),
	/** One model could not; the next one is asked in its place. */
	z.object({
		type: z.literal('rung.switched'),
		at,
		stepId: z.string(),
		from: rungSchema,
		to: rungSchema,
		/** Code and sentence of the failure. */
		because: z.string(),
		says: z.string()
	}),
	/** A call that was made ready and not sent: a person is asked whether it may leave, or be paid for. */
	z.object({
		type: z.literal('call.held'),
		...attempt,
		why: z.enum(['consent', 'budget']),
		rung: rungSchema,
		/** Where it would go, such as `https://api.example.org`. */
		origin: z.string(),
		/** The server's own name of the model, where it is known. */
		model: z.string().nullable(),
		/** What would be sent, byte for byte. */
		prompt: valueRefSchema,
		/** The marker that fences the material in it; the same one is used when it is sent. */
		marker: z.string(),
		estimate: estimateSchema,
		withheld: z.array(z.string()),
		/** Notes that may not leave the device, and would have; of releases since the ledger without their words. */
		withheldNotes: z.array(givenNoteSchema).optional(),
		/** For `budget`: whose, how much it is, and what was spent; `unknown` counts calls that nobody knows the cost of. */
		budget: z
			.object({ of: z.enum(['run', 'month']), limit: moneySchema, spent: z.number(), unknown: z.int() })
			.optional()
	}),
	/** The person let it go, for these very bytes or for the whole workflow. */
	z.object({
		type: z.literal('call.allowed'),
		at,
		stepId: z.string(),
		why: z.enum(['consent', 'budget']),
		rung: rungSchema,
		hash: z.string(),
		scope: z.enum(['once', 'workflow']),
		/** The run's new budget, where it was raised. */
		raised: moneySchema.optional(),
		by: z.string().optional()
	}),
	/** The person did not: the next model is asked, or only those on this device. */
	z.object({
		type: z.literal('call.refused'),
		at,
		stepId: z.string(),
		why: z.enum(['consent', 'budget']),
		rung: rungSchema,
		scope: z.enum(['once', 'workflow']),
		instead: z.enum(['next', 'on-device']),
		by: z.string().optional()
	}),
	/** The person's own text between steps; an empty one takes it away. The only fact that may follow the end of a run. */
	z.object({
		type: z.literal('prose.written'),
		at,
		id: z.string(),
		/** Coordinates of the step that it stands above; null: at the end. */
		before: z.string().nullable(),
		/** Markdown. */
		text: z.string(),
		by: z.string().optional()
	}),
	/** Something that an earlier run left open is settled; `key` is that of the item. */
	z.object({ type: z.literal('item.closed'), at, key: z.string(), by: z.string().optional() }),
	z.object({ type: z.literal('item.reopened'), at, key: z.string(), by: z.string().optional() }),
	z.object({
		type: z.literal('run.cancelled'),
		at,
		reason: z.string().default(''),
		by: z.string().optional()
	}),
	z.object({ type: z.literal('run.finished'), at, status: z.enum(['done', 'rejected']) })
]);

export type RunEvent = z.infer<typeof runEventSchema>;
export type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
