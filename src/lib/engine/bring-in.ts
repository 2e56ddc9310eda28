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
	type RunEvent
} from '$lib/run';
import type { Incoming } from './api';
import type { Engine } from './engine';

/**
 * Brings in what a bundle holds and this device does not. A run or workflow that is here already is left alone;
 * logs come in byte for byte, so their hashes stay what they were.
 */
export async function bringIn(
	engine: Engine,
	incoming: Incoming
): Promise<Result<{ runs: number; workflows: number; notes: number; entries: number }>> {
	const { store, database } = engine.ports;
	const counts = { runs: 0, workflows: 0, notes: 0, entries: 0 };
	if (incoming.streams.some(({ records }) => firstBroken(records) !== null)) {
		return fail(
			failure(
				'bundle.changed',
				'The file was changed after it was exported: its record does not fit together. Nothing was brought in.'
			)
		);
	}
	let values = incoming.values;
	// Notes first: the runs below count how they fared, which needs them to be there.
	const notes: NoteEvent[] = [];
	for (const note of incoming.notes) {
		if (!(await database.notes.get(note.id))) notes.push({ type: 'note.confirmed', at: engine.now(), note });
	}
	if (notes.length > 0) {
		const written = await engine.streams.append('notes', notes, values);
		if (!written.ok) return written;
		values = [];
		counts.notes = notes.length;
	}
	for (const { stream, records } of incoming.streams) {
		if ((await store.head(stream)).length > 0) continue;
		const id = stream.slice(stream.indexOf(':') + 1);
		const isRun = stream.startsWith('run:');
		const all = isRun ? markImported(records, engine.now()) : records;
		const written = await engine.queue.write({
			records: all,
			values,
			...(isRun ? { row: () => rowOf(foldAll(id, eventsOf(all))) } : {}),
			durability: 'strict'
		});
		if (!written.ok) return written;
		values = [];
		if (isRun) counts.runs += 1;
		else counts.workflows += 1;
	}
	const entries: LibraryEvent[] = [];
	for (const entry of incoming.entries) {
		if (!(await database.entries.get(entry.id)))
			entries.push({ type: 'entry.added', at: engine.now(), entry });
	}
	if (entries.length > 0) {
		const written = await engine.streams.append('library', entries, values);
		if (!written.ok) return written;
		counts.entries = entries.length;
	}
	return ok(counts);
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
