import { ok, type Result, type ValueRef } from '$lib/core';
import { nameOf, safePath, type LibraryEvent } from '$lib/run';
import type { StoredValue } from '$lib/storage';
import type { Engine } from './engine';

/** Adds a file to the library; a path that exists gets the next version. The id of the entry. */
export async function addFile(
	engine: Engine,
	path: string,
	value: ValueRef,
	stored: StoredValue[]
): Promise<Result<string>> {
	const safe = safePath(path);
	const id = engine.ports.random.id();
	const written = await engine.streams.inTurn('library-add', async () => {
		const version = await engine.nextVersion(safe);
		const entry = {
			id,
			kind: 'file' as const,
			path: safe,
			version,
			value: { ...value, name: nameOf(safe) },
			at: engine.now(),
			labelsHold: true,
			deleted: 0 as const
		};
		return engine.streams.append<LibraryEvent>(
			'library',
			[{ type: 'entry.added', at: entry.at, entry }],
			stored
		);
	});
	return written.ok ? ok(id) : written;
}

/** Puts what a source is to keep for the next run into `Sources/`, where the person can see it, once for each content. */
export async function keepForNextTime(engine: Engine, refs: readonly ValueRef[]): Promise<void> {
	const entries = await engine.ports.database.entries.toArray();
	const known = new Set(entries.filter((entry) => !entry.deleted).map((entry) => entry.value.hash));
	for (const ref of refs) {
		if (!known.has(ref.hash)) await addFile(engine, `Sources/${nameOf(ref.name ?? 'Pasted text')}`, ref, []);
	}
}
