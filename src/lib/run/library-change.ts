import { fail, failure, ok, type Result } from '$lib/core';
import {
	folderOf,
	freePath,
	inFolder,
	isBelow,
	nameOf,
	safePath,
	type LibraryEntry,
	type LibraryEvent
} from './library';

/** Entries by id, or by path: a path stands for all versions of it, and for everything below it when it is a folder. */
export type Which = { ids: readonly string[] } | { paths: readonly string[] };

/** What a person wants changed in the library. */
export type LibraryChange =
	/** Into a folder; the empty one is the top. A folder goes with all that is in it. */
	| { type: 'move'; which: Which; to: string }
	| { type: 'copy'; which: Which; to: string }
	/** A file or a folder gets another name where it is. */
	| { type: 'rename'; path: string; name: string }
	| { type: 'delete' | 'restore'; which: Which }
	| { type: 'tag'; which: Which; add: readonly string[]; remove: readonly string[] }
	/** Puts entries back to where they were, or their tags to what they were: what undoes the others. */
	| { type: 'place'; places: readonly { id: string; path: string; version: number }[] }
	| { type: 'retag'; tags: readonly { id: string; tags: readonly string[] }[] };

/** A change as facts, with what takes it back. */
export interface LibraryChanged {
	events: LibraryEvent[];
	undo: LibraryChange;
	/** Paths that got another name because theirs was taken, as they are now. */
	renamed: string[];
}

const MOST_TAGS = 20;
const LONGEST_TAG = 40;

/** Decides a change on the library as it is. Nothing is overwritten: what would land on another path gets a name of its own. */
export function decideLibrary(
	entries: readonly LibraryEntry[],
	change: LibraryChange,
	{ now, id }: { now: number; id: () => string }
): Result<LibraryChanged> {
	switch (change.type) {
		case 'move':
		case 'rename':
			return relocate(entries, change, now);
		case 'copy':
			return copy(entries, change, now, id);
		case 'delete': {
			const gone = found(entries, change.which).filter((entry) => !entry.deleted);
			const events = gone.map((entry) => ({ type: 'entry.deleted' as const, at: now, id: entry.id }));
			return ok({ events, undo: { type: 'restore', which: idsOf(gone) }, renamed: [] });
		}
		case 'restore':
			return ok(restore(entries, change.which, now));
		case 'tag': {
			const live = found(entries, change.which).filter((entry) => !entry.deleted);
			const tags = live.map((entry) => ({ id: entry.id, tags: tagged(entry.tags ?? [], change) }));
			return ok(retag(entries, tags, now));
		}
		case 'place':
			return ok(place(entries, change.places, now));
		case 'retag':
			return ok(retag(entries, change.tags, now));
	}
}

function relocate(
	entries: readonly LibraryEntry[],
	change: Extract<LibraryChange, { type: 'move' | 'rename' }>,
	now: number
): Result<LibraryChanged> {
	const live = entries.filter((entry) => !entry.deleted);
	const which = change.type === 'move' ? change.which : { paths: [change.path] };
	const aimOf = (root: string) =>
		safePath(
			change.type === 'move'
				? inFolder(change.to, nameOf(root))
				: inFolder(folderOf(root), change.name.replace(/[/\\]/g, '-'))
		);
	const roots = rootsOf(live, which).filter((root) => aimOf(root) !== root);
	const isOf = (root: string) => (entry: LibraryEntry) => entry.path === root || isBelow(entry.path, root);
	const places: { id: string; path: string; version: number }[] = [];
	const renamed: string[] = [];
	const taken = takenBy(live.filter((entry) => !roots.some((root) => isOf(root)(entry))));
	for (const root of roots) {
		const safe = aimOf(root);
		if (isBelow(safe, root)) return fail(intoItself(root));
		const free = freePath(safe, taken);
		if (free !== safe) renamed.push(free);
		for (const entry of live.filter(isOf(root))) {
			const path = safePath(free + entry.path.slice(root.length));
			places.push({ id: entry.id, path, version: entry.version });
		}
	}
	return ok({ ...place(entries, places, now), renamed });
}

function copy(
	entries: readonly LibraryEntry[],
	change: Extract<LibraryChange, { type: 'copy' }>,
	now: number,
	id: () => string
): Result<LibraryChanged> {
	const live = entries.filter((entry) => !entry.deleted);
	const taken = takenBy(live);
	const events: LibraryEvent[] = [];
	const renamed: string[] = [];
	for (const root of rootsOf(live, change.which)) {
		const safe = safePath(inFolder(change.to, nameOf(root)));
		if (isBelow(safe, root)) return fail(intoItself(root));
		const free = freePath(safe, taken);
		if (free !== safe) renamed.push(free);
		for (const entry of newestOf(live.filter((one) => one.path === root || isBelow(one.path, root)))) {
			const path = safePath(free + entry.path.slice(root.length));
			const { value, labelsHold, tags } = entry;
			// A copy is the person's own: it is no output of a run any more.
			const made: LibraryEntry = {
				...{ id: id(), kind: 'file', path, version: 1, value, at: now, deleted: 0 },
				...(labelsHold ? { labelsHold } : {}),
				...(tags ? { tags } : {})
			};
			events.push({ type: 'entry.added', at: now, entry: made });
		}
	}
	const ids = events.flatMap((event) => (event.type === 'entry.added' ? [event.entry.id] : []));
	return ok({ events, undo: { type: 'delete', which: { ids } }, renamed });
}

