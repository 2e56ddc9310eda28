import type { LedgerEvent } from '$lib/core';
import {
	complete,
	foldAll,
	foldEntry,
	foldNote,
	foldRequest,
	NO_RECORD,
	rowOf,
	type LedgerRow,
	type LibraryEntry,
	type LibraryEvent,
	type LogRecord,
	type NoteEvent,
	type RunEvent,
	type RunRow
} from '$lib/run';
import { foldWorkflow, type WorkflowEvent, type WorkflowRow } from '$lib/workflow';
import type { NoteRow, ResultRow } from './dexie-database';

/** From streams to the rows that screens show. Pure; a row never holds a fact that its stream does not. */

/** Rows by id; the ones that a commit touches. */
export interface Rows {
	workflows: Map<string, WorkflowRow>;
	notes: Map<string, NoteRow>;
	entries: Map<string, LibraryEntry>;
	results: Map<string, ResultRow>;
	requests: Map<string, LedgerRow>;
}

export function noRows(): Rows {
	return {
		workflows: new Map(),
		notes: new Map(),
		entries: new Map(),
		results: new Map(),
		requests: new Map()
	};
}

/** How many places a note remembers to have been counted at. A retry follows its first try much sooner than that. */
const REMEMBERED = 32;

/** Ids of the rows that records change: what has to be read before {@link project}. */
export function touchedBy(records: readonly LogRecord[]): { [K in keyof Rows]: string[] } {
	const workflows = new Set<string>();
	const notes = new Set<string>();
	const entries = new Set<string>();
	const results = new Set<string>();
	const requests = new Set<string>();
	for (const { stream, event } of records) {
		if (stream.startsWith('workflow:')) workflows.add(idOf(stream));
		else if (stream === 'notes') notes.add(noteIdOf(event as NoteEvent));
		else if (stream === 'library') entries.add(entryIdOf(event as LibraryEvent));
		else if (stream === 'egress') requests.add((event as LedgerEvent).id);
		else if (stream.startsWith('run:')) {
			const about = complete(event as RunEvent);
			for (const id of notesUsed(about)) notes.add(id);
			if (about.type === 'attempt.keyed') results.add(about.attemptId);
		}
	}
	return {
		workflows: [...workflows],
		notes: [...notes],
		entries: [...entries],
		results: [...results],
		requests: [...requests]
	};
}

/** Folds records into the rows given, in place. Rows that nothing is known of stay away. */
export function project(rows: Rows, records: readonly LogRecord[]): Rows {
	for (const { stream, event } of records) {
		if (stream.startsWith('workflow:')) {
			const id = idOf(stream);
			put(rows.workflows, id, foldWorkflow(rows.workflows.get(id) ?? null, id, event as WorkflowEvent));
		} else if (stream === 'notes') {
			projectNote(rows.notes, event as NoteEvent);
		} else if (stream === 'library') {
			const id = entryIdOf(event as LibraryEvent);
			put(rows.entries, id, foldEntry(rows.entries.get(id) ?? null, event as LibraryEvent));
		} else if (stream === 'egress') {
			const { id } = event as LedgerEvent;
			rows.requests.set(id, foldRequest(rows.requests.get(id) ?? null, event as LedgerEvent));
		} else if (stream.startsWith('run:')) {
			const about = complete(event as RunEvent);
			projectUse(rows.notes, about);
			projectResult(rows.results, idOf(stream), about);
		}
	}
	return rows;
}

/**
 * All rows anew from whole streams. A stream that can't be folded (an event that no version of ours wrote) has no
 * row; its records stay where they are.
 */
export function projectAll(streams: ReadonlyMap<string, readonly LogRecord[]>): Rows & {
	runs: RunRow[];
	unreadable: string[];
} {
	const rows = noRows();
	const runs: RunRow[] = [];
	const unreadable: string[] = [];
	// Notes before the runs that use them.
	const ordered = [...streams].sort(
		([a], [b]) => Number(a.startsWith('run:')) - Number(b.startsWith('run:'))
	);
	for (const [stream, records] of ordered) {
		try {
			if (stream.startsWith('run:')) {
				const events = records.map((record) => record.event as RunEvent);
				const row = rowOf(foldAll(idOf(stream), events));
				// A run whose beginning is lost can be shown to nobody.
				if (row.status !== 'none') runs.push(row);
			}
			project(rows, records);
		} catch {
			unreadable.push(stream);
		}
	}
	return { ...rows, runs, unreadable };
}

function projectNote(notes: Map<string, NoteRow>, event: NoteEvent): void {
	const id = noteIdOf(event);
	const before = notes.get(id);
	const after = foldNote(before ?? null, event);
	if (after)
		notes.set(id, { record: { ...NO_RECORD, ...after.earlier?.record }, counted: [], ...before, ...after });
}

/**
 * A note counts as given once for each run, step and revision: a retry is the same use. Verdicts come with a success,
 * of which there is one for each of these. What was counted before the note was brought in stands in its record already,
 * whichever of those runs come along.
 */
function projectUse(notes: Map<string, NoteRow>, event: RunEvent): void {
	if (event.type === 'attempt.prepared') {
		// An attempt id is `<run>/<step>/<revision>.<attempt>`; the place is that without the attempt.
		const place = event.attemptId.replace(/\.\d+$/, '');
		for (const { id } of event.given) {
			const note = notes.get(id);
			if (!note || isCounted(note, event.at)) continue;
			const again = note.counted.includes(place);
			const record = {
				...note.record,
				given: note.record.given + (again ? 0 : 1),
				lastUsed: Math.max(event.at, note.record.lastUsed ?? 0)
			};
			const counted = again ? note.counted : [...note.counted, place].slice(-REMEMBERED);
			notes.set(id, { ...note, record, counted });
		}
	} else if (event.type === 'attempt.succeeded') {
		for (const { noteId, verdict } of event.verdicts) {
			const note = notes.get(noteId);
			if (!note || isCounted(note, event.at)) continue;
			const member = verdict === 'cannot-tell' ? 'cannotTell' : verdict;
			notes.set(noteId, { ...note, record: { ...note.record, [member]: note.record[member] + 1 } });
		}
	}
}

function isCounted({ earlier }: NoteRow, at: number): boolean {
	return earlier !== undefined && at <= earlier.until;
}

function projectResult(results: Map<string, ResultRow>, runId: string, event: RunEvent): void {
	if (event.type !== 'attempt.keyed') return;
	const { attemptId, key, stepId, at } = event;
	results.set(attemptId, { attemptId, key, runId, stepId, at });
}

function notesUsed(event: RunEvent): string[] {
	if (event.type === 'attempt.prepared') return event.given.map((note) => note.id);
	if (event.type === 'attempt.succeeded') return event.verdicts.map((verdict) => verdict.noteId);
	return [];
}

function idOf(stream: string): string {
	return stream.slice(stream.indexOf(':') + 1);
}

function noteIdOf(event: NoteEvent): string {
	return event.type === 'note.confirmed' ? event.note.id : event.id;
}

function entryIdOf(event: LibraryEvent): string {
	return event.type === 'entry.added' ? event.entry.id : event.id;
}

function put<T>(rows: Map<string, T>, id: string, row: T | null): void {
	if (row) rows.set(id, row);
}
