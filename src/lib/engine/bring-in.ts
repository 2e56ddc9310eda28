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
import { knownHashes, type StoredValue } from '$lib/storage';
import type { Incoming } from './api';
import type { Engine } from './engine';
import { makeMine, noteOrigin, readOrigins } from './origins';
import { noteImported } from './permissions';
import { entriesApart, noteApart } from './quarantine';

/** Where something came from that nobody has named. */
const UNNAMED = 'another device';
const WORKFLOW = 'workflow:';

interface Counts {
	runs: number;
	workflows: number;
	notes: number;
	/** Of the notes: how many are retired, since they would count for what was here before. */
	retired: number;
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
	const values = await unknownValues(engine, incoming.values);
	for (;;) {
		const { records, rows, counts, streams } = await lacking(engine, incoming);
		if (records.length === 0) return ok(counts);
		const workflows = streams.filter((stream) => stream.startsWith(WORKFLOW));
		// Both before it is there: at no moment may any of it do anything.
		await noteImported(
			engine,
			workflows.map((stream) => stream.slice(WORKFLOW.length))
		);
		await noteOrigin(engine, streams, incoming.file ?? UNNAMED);
		const written = await engine.queue.write({ records, values, rows: () => rows, durability: 'strict' });
		if (written.ok) return ok(counts);
		await makeMine(engine, ...streams);
		// Somebody added a note or a file meanwhile.
		if (written.failure.code !== 'stream.moved') return written;
	}
}

/** A value that is here stays as it is: the same bytes under another name of their kind would read as something else. */
async function unknownValues({ ports }: Engine, values: readonly StoredValue[]): Promise<StoredValue[]> {
	const hashes = values.map(({ hash }) => hash);
	const known = await knownHashes(ports.database, hashes);
	return values.filter(({ hash }) => !known.has(hash));
}

/** The records of what is not here yet. Notes first: the runs count how they fared, which needs them to be there. */
async function lacking(engine: Engine, incoming: Incoming) {
	const { store, database } = engine.ports;
	const isNew: string[] = [];
	for (const { stream } of incoming.streams)
		if (!isNew.includes(stream) && (await store.head(stream)).length === 0) isNew.push(stream);
	const origins = await readOrigins(database);
	const isApart = (workflowId: string) => {
		const stream = `${WORKFLOW}${workflowId}`;
		return isNew.includes(stream) || Object.hasOwn(origins, stream);
	};
	const notes: NoteEvent[] = [];
	let retired = 0;
	for (const one of incoming.notes) {
		if (await database.notes.get(one.id)) continue;
		const note = noteApart(one, isApart);
		if (note !== one) retired += 1;
		notes.push({ type: 'note.confirmed', at: engine.now(), note });
	}
	const here = await database.entries.toArray();
	const known = new Set(here.map(({ id }) => id));
	const unknown = incoming.entries.filter(({ id }) => !known.has(id));
	const entries = entriesApart(unknown, here, isApart).map((entry): LibraryEvent => {
		return { type: 'entry.added', at: engine.now(), entry };
	});
	const records: LogRecord[] = [
		...chain(await store.head('notes'), notes),
		...chain(await store.head('library'), entries)
	];
	const added = { notes: notes.length, retired, entries: entries.length };
	const counts: Counts = { runs: 0, workflows: 0, ...added };
	const rows: RunRow[] = [];
	const streams: string[] = [];
	for (const { stream, records: given } of incoming.streams) {
		if (streams.includes(stream) || !isNew.includes(stream)) continue;
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
