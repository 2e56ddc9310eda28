import {
	runEventSchema,
	valueRefSchema,
	type CorrectionNote,
	type LibraryEntry,
	type LibraryEvent,
	type LogRecord,
	type NoteEvent
} from '$lib/run';
import { workflowSchema, type WorkflowEvent } from '$lib/workflow';
import * as z from 'zod';

/** The shapes of what comes in from a file. A new kind of event needs its line here, or this does not compile. */

const at = z.number();
const id = z.string();
const about = { at, id };

export const recordSchema = z.object({
	stream: z.string(),
	seq: z.int().min(0),
	event: z.looseObject({ type: z.string(), at }),
	prev: z.string(),
	hash: z.string()
});

const scopeSchema = z.discriminatedUnion('kind', [
	z.object({ kind: z.literal('step'), workflowId: z.string(), stepId: z.string() }),
	z.object({ kind: z.literal('workflow'), workflowId: z.string() }),
	z.object({ kind: z.literal('everywhere') })
]);

const reachSchema = z.enum(['local-only', 'may-leave']).optional();

const recordOfNoteSchema = z.object({
	given: z.int().min(0),
	held: z.int().min(0),
	missed: z.int().min(0),
	cannotTell: z.int().min(0),
	lastUsed: z.number().nullable()
});

export const noteSchema: z.ZodType<CorrectionNote> = z.object({
	id,
	instruction: z.string(),
	scope: scopeSchema,
	before: z.string(),
	after: z.string(),
	from: z.object({ runId: z.string(), stepId: z.string(), runTitle: z.string() }).nullable(),
	status: z.enum(['active', 'retired']),
	reach: reachSchema,
	when: z.array(z.string()).optional(),
	earlier: z.object({ record: recordOfNoteSchema, until: at }).optional(),
	createdAt: at,
	updatedAt: at
});

export const entrySchema: z.ZodType<LibraryEntry> = z.object({
	id,
	kind: z.enum(['file', 'output']),
	path: z.string(),
	version: z.int().min(1),
	value: valueRefSchema,
	at,
	runId: z.string().optional(),
	workflowId: z.string().optional(),
	workflowVersion: z.int().optional(),
	approval: z.object({ stepId: z.string(), at: z.number() }).optional(),
	tags: z.array(z.string()).optional(),
	labelsHold: z.boolean().optional(),
	deleted: z.union([z.literal(0), z.literal(1)])
});

type Shapes<E extends { type: string }> = Record<E['type'], z.ZodType>;

const NOTES: Shapes<NoteEvent> = {
	'note.confirmed': z.object({ at, note: noteSchema }),
	'note.edited': z.object({ ...about, instruction: z.string(), scope: scopeSchema, reach: reachSchema }),
	'note.retired': z.object(about),
	'note.restored': z.object(about)
};

const LIBRARY: Shapes<LibraryEvent> = {
	'entry.added': z.object({ at, entry: entrySchema }),
	'entry.deleted': z.object(about),
	'entry.restored': z.object(about),
	'entry.moved': z.object({ ...about, path: z.string(), version: z.int().min(1) }),
	'entry.tagged': z.object({ ...about, tags: z.array(z.string()) }),
	'entry.emptied': z.object(about)
};

const WORKFLOWS: Shapes<WorkflowEvent> = {
	'workflow.saved': z.object({
		at,
		version: z.int(),
		hash: z.string(),
		document: workflowSchema,
		reason: z.string().optional()
	}),
	'workflow.deleted': z.object({ at }),
	'workflow.restored': z.object({ at })
};

/** Is the event of a record one that this release knows, in the shape that it has? */
export function isKnownEvent({ stream, event }: LogRecord): boolean {
	if (stream.startsWith('run:')) return runEventSchema.safeParse(event).success;
	const shapes: Record<string, z.ZodType> =
		stream === 'notes'
			? NOTES
			: stream === 'library'
				? LIBRARY
				: stream.startsWith('workflow:')
					? WORKFLOWS
					: {};
	const shape = Object.hasOwn(shapes, event.type) ? shapes[event.type] : undefined;
	const read = shape?.safeParse(event);
	if (!read?.success) return false;
	// What a workflow may do goes by the id in its document, and where it came from by its stream.
	const { document } = read.data as { document?: { id: string } };
	return document === undefined || stream === `workflow:${document.id}`;
}

const RUN_EVENTS: ReadonlySet<string> = new Set(runEventSchema.options.map((one) => one.shape.type.value));

/** The same, or a fact of a run that a newer release knows: it is kept, and shown as unknown. */
export function isReadable(record: LogRecord): boolean {
	const { stream, event } = record;
	return (stream.startsWith('run:') && !RUN_EVENTS.has(event.type)) || isKnownEvent(record);
}
