import * as z from 'zod';
import { valueRefSchema } from './event-parts';

/** What a gate's facts are made of, and those that came after the first release. */

const at = z.number();
const gate = { at, stepId: z.string(), revision: z.int().min(1), draft: valueRefSchema };

/** A place in a text that is found again after the text was edited; see anchor.ts. Offsets in UTF-16 units. */
export const anchorSchema = z.object({
	quote: z.string(),
	before: z.string(),
	after: z.string(),
	at: z.int().min(0)
});

/** A remark on a place of the draft. */
export const commentSchema = anchorSchema.extend({
	/** May be empty where it suggests a text. */
	text: z.string(),
	/** A suggestion: what should stand there instead; empty: nothing. */
	replacement: z.string().optional()
});

/** What was said of one member of a list that is reviewed together. `index` counts from 0. */
export const itemDecisionSchema = z.object({
	index: z.int().min(0),
	decision: z.enum(['approved', 'left-out']),
	reason: z.string().optional()
});

/** Members of a decision that gates of the first release did not have. */
export const decidedMore = {
	/** The button that was pressed, where the author named the buttons. */
	button: z.object({ id: z.string(), title: z.string() }).optional(),
	/** The way that the run goes on from here; later steps name it in `when`. */
	route: z.string().optional(),
	/** The step that runs again, where the button names one. */
	revise: z.string().optional(),
	comments: z.array(commentSchema).optional(),
	items: z.array(itemDecisionSchema).optional(),
	/** How many flags had been looked at when it was approved. */
	flagsSeen: z.int().min(0).optional()
};

/** Members of a request that gates of the first release did not have. */
export const requestedMore = {
	/** Why the person is asked, for a gate that asks only sometimes. */
	because: z.string().optional(),
	/** Until when an answer is waited for, ms since 1970: a wall clock. */
	deadline: z.number().optional()
};

export const reviewEvents = [
	/** Nobody was asked: the gate's own condition said that this needs no person, or its time was up. */
	z.object({
		type: z.literal('review.passed'),
		...gate,
		why: z.enum(['condition', 'deadline']),
		/** One sentence. */
		because: z.string(),
		route: z.string().optional()
	}),
	/** The time was up and the definition says that this means no. */
	z.object({ type: z.literal('review.expired'), ...gate, because: z.string() }),
	/** The person will look at it later; null: now after all. */
	z.object({
		type: z.literal('review.postponed'),
		...gate,
		until: z.number().nullable(),
		by: z.string().optional()
	}),
	/** An approval that does not hold in this run: it was given to the run that this one repeats. */
	z.object({
		type: z.literal('review.voided'),
		at,
		stepId: z.string(),
		approved: valueRefSchema,
		/** When it was approved, and in which run. */
		from: z.object({ runId: z.string(), number: z.int(), at: z.number() })
	}),
	/** A person put something else in the place of an output; what rests on it is done again, approvals included. */
	z.object({
		type: z.literal('output.changed'),
		at,
		stepId: z.string(),
		output: valueRefSchema,
		was: valueRefSchema,
		reason: z.string().default(''),
		by: z.string().optional()
	})
] as const;

export type Anchor = z.infer<typeof anchorSchema>;
export type GateComment = z.infer<typeof commentSchema>;
export type ItemDecision = z.infer<typeof itemDecisionSchema>;
