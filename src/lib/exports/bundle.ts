import { fail, failure, hashOf, ok, type Result } from '$lib/core';
import {
	firstBroken,
	nameOf,
	safePath,
	type CorrectionNote,
	type LibraryEntry,
	type LogRecord
} from '$lib/run';
import * as z from 'zod';
import type { ExportSource, ExportValue } from './contract';
import { entrySchema, isKnownEvent, noteSchema, recordSchema } from './schemas';
import { isRedacted } from './selection';
import { readUntrusted } from './untrusted';

/** The bundle format that this release writes. A newer one is refused unread. */
export const BUNDLE_FORMAT = 1;

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
	values: z.array(valueSchema),
	/** Values that the sender left out. */
	omitted: z.array(z.string()).optional()
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
	return packed(source, {
		runs: [{ id: source.state.id, records: source.records }],
		entries: source.entries,
		values: [...source.values.values()]
	});
}

/** The bundle of a run's workflow, with the notes on it and the files that the run was given as samples. */
export function packWorkflow(source: ExportSource): string {
	const { state, values } = source;
	const title = state.definition?.title ?? 'Workflow';
	const given = Object.values(state.sources)
		.flat()
		.filter(({ hash }) => values.has(hash));
	const entries = given.map((value, index): LibraryEntry => {
		const name = nameOf(value.name ?? `Sample ${index + 1}`);
		return {
			id: `sample-${value.hash.slice(0, 16)}`,
			kind: 'file',
			path: safePath(`Samples/${title}/${name}`),
			version: 1,
			value: { ...value, name },
			at: source.exportedAt,
			labelsHold: true,
			deleted: 0
		};
	});
	return packed(source, {
		runs: [],
		entries,
		values: given.flatMap(({ hash }) => values.get(hash) ?? [])
	});
}

function packed(
	source: ExportSource,
	parts: { runs: Unpacked['runs']; entries: LibraryEntry[]; values: ExportValue[] }
): string {
	const bundle: z.input<typeof bundleSchema> = {
		galley: 'bundle',
		format: BUNDLE_FORMAT,
		exportedAt: source.exportedAt,
		runs: parts.runs,
		workflows: source.state.definition
			? [{ id: source.state.definition.id, records: source.workflowRecords }]
			: [],
		notes: source.notes,
		entries: parts.entries,
		values: parts.values.map(({ hash, media, content }) =>
			typeof content === 'string'
				? { hash, media, text: content }
				: { hash, media, base64: toBase64(content) }
		),
		...(source.omitted.size > 0 ? { omitted: [...source.omitted] } : {})
	};
	return JSON.stringify(bundle, null, '\t');
}

/** The text of the bundle in a file: the file itself, or what a readable page carries, which has it once. */
export function bundleIn(text: string): string | null {
	if (/^\s*\{[\s\S]*"galley"\s*:\s*"bundle"/.test(text.slice(0, 2000))) return text;
	if (!/^\s*<!doctype html>/i.test(text.slice(0, 200))) return null;
	const opening = '<script type="application/json" id="galley-data">';
	const [, rest, ...more] = text.split(opening);
	const end = rest?.indexOf('</script>') ?? -1;
	// Of two, a browser might show one and this read the other.
	return end < 0 || more.length > 0 ? null : (rest?.slice(0, end) ?? null);
}

const UNREADABLE = {
	'not-json': failure(
		'bundle.not-json',
		'This is not a Galley export: it cannot be read as JSON. Nothing was brought in.'
	),
	'too-deep': failure(
		'bundle.too-deep',
		'This file is nested deeper than any Galley export, so it was not read. Nothing was brought in.'
	),
	'forbidden-key': failure(
		'bundle.forbidden-key',
		'This file has a key such as “__proto__”, which no Galley export has. Nothing was brought in.'
	)
};

const REDACTED = failure(
	'bundle.redacted',
	'The sender took parts out of the record in this file, so it is for reading only: open it in a browser. Nothing was brought in.'
);

/** Reads a bundle. Every byte goes through a schema; what does not fit is refused with a reason and nothing is kept. */
export function unpackBundle(text: string): Result<Unpacked> {
	const read = readUntrusted(text);
	if (!read.ok) return fail(UNREADABLE[read.failure]);
	const { galley, format } = (read.value ?? {}) as { galley?: unknown; format?: unknown };
	if (galley === 'bundle' && typeof format === 'number' && format > BUNDLE_FORMAT) {
		return fail(
			failure(
				'bundle.newer',
				`This export has format ${format}; this Galley reads up to ${BUNDLE_FORMAT}. Update Galley, then import it again.`
			)
		);
	}
	const bundle = bundleSchema.safeParse(read.value);
	if (!bundle.success) {
		const [issue] = bundle.error.issues;
		return fail(
			failure(
				'bundle.invalid',
				`This is not a whole Galley export (${issue?.path.join('.') || 'start'}: ${issue?.message ?? 'unknown'}). Nothing was brought in.`
			)
		);
	}
	const hasRedacted = ({ records }: { records: LogRecord[] }) => records.some(isRedacted);
	if (bundle.data.runs.some(hasRedacted)) return fail(REDACTED);
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
		const bad = records.find((record) => !isKnownEvent(record));
		if (bad) return changed(`record ${bad.seq + 1} of a run is not a fact that Galley knows`);
	}
	for (const { id, records } of bundle.workflows) {
		if (records.some((record) => record.stream !== `workflow:${id}`))
			return changed('a record belongs to another workflow');
		if (firstBroken(records) !== null) return changed('a workflow’s record has a gap or was edited');
		if (records.some((record) => !isKnownEvent(record))) {
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
