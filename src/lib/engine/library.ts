import { fail, failure, hashOf, ok, type Failure, type Result, type ValueRef } from '$lib/core';
import { decideLibrary, nameOf, safePath, type LibraryChange, type LibraryEntry } from '$lib/run';
import type { StoredValue } from '$lib/storage';
import type { AddedFiles, BinEmptied, LibraryDone, NewFile } from './library-api';
import type { Engine } from './engine';
import { GIVEN } from './run-commands';

/** Bytes that are gathered before they are written: so much of what is brought in lies in memory at once. */
const BATCH_BYTES = 16 * 1024 * 1024;

interface Prepared {
	path: string;
	value: ValueRef;
	stored: StoredValue[];
}

/**
 * Adds files to the library, read one after the other. A path that exists gets the next version, or stays as it is where
 * the very same bytes lie there already. What cannot be read is told apart and stops no other.
 */
export async function addFiles(engine: Engine, files: readonly NewFile[]): Promise<Result<AddedFiles>> {
	const done: AddedFiles = { ids: [], same: 0, refused: [] };
	let batch: Prepared[] = [];
	let size = 0;
	const write = async (): Promise<Result<void>> => {
		const added = await addPrepared(engine, batch);
		[batch, size] = [[], 0];
		if (!added.ok) return added;
		done.ids.push(...added.value.ids);
		done.same += added.value.same;
		return ok(undefined);
	};
	for (const { path, media, content } of files) {
		const bytes = await bytesOf(path, content);
		if (!bytes.ok) {
			done.refused.push({ path, failure: bytes.failure });
			continue;
		}
		const facts = { hash: hashOf(bytes.value), media, bytes: bytes.value.byteLength };
		const value = { ...facts, labels: GIVEN, from: [] };
		batch.push({ path, value, stored: [{ ...facts, content: bytes.value }] });
		size += facts.bytes;
		const written = size >= BATCH_BYTES ? await write() : ok(undefined);
		if (!written.ok) return written;
	}
	const written = await write();
	return written.ok ? ok(done) : written;
}

/** Puts what a source is to keep for the next run into `Sources/`, where the person can see it, once for each content. */
export async function keepForNextTime(engine: Engine, refs: readonly ValueRef[]): Promise<void> {
	const entries = await engine.ports.database.entries.toArray();
	const known = new Set(entries.filter((entry) => !entry.deleted).map((entry) => entry.value.hash));
	const unknown = refs.filter((ref) => !known.has(ref.hash));
	await addPrepared(
		engine,
		unknown.map((value) => ({ path: `Sources/${nameOf(value.name ?? 'Pasted text')}`, value, stored: [] }))
	);
}

/** Moves, renames, copies, deletes, restores, tags. */
export function changeLibrary(engine: Engine, change: LibraryChange): Promise<Result<LibraryDone>> {
	return engine.streams.decided('library', async () => {
		const entries = await engine.ports.database.entries.toArray();
		const decided = decideLibrary(entries, change, { now: engine.now(), id: () => engine.ports.random.id() });
		if (!decided.ok) return decided;
		const { events, undo, renamed } = decided.value;
		return ok({ events, given: { changed: events.length, undo, renamed } });
	});
}

/**
 * Takes what is in the bin out of the library for good, and frees the bytes that no run refers to. What an earlier emptying
 * could not free any more, because Galley was closed under it, is freed along.
 */
export async function emptyBin(engine: Engine): Promise<Result<BinEmptied>> {
	const { database, store } = engine.ports;
	const decided = await engine.streams.decided('library', async () => {
		const inBin = (await database.entries.toArray()).filter((entry) => entry.deleted && !entry.emptied);
		const at = engine.now();
		const events = inBin.map(({ id }) => ({ type: 'entry.emptied' as const, at, id }));
		return ok({ events, given: inBin });
	});
	if (!decided.ok) return decided;
	const entries = await database.entries.toArray();
	const emptied = entries.filter((entry) => entry.emptied).map(({ value }) => value.hash);
	const freed = await store.forget([...new Set(emptied)]);
	return freed.ok ? ok({ entries: decided.value.length, freed: freed.value }) : freed;
}

function addPrepared(
	engine: Engine,
	files: readonly Prepared[]
): Promise<Result<{ ids: string[]; same: number }>> {
	const { database, random } = engine.ports;
	return engine.streams.decided('library', async () => {
		const paths = [...new Set(files.map(({ path }) => safePath(path)))];
		const there = await database.entries.where('path').anyOf(paths).toArray();
		const added: LibraryEntry[] = [];
		let same = 0;
		for (const { path, value } of files) {
			const safe = safePath(path);
			const versions = [...there, ...added].filter((entry) => entry.path === safe);
			const newest = versions.reduce<LibraryEntry | null>(
				(best, entry) => (best && best.version >= entry.version ? best : entry),
				null
			);
			if (newest && !newest.deleted && newest.value.hash === value.hash) {
				same += 1;
				continue;
			}
			added.push({
				id: random.id(),
				kind: 'file',
				path: safe,
				version: (newest?.version ?? 0) + 1,
				value: { ...value, name: nameOf(safe) },
				at: engine.now(),
				labelsHold: true,
				deleted: 0
			});
		}
		return ok({
			events: added.map((entry) => ({ type: 'entry.added' as const, at: entry.at, entry })),
			values: files.flatMap(({ stored }) => stored),
			given: { ids: added.map((entry) => entry.id), same }
		});
	});
}

async function bytesOf(path: string, content: Blob | Uint8Array): Promise<Result<Uint8Array, Failure>> {
	if (content instanceof Uint8Array) return ok(content);
	try {
		return ok(new Uint8Array(await content.arrayBuffer()));
	} catch {
		return fail(
			failure(
				'file.vanished',
				`“${nameOf(path)}” cannot be read any more; it may have been moved. Choose it again.`
			)
		);
	}
}
