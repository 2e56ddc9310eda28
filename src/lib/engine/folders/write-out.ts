import { hashOf } from '$lib/core';
import { folderOf, freePath, inFolder, isBelow, nameOf, type LibraryEntry } from '$lib/run';
import type { ConnectedFolder, FolderBook, FolderFile, StoredValue } from '$lib/storage';
import type { Engine } from '../engine';
import { isMissing, sayRefusal } from './walk';

/** What writing to a folder came to. */
export interface WrittenOut {
	problems: { path: string; message: string }[];
	/** Library paths of what is not in the folder yet. */
	waiting: string[];
}

/**
 * Approved outputs of this device below a folder that are not written yet, the newest of each path; one that came in from
 * a file is none of them, whatever it says of itself.
 */
export async function dueOutputs(
	engine: Engine,
	book: FolderBook,
	folder: ConnectedFolder
): Promise<LibraryEntry[]> {
	const found = await engine.ports.database.entries.bulkGet(await book.expected());
	const newest = new Map<string, LibraryEntry>();
	const passed: string[] = [];
	for (const entry of found) {
		if (!entry || !isBelow(entry.path, folder.path)) continue;
		const other = newest.get(entry.path);
		const isNewer = !entry.deleted && entry.version > (other?.version ?? 0);
		if (isNewer) newest.set(entry.path, entry);
		const late = isNewer ? other : entry;
		if (late) passed.push(late.id);
	}
	await book.fulfil(passed);
	return [...newest.values()];
}

/**
 * Writes outputs as real files, reads each back and compares it. A file that Galley did not write itself, or that was
 * changed since, is left as it is: then the output gets a name of its own beside it.
 */
export async function writeOut(
	engine: Engine,
	book: FolderBook,
	folder: ConnectedFolder,
	due: readonly LibraryEntry[]
): Promise<WrittenOut> {
	const done: WrittenOut = { problems: [], waiting: [] };
	for (const entry of due) {
		const value = await engine.ports.store.value(entry.value.hash);
		const failed = value.ok
			? await writeOne(book, folder, entry, bytesOf(value.value))
			: value.failure.message;
		if (failed === null) continue;
		done.waiting.push(entry.path);
		done.problems.push({ path: entry.path, message: failed });
	}
	return done;
}

/** Null when it is in the folder, else why not. */
async function writeOne(
	book: FolderBook,
	folder: ConnectedFolder,
	entry: LibraryEntry,
	bytes: Uint8Array<ArrayBuffer>
): Promise<string | null> {
	const wanted = entry.path.slice(folder.path.length + 1);
	const known = new Map((await book.files(folder.id)).map((file) => [file.name, file]));
	try {
		let place = folder.handle;
		for (const part of folderOf(wanted).split('/').filter(Boolean))
			place = await place.getDirectoryHandle(part, { create: true });
		const hash = hashOf(bytes);
		const { name, isThere } = await nameFor(place, wanted, known, hash);
		const handle = await place.getFileHandle(nameOf(name), { create: true });
		if (!isThere) {
			// It takes the place of the file when it is closed, whole or not at all.
			const writable = await handle.createWritable();
			await writable.write(bytes);
			await writable.close();
		}
		const file = await handle.getFile();
		if (hashOf(new Uint8Array(await file.arrayBuffer())) !== hash)
			return 'It was written, and read back as something else. Look at the file on disk.';
		const row: FolderFile = {
			folder: folder.id,
			name,
			path: inFolder(folder.path, name),
			size: file.size,
			modified: file.lastModified,
			hash,
			isOurs: true
		};
		await book.putFiles([row]);
		await book.fulfil([entry.id]);
		return null;
	} catch (cause) {
		return `It was not written to the folder: ${sayRefusal(cause)}.`;
	}
}

/** Where an output may be written: its own name, unless that belongs to a file of somebody else. */
async function nameFor(
	place: FileSystemDirectoryHandle,
	wanted: string,
	known: ReadonlyMap<string, FolderFile>,
	hash: string
): Promise<{ name: string; isThere: boolean }> {
	const taken = new Set<string>();
	for (;;) {
		const name = freePath(wanted, (one) => taken.has(one));
		const there = await hashAt(place, nameOf(name));
		if (there === null) return { name, isThere: false };
		if (there === hash) return { name, isThere: true };
		const row = known.get(name);
		if (row?.isOurs && row.hash === there) return { name, isThere: false };
		taken.add(name);
	}
}

/** Hash of a file as it lies there now; null where there is none. */
async function hashAt(place: FileSystemDirectoryHandle, name: string): Promise<string | null> {
	try {
		const file = await (await place.getFileHandle(name)).getFile();
		return hashOf(new Uint8Array(await file.arrayBuffer()));
	} catch (cause) {
		if (isMissing(cause)) return null;
		throw cause;
	}
}

function bytesOf({ content }: StoredValue): Uint8Array<ArrayBuffer> {
	return typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
}
