import { fail, failure, hashOf, hasForbiddenKey, ok, type Result } from '$lib/core';
import {
	firstBroken,
	runEventSchema,
	valueRefSchema,
	type CorrectionNote,
	type LibraryEntry,
	type LogRecord
} from '$lib/run';
import { workflowSchema } from '$lib/workflow';
import * as z from 'zod';
import type { ExportSource, ExportValue } from './contract';

/** The bundle format that this release writes. A newer one is refused unread. */
export const BUNDLE_FORMAT = 1;

const recordSchema = z.object({
	stream: z.string(),
	seq: z.int().min(0),
	event: z.looseObject({ type: z.string(), at: z.number() }),
	prev: z.string(),
	hash: z.string()
});

const workflowEventSchema = z.discriminatedUnion('type', [
	z.object({
		type: z.literal('workflow.saved'),
		at: z.number(),
		version: z.int(),
		hash: z.string(),
		document: workflowSchema,
		reason: z.string().optional()
	}),
	z.object({ type: z.literal('workflow.deleted'), at: z.number() }),
	z.object({ type: z.literal('workflow.restored'), at: z.number() })
]);

const scopeSchema = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('step'), workflowId: z.string(), stepId: z.string() }),
	z.object({ kind: z.literal('workflow'), workflowId: z.string() }),
	z.object({ kind: z.literal('everywhere') })
]);

const recordOfNoteSchema = z.object({
	given: z.int().min(0),
	held: z.int().min(0),
	missed: z.int().min(0),
	cannotTell: z.int().min(0),
	lastUsed: z.number().nullable()
});

const noteSchema: z.ZodType<CorrectionNote> = z.object({
	id: z.string(),
	instruction: z.string(),
	scope: scopeSchema,
	before: z.string(),
	after: z.string(),
	from: z.object({ runId: z.string(), stepId: z.string(), runTitle: z.string() }).nullable(),
	status: z.enum(['active', 'retired']),
	reach: z.enum(['local-only', 'may-leave']).optional(),
	when: z.array(z.string()).optional(),
	earlier: z.object({ record: recordOfNoteSchema, until: z.number() }).optional(),
	createdAt: z.number(),
	updatedAt: z.number()
});

const entrySchema: z.ZodType<LibraryEntry> = z.object({
	id: z.string(),
	kind: z.enum(['file', 'output']),
	path: z.string(),
	version: z.int().min(1),
	value: valueRefSchema,
	at: z.number(),
	runId: z.string().optional(),
	workflowId: z.string().optional(),
	labelsHold: z.boolean().optional(),
	deleted: z.union([z.literal(0), z.literal(1)])
});

const valueSchema = z.object({
	hash: z.string(),
	media: z.string(),
	/** Text as it is. */
	text: z.string().optional(),
	/** Bytes, base64. */
	base64: z.string().optional()
});

const bundleSchema = z.object({
	galley: z.literal('bundle'),
	format: z.literal(BUNDLE_FORMAT),
	exportedAt: z.number(),
	runs: z.array(z.object({ id: z.string(), records: z.array(recordSchema) })),
	workflows: z.array(z.object({ id: z.string(), records: z.array(recordSchema) })),
	notes: z.array(noteSchema),
	entries: z.array(entrySchema),
	values: z.array(valueSchema)
});

/** What a bundle holds, checked: every log is an unbroken chain of known facts, every value fits its hash. */
export interface Unpacked {
	runs: { id: string; records: LogRecord[] }[];
	workflows: { id: string; records: LogRecord[] }[];
	notes: CorrectionNote[];
	entries: LibraryEntry[];
	values: ExportValue[];
}

/** The bundle of one run as JSON text: logs byte for byte, every value that they refer to, its notes and outputs. */
export function packBundle(source: ExportSource): string {
	const bundle: z.input<typeof bundleSchema> = {
		galley: 'bundle',
		format: BUNDLE_FORMAT,
		exportedAt: source.exportedAt,
		runs: [{ id: source.state.id, records: source.records }],
		workflows: source.state.definition
			? [{ id: source.state.definition.id, records: source.workflowRecords }]
			: [],
		notes: source.notes,
		entries: source.entries,
		values: [...source.values.values()].map(({ hash, media, content }) =>
			typeof content === 'string'
				? { hash, media, text: content }
				: { hash, media, base64: toBase64(content) }
		)
	};
	return JSON.stringify(bundle, null, '\t');
}

/** Reads a bundle. Every byte goes through a schema; what does not fit is refused with a reason and nothing is kept. */
export function unpackBundle(text: string): Result<Unpacked> {
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch {
		return fail(
			failure(
				'bundle.not-json',
				'This is not a Galley export: it cannot be read as JSON. Nothing was brought in.'
			)
		);
	}
	if (hasForbiddenKey(parsed)) {
		return fail(
			failure(
				'bundle.forbidden-key',
				'This file has a key such as “__proto__”, which no Galley export has. Nothing was brought in.'
			)
		);
	}
	const { galley, format } = (parsed ?? {}) as { galley?: unknown; format?: unknown };
	if (galley === 'bundle' && typeof format === 'number' && format > BUNDLE_FORMAT) {
		return fail(
			failure(
				'bundle.newer',
				`This export has format ${format}; this Galley reads up to ${BUNDLE_FORMAT}. Update Galley, then import it again.`
			)
		);
	}
	const bundle = bundleSchema.safeParse(parsed);
	if (!bundle.success) {
		const [issue] = bundle.error.issues;
		return fail(
			failure(
				'bundle.invalid',
				`This is not a whole Galley export (${issue?.path.join('.') || 'start'}: ${issue?.message ?? 'unknown'}). Nothing was brought in.`
			)
		);
	}
	return check(bundle.data);
}

function check(bundle: z.output<typeof bundleSchema>): Result<Unpacked> {
	const values: ExportValue[] = [];
	for (const { hash, media, text, base64 } of bundle.values) {
		const content = text ?? fromBase64(base64 ?? '');
		const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
		if (hashOf(bytes) !== hash) return changed('a stored value does not fit its hash');
		values.push({ hash, media, content, bytes: bytes.byteLength });
	}
	for (const { id, records } of bundle.runs) {
		if (records.some((record) => record.stream !== `run:${id}`))
			return changed('a record belongs to another run');
		if (firstBroken(records) !== null) return changed('a run’s record has a gap or was edited');
		const bad = records.find((record) => !runEventSchema.safeParse(record.event).success);
		if (bad) return changed(`record ${bad.seq + 1} of a run is not a fact that Galley knows`);
	}
	for (const { id, records } of bundle.workflows) {
		if (records.some((record) => record.stream !== `workflow:${id}`))
			return changed('a record belongs to another workflow');
		if (firstBroken(records) !== null) return changed('a workflow’s record has a gap or was edited');
		if (records.some((record) => !workflowEventSchema.safeParse(record.event).success)) {
			return changed('a workflow’s record has something that Galley does not know');
		}
	}
	const { runs, workflows, notes, entries } = bundle;
	return ok({ runs, workflows, notes, entries, values });
}

function changed(what: string): Result<never> {
	return fail(
		failure('bundle.changed', `The file was changed after it was exported: ${what}. Nothing was brought in.`)
	);
}

function toBase64(bytes: Uint8Array): string {
	let binary = '';
	for (let at = 0; at < bytes.length; at += 0x8000)
		binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
	return btoa(binary);
}

function fromBase64(text: string): Uint8Array {
	try {
		return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
	} catch {
		return new Uint8Array();
	}
}
