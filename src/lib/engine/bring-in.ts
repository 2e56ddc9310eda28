import { fail, failure, ok, type Result } from '$lib/core';
import {
	chain,
	emptyHead,
	firstBroken,
	foldAll,
	headAfter,
	rowOf,
	type LibraryEvent,
	type LogRecord,
	type NoteEvent,
	type RunEvent,
	type RunRow
} from '$lib/run';
import type { Incoming } from './api';
import type { Engine } from './engine';
import { noteOrigin } from './origins';
import { noteImported } from './permissions';

/** Where something came from that nobody has named. */
const UNNAMED = 'another device';
const WORKFLOW = 'workflow:';

interface Counts {
	runs: number;
	workflows: number;
	notes: number;
	entries: number;
}

/**
 * Brings in what a bundle holds and this device does not, all in one commit or nothing of it. A run or workflow that is
 * here already is left alone; logs come in byte for byte, so their hashes stay what they were. What came stands apart,
 * with its origin, until the person makes it theirs.
 */
export async function bringIn(engine: Engine, incoming: Incoming): Promise<Result<Counts>> {
	if (incoming.streams.some(({ records }) => firstBroken(records) !== null)) {
		return fail(
			failure(
				'bundle.changed',
				'The file was changed after it was exported: its record does not fit together. Nothing was brought in.'
			)
		);
	}
	for (;;) {
		const { records, rows, counts, streams } = await lacking(engine, incoming);
		if (records.length === 0) return ok(counts);
		const workflows = streams.filter((stream) => stream.startsWith(WORKFLOW));
		await noteImported(
			engine,
			workflows.map((stream) => stream.slice(WORKFLOW.length))
		);
		const written = await engine.queue.write({
			records,
			values: incoming.values,
			rows: () => rows,
			durability: 'strict'
		});
		if (written.ok) {
			await noteOrigin(engine, streams, incoming.file ?? UNNAMED);
			return ok(counts);
		}
		// Somebody added a note or a file meanwhile.
		if (written.failure.code !== 'stream.moved') return written;
	}
}

/** The records of what is not here yet. Notes first: the runs count how they fared, which needs them to be there. */
async function lacking(engine: Engine, incoming: Incoming) {
	const { store, database } = engine.ports;
	const notes: NoteEvent[] = [];
	for (const note of incoming.notes)
		if (!(await database.notes.get(note.id))) notes.push({ type: 'note.confirmed', at: engine.now(), note });
	const entries: LibraryEvent[] = [];
	for (const entry of incoming.entries)
		if (!(await database.entries.get(entry.id)))
			entries.push({ type: 'entry.added', at: engine.now(), entry });
	const records: LogRecord[] = [
		...chain(await store.head('notes'), notes),
		...chain(await store.head('library'), entries)
	];
	const counts: Counts = { runs: 0, workflows: 0, notes: notes.length, entries: entries.length };
	const rows: RunRow[] = [];
	const streams: string[] = [];
	for (const { stream, records: given } of incoming.streams) {
		if (streams.includes(stream) || (await store.head(stream)).length > 0) continue;
		streams.push(stream);
		if (stream.startsWith('run:')) {
			const all = standingApart(given, engine.now(), incoming.file ?? UNNAMED);
			records.push(...all);
			rows.push(rowOf(foldAll(stream.slice('run:'.length), eventsOf(all))));
			counts.runs += 1;
		} else {
			records.push(...given);
			counts.workflows += 1;
		}
	}
	return { records, rows, counts, streams };
}

/** A run that would go on here does not before the person has looked at it. */
function standingApart(records: LogRecord[], at: number, file: string): LogRecord[] {
	const marked = markImported(records, at);
	if (marked === records) return records;
	const stream = records[0]?.stream ?? '';
	if (foldAll(stream.slice('run:'.length), eventsOf(marked)).paused) return marked;
	const reason = `Brought in from “${file}”. Look at it first; resuming makes it yours.`;
	return [...marked, ...chain(headAfter(emptyHead(stream), marked), [{ type: 'run.paused', at, reason }])];
}

/** A run that goes on here is told that it comes from elsewhere; one that has ended comes in byte for byte. */
export function markImported(records: LogRecord[], at: number): LogRecord[] {
	const stream = records[0]?.stream ?? '';
	if (foldAll(stream.slice('run:'.length), eventsOf(records)).ended) return records;
	return [...records, ...chain(headAfter(emptyHead(stream), records), [{ type: 'run.imported', at }])];
}

function eventsOf(records: readonly LogRecord[]): RunEvent[] {
	return records.map((record) => record.event as RunEvent);
}
