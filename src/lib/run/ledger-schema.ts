import type { LedgerEvent } from '$lib/core';
import * as z from 'zod';

// Apart from the rows, so that screens which show those do not load it.

const at = z.number();
const id = z.string().min(1).max(200);
const size = z.int().min(0);
const origin = z.string().max(300);
const word = z.string().max(200);
const asked = {
	at,
	id,
	purpose: z.enum(['model', 'act', 'test', 'download', 'page', 'none']),
	call: z.string().max(2_000).nullable(),
	place: z
		.object({ runId: z.string(), workflowId: z.string(), stepId: z.string(), attemptId: z.string() })
		.optional()
};

/** Reports come over a channel that any code of this origin can write to. */
export const ledgerEventSchema: z.ZodType<LedgerEvent> = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('request.began'),
		...asked,
		origin,
		method: z.string().max(20),
		sent: size,
		address: size
	}),
	z.object({
		type: z.literal('request.ended'),
		at,
		id,
		status: z.int().nullable(),
		received: size.nullable(),
		answered: origin.optional()
	}),
	z.object({ type: z.literal('request.seen'), at, id, sent: size, received: size }),
	z.object({
		type: z.literal('request.blocked'),
		...asked,
		by: z.enum(['guard', 'policy', 'service-worker']),
		code: word,
		what: word,
		origin: origin.nullable(),
		method: z.string().max(20).nullable()
	})
]);