/** Out of the bin; a version that somebody else has by now becomes the next one. */
function restore(entries: readonly LibraryEntry[], which: Which, now: number): LibraryChanged {
	const back = found(entries, which)
		.filter((entry) => entry.deleted && !entry.emptied)
		.sort((a, b) => a.version - b.version);
	const events: LibraryEvent[] = [];
	const versions = new Map<string, number[]>();
	for (const { path, version, deleted } of entries)
		if (!deleted) versions.set(path, [...(versions.get(path) ?? []), version]);
	for (const { id, path, version } of back) {
		events.push({ type: 'entry.restored', at: now, id });
		const there = versions.get(path) ?? [];
		const free = there.includes(version) ? Math.max(...there) + 1 : version;
		if (free !== version) events.push({ type: 'entry.moved', at: now, id, path, version: free });
		versions.set(path, [...there, free]);
	}
	return { events, undo: { type: 'delete', which: idsOf(back) }, renamed: [] };
}

function place(
	entries: readonly LibraryEntry[],
	places: readonly { id: string; path: string; version: number }[],
	now: number
): LibraryChanged {
	const before = new Map(entries.map((entry) => [entry.id, entry]));
	const known = places.filter(({ id }) => before.has(id));
	const events = known.map((one) => ({ type: 'entry.moved' as const, at: now, ...one }));
	const was = known.flatMap(({ id }) => {
		const entry = before.get(id);
		return entry ? [{ id, path: entry.path, version: entry.version }] : [];
	});
	return { events, undo: { type: 'place', places: was }, renamed: [] };
}

function retag(
	entries: readonly LibraryEntry[],
	tags: readonly { id: string; tags: readonly string[] }[],
	now: number
): LibraryChanged {
	const before = new Map(entries.map((entry) => [entry.id, entry.tags ?? []]));
	const changed = tags.filter(
		(one) => before.has(one.id) && before.get(one.id)?.join('\n') !== one.tags.join('\n')
	);
	return {
		events: changed.map((one) => ({ type: 'entry.tagged', at: now, id: one.id, tags: [...one.tags] })),
		undo: { type: 'retag', tags: changed.map(({ id }) => ({ id, tags: before.get(id) ?? [] })) },
		renamed: []
	};
}

/** Tags in the order in which they came, each once however it is written. */
function tagged(
	before: readonly string[],
	{ add, remove }: { add: readonly string[]; remove: readonly string[] }
): string[] {
	const key = (tag: string) => tag.toLowerCase();
	const gone = new Set(remove.map(key));
	const made = [...before, ...add.map(plainTag).filter(Boolean)].filter((tag) => !gone.has(key(tag)));
	return made.filter((tag, at) => made.findIndex((one) => key(one) === key(tag)) === at).slice(0, MOST_TAGS);
}

function plainTag(text: string): string {
	return text
		.normalize('NFC')
		.replace(/[\p{Cc}\p{Cf},]/gu, ' ')
		.replace(/\s+/g, ' ')
		.trim()
		.slice(0, LONGEST_TAG);
}

function found(entries: readonly LibraryEntry[], which: Which): LibraryEntry[] {
	if ('ids' in which) {
		const ids = new Set(which.ids);
		return entries.filter((entry) => ids.has(entry.id));
	}
	const roots = new Set(which.paths);
	return entries.filter(({ path }) => {
		for (let at = path; at !== ''; at = folderOf(at)) if (roots.has(at)) return true;
		return false;
	});
}

/** The paths that are moved as one; of a folder and something in it only the folder. */
function rootsOf(live: readonly LibraryEntry[], which: Which): string[] {
	const paths = 'paths' in which ? which.paths : found(live, which).map((entry) => entry.path);
	return [...new Set(paths)].filter((path) => !paths.some((other) => other !== path && isBelow(path, other)));
}

/** Whether a path, as a file or as a folder, is taken; one that was asked about counts as taken from then on. */
function takenBy(live: readonly LibraryEntry[]): (path: string) => boolean {
	const taken = new Set<string>();
	for (const { path } of live) for (let at = path; at !== ''; at = folderOf(at)) taken.add(at.toLowerCase());
	return (path) => {
		const key = path.toLowerCase();
		if (taken.has(key)) return true;
		taken.add(key);
		return false;
	};
}

function newestOf(entries: readonly LibraryEntry[]): LibraryEntry[] {
	const newest = new Map<string, LibraryEntry>();
	for (const entry of entries)
		if (entry.version > (newest.get(entry.path)?.version ?? 0)) newest.set(entry.path, entry);
	return [...newest.values()];
}

function idsOf(entries: readonly LibraryEntry[]): { ids: string[] } {
	return { ids: entries.map((entry) => entry.id) };
}

function intoItself(path: string) {
	return failure(
		'library.into-itself',
		`“${nameOf(path)}” can't go into itself. Nothing was moved; choose another folder.`
	);
}
