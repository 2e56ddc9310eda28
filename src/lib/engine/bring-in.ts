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
