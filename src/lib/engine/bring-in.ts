import { fail, failure, ok, type Result } from '$lib/core';
import { firstBroken, foldAll, rowOf, type LibraryEvent, type NoteEvent, type RunEvent } from '$lib/run';
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
	let values = incoming.values;
	for (const { stream, records } of incoming.streams) {
		if ((await store.head(stream)).length > 0) continue;
		if (firstBroken(records) !== null) {
			return fail(
				failure(
					'bundle.changed',
					'The file was changed after it was exported: its record does not fit together. Nothing of this run was brought in.'
				)
			);
		}
		const id = stream.slice(stream.indexOf(':') + 1);
		const isRun = stream.startsWith('run:');
		const written = await engine.queue.write({
			records,
			values,
			...(isRun
				? {
						row: () =>
							rowOf(
								foldAll(
									id,
									records.map((record) => record.event as RunEvent)
								)
							)
					}
				: {}),
			durability: 'strict'
		});
		if (!written.ok) return written;
		values = [];
		if (isRun) counts.runs += 1;
		else counts.workflows += 1;
	}
	const notes: NoteEvent[] = [];
	for (const note of incoming.notes) {
		if (!(await database.notes.get(note.id))) notes.push({ type: 'note.confirmed', at: engine.now(), note });
	}
	const entries: LibraryEvent[] = [];
	for (const entry of incoming.entries) {
		if (!(await database.entries.get(entry.id)))
			entries.push({ type: 'entry.added', at: engine.now(), entry });
	}
	const streams: [string, (NoteEvent | LibraryEvent)[]][] = [
		['notes', notes],
		['library', entries]
	];
	for (const [stream, events] of streams) {
		if (events.length === 0) continue;
		const written = await engine.streams.append(stream, events, values);
		if (!written.ok) return written;
		values = [];
	}
	return ok({ ...counts, notes: notes.length, entries: entries.length });
}
