import { canonicalJson, fail, failure, hashOf, ok, type Failure, type Result } from '$lib/core';
import * as z from 'zod';
import { readUntrusted } from '../untrusted';

/** Characters of the longest decision file. */
const LONGEST = 5_000_000;

const hash = z.string().regex(/^[0-9a-f]{64}$/);

const decisionSchema = z
	.strictObject({
		galley: z.literal('decision'),
		format: z.literal(1),
		packet: z.strictObject({ id: z.string().min(1), hash }),
		runId: z.string().min(1),
		stepId: z.string().min(1),
		draft: hash,
		decision: z.enum(['approve', 'changes', 'reject', 'cannot-tell']),
		/** The text that is approved; with an approval, and only then. */
		text: z.string().optional(),
		ticks: z.array(z.string()),
		/** How many flags were opened before it was decided; packets of earlier releases did not say. */
		flagsSeen: z.int().min(0).optional(),
		reason: z.string(),
		by: z.string().trim().min(1).max(200),
		at: z.number(),
		seal: hash
	})
	.refine((one) => (one.text !== undefined) === (one.decision === 'approve'))
	.refine((one) => one.decision === 'approve' || one.reason.trim() !== '');

export type PacketDecision = z.infer<typeof decisionSchema>;

/** True for a text that claims to be a decision file. */
export function looksLikeDecision(text: string): boolean {
	return /^\s*\{[\s\S]{0,200}"galley"\s*:\s*"decision"/.test(text.slice(0, 1000));
}

/**
 * Reads a decision file. Failures: `decision.not-one`, `decision.newer`, `decision.incomplete`, `decision.edited`. Whether
 * it belongs to anything here, the engine says.
 */
export function readDecision(text: string): Result<PacketDecision> {
	const read = text.length > LONGEST ? fail('too-deep' as const) : readUntrusted(text);
	if (!read.ok) return fail(notOne());
	const { galley, format } = (read.value ?? {}) as { galley?: unknown; format?: unknown };
	if (galley !== 'decision') return fail(notOne());
	if (typeof format === 'number' && format > 1) return fail(newer(format));
	const parsed = decisionSchema.safeParse(read.value);
	if (!parsed.success) return fail(incomplete(parsed.error.issues[0]?.path.join('.') ?? ''));
	const { seal, ...rest } = parsed.data;
	const { seal: _seal, ...given } = read.value as Record<string, unknown>;
	const fits = hashOf(canonicalJson(given)) === seal && canonicalJson(rest) === canonicalJson(given);
	return fits ? ok(parsed.data) : fail(edited());
}

function notOne(): Failure {
	return failure('decision.not-one', 'This is no decision file of a review packet. Nothing was decided.');
}

function newer(format: number): Failure {
	return failure(
		'decision.newer',
		`This decision file has format ${format}, which a newer Galley made. Nothing was decided; update Galley, then bring it in again.`
	);
}

function incomplete(where: string): Failure {
	return failure(
		'decision.incomplete',
		`This decision file is not complete${where ? ` (${where})` : ''}: a decision, a name and, for anything but an approval, a reason are needed. Nothing was decided; ask for the file again.`
	);
}

function edited(): Failure {
	return failure(
		'decision.edited',
		'This decision file was changed after it was saved. Nothing was decided; ask for the file again.'
	);
}
