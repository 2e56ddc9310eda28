import { fail, failure, LARGEST_KEPT, LARGEST_READ, mediaOf, ok, type Failure, type Result } from '$lib/core';
import type { AddedFiles, BinEmptied, LibraryDone } from '$lib/engine';
import { freePath, safePath, type LibraryChange } from '$lib/run';
import { ask } from '../client.svelte';
import { askToKeep } from './keep';
import { makeRoom, type Room } from './room';

/** Files handed to the engine at once; after each of these it is told how far it is. */
const AT_ONCE = 50;
/** Room that is left alone: logs grow, and a browser refuses before its own number is reached. */
const RESERVE = 50 * 1024 * 1024;

/** The browser looks on the disk for the size of each file while the page waits; so long at a time it may, ms. */
const TURN_MS = 10;

/** A file on its way in, with where it is to lie. */
export interface Arriving {
	path: string;
	file: File;
}

/** What became of files that were added. */
export interface Added {
	/** Ids of the new entries. */
	ids: string[];
	/** Files that were there already, byte for byte. */
	same: number;
	refused: { path: string; failure: Failure }[];
	/** Kept although they are bigger than what steps read. */
	unread: string[];
	/** Titles of models that were removed to make room. */
	evicted: string[];
}

/**
 * Adds files to the library. Each one is told apart: what was refused does not stop the others. `onProgress` hears how
 * many are through. A failure is one of the device; what was added before it stays.
 */
export async function addFiles(
	files: readonly Arriving[],
	onProgress: (done: number) => void = () => undefined
): Promise<Result<Added>> {
	const added: Added = { ids: [], same: 0, refused: [], unread: [], evicted: [] };
	const good: Arriving[] = [];
	const paths = new Set<string>();
	let turn = performance.now();
	for (const one of files) {
		if (performance.now() - turn > TURN_MS) {
			await new Promise((go) => setTimeout(go));
			turn = performance.now();
		}
		const refusal = refusalOf(one);
		if (refusal) added.refused.push({ path: one.path, failure: refusal });
		else good.push({ ...one, path: ownPath(one.path, paths) });
	}
	const made = await makeRoom(
		good.reduce((sum, { file }) => sum + file.size, 0),
		room
	);
	if (!made.ok) return made;
	added.evicted = made.value;
	for (let at = 0; at < good.length; at += AT_ONCE) {
		const some = good.slice(at, at + AT_ONCE);
		const done = await addSome(some);
		if (!done.ok)
			return fail(
				added.ids.length > 0 ? stopped(done.failure, added.ids.length, files.length) : done.failure
			);
		added.ids.push(...done.value.ids);
		added.same += done.value.same;
		added.refused.push(...done.value.refused);
		added.unread.push(...some.flatMap(({ path, file }) => (file.size > LARGEST_READ ? [path] : [])));
		onProgress(at + some.length);
	}
	if (added.ids.length > 0) void askToKeep();
	return ok(added);
}

/** Two files that come in together are two, though their names differ only in what a path may not have. */
function ownPath(path: string, taken: Set<string>): string {
	const own = freePath(safePath(path), (one) => taken.has(one));
	taken.add(own);
	return own;
}

function stopped(inner: Failure, done: number, all: number): Failure {
	const said = `${inner.message} Before that ${done} of ${all} files were added; they are in the library.`;
	return failure(inner.code, said, { retryable: inner.retryable });
}

export function changeLibrary(change: LibraryChange): Promise<Result<LibraryDone>> {
	return ask((api) => api.changeLibrary(change));
}

/** Removes what is in the bin for good. Nothing takes it back. */
export function emptyBin(): Promise<Result<BinEmptied>> {
	return ask((api) => api.emptyBin());
}

function addSome(files: readonly Arriving[]): Promise<Result<AddedFiles>> {
	return ask((api) =>
		api.addFiles(files.map(({ path, file }) => ({ path, media: mediaOf(file), content: file })))
	);
}

function refusalOf({ file }: Arriving): Failure | null {
	if (file.size === 0) {
		return failure('file.empty', `“${file.name}” is empty (0 bytes), so there is nothing to keep.`);
	}
	if (file.size <= LARGEST_KEPT) return null;
	return failure(
		'file.too-large',
		`“${file.name}” has more than 200 MB. Galley did not take it in; split it first.`
	);
}

/** Asked before a big write, so that the disk is not filled to find out. Where the browser does not say, it is tried. */
const room: Room = {
	async free() {
		const { quota, usage } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
		return quota === undefined || usage === undefined ? null : quota - usage - RESERVE;
	},
	async models() {
		const listed = await ask(async (api) => ok(await api.listModels()));
		return listed.ok ? listed.value : [];
	},
	remove: (key) => ask((api) => api.removeModel(key))
};

/** What takes the space, in bytes; null is unknown. */
export interface Space {
	/** Everything of Galley, as the browser estimates it, and the most that it grants. */
	used: number | null;
	granted: number | null;
	/** Model files, which can be downloaded again. */
	models: number;
	/** Whether the browser said that it will not clear Galley by itself. */
	isKept: boolean | null;
}

export async function space(): Promise<Space> {
	const estimate = await navigator.storage?.estimate?.().catch(() => null);
	return {
		used: estimate?.usage ?? null,
		granted: estimate?.quota ?? null,
		models: await sizeOf(MODELS_FOLDER),
		isKept: (await navigator.storage?.persisted?.().catch(() => null)) ?? null
	};
}

/** Where the models room keeps its files. */
const MODELS_FOLDER = 'models';

/** Bytes of all files in a folder of the origin's private file system; 0 where there is none. */
async function sizeOf(name: string): Promise<number> {
	try {
		return await sum(await (await navigator.storage.getDirectory()).getDirectoryHandle(name));
	} catch {
		return 0;
	}
}

async function sum(folder: FileSystemDirectoryHandle): Promise<number> {
	let bytes = 0;
	for await (const handle of folder.values()) {
		bytes += handle.kind === 'directory' ? await sum(handle) : (await handle.getFile()).size;
	}
	return bytes;
}
