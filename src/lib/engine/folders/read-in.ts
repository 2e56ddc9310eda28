import { hashOf, LARGEST_KEPT, mediaOf } from '$lib/core';
import { freePath, inFolder, nameOf, safePath } from '$lib/run';
import { within, type ConnectedFolder, type FolderBook, type FolderFile } from '$lib/storage';
import type { Engine } from '../engine';
import { addFiles, changeLibrary } from '../library';
import { isMissing, MOST_FILES, sayRefusal, walk, type FoundFile } from './walk';

/** Files are written to the library when so many bytes, or so many of them, were read. */
const BATCH_BYTES = 16 * 1024 * 1024;
const BATCH_FILES = 50;

/** What reading a folder came to. */
export interface ReadIn {
	state: 'here' | 'emptied';
	files: number;
	problems: { path: string; message: string }[];
}

/**
 * Reads what is new or was changed in a folder: by time and size, then by hash. What is gone from it goes to the bin of
 * the library; where everything is gone at once, which an unplugged disk looks like, only when that is meant. Rejects
 * where the disk refuses.
 */
export async function readIn(
	engine: Engine,
	book: FolderBook,
	folder: ConnectedFolder,
	{ isMeant, answerMs }: { isMeant: boolean; answerMs: number }
): Promise<ReadIn> {
	const known = new Map((await book.files(folder.id)).map((file) => [file.name, file]));
	const problems: ReadIn['problems'] = [];
	const found: FoundFile[] = [];
	for await (const file of walk(folder.handle, answerMs)) {
		if (found.length < MOST_FILES) found.push(file);
		else if (problems.length === 0)
			problems.push({ path: folder.path, message: `Only its first ${MOST_FILES} files are followed.` });
	}
	const followed = [...known.values()];
	if (found.length === 0 && followed.length > 1 && !isMeant)
		return { state: 'emptied', files: followed.length, problems };

	const taken = new Set([...known.values()].map(({ path }) => path.toLowerCase()));
	let batch: { row: FolderFile; media: string; bytes: Uint8Array<ArrayBuffer> }[] = [];
	let size = 0;
	const write = async () => {
		const added = await addFiles(
			engine,
			batch.map(({ row, media, bytes }) => ({ path: row.path, media, content: bytes }))
		);
		if (added.ok) await book.putFiles(batch.map(({ row }) => row));
		else problems.push({ path: folder.path, message: added.failure.message });
		[batch, size] = [[], 0];
	};
	for (const one of found) {
		const before = known.get(one.name);
		const read = await readChanged(one, before, answerMs);
		if (read === null) continue;
		if ('problem' in read) {
			problems.push({ path: inFolder(folder.path, one.name), message: read.problem });
			continue;
		}
		const { file, bytes, hash } = read;
		const path = before?.path ?? freeOf(inFolder(folder.path, one.name), taken);
		taken.add(path.toLowerCase());
		const facts = { folder: folder.id, name: one.name, path, size: file.size, modified: file.lastModified };
		if (before?.hash === hash) {
			await book.putFiles([{ ...before, ...facts }]);
			continue;
		}
		const row = { ...facts, hash, isOurs: false };
		batch.push({ row, media: mediaOf({ name: file.name, type: file.type }), bytes });
		size += bytes.byteLength;
		if (size >= BATCH_BYTES || batch.length >= BATCH_FILES) await write();
	}
	if (batch.length > 0) await write();

	const there = new Set(found.map(({ name }) => name));
	// Beyond the limit nobody knows what is there.
	const gone = found.length < MOST_FILES ? followed.filter(({ name }) => !there.has(name)) : [];
	await putAway(engine, book, gone);
	return { state: 'here', files: found.length, problems };
}

/** A file that is not as it was when it was last seen; null for one that is, or that left meanwhile. */
async function readChanged(
	{ handle }: FoundFile,
	before: FolderFile | undefined,
	answerMs: number
): Promise<{ file: File; bytes: Uint8Array<ArrayBuffer>; hash: string } | { problem: string } | null> {
	try {
		const file = await within(answerMs, handle.getFile());
		if (before && before.size === file.size && before.modified === file.lastModified) return null;
		// A new one somebody is about to write, or never will.
		if (file.size === 0)
			return before
				? { problem: 'It is empty now (0 bytes); what was read before is still in the library.' }
				: null;
		if (file.size > LARGEST_KEPT) return { problem: 'It has more than 200 MB and was not read.' };
		const bytes = new Uint8Array(await file.arrayBuffer());
		return { file, bytes, hash: hashOf(bytes) };
	} catch (cause) {
		return isMissing(cause) ? null : { problem: `It was not read: ${sayRefusal(cause)}.` };
	}
}

/** What left the folder leaves the library, for the bin; an approved output stays. */
async function putAway(engine: Engine, book: FolderBook, gone: readonly FolderFile[]): Promise<void> {
	const [first] = gone;
	if (!first) return;
	const paths = gone.map(({ path }) => path);
	const entries = await engine.ports.database.entries.where('path').anyOf(paths).toArray();
	const ids = entries.filter((one) => one.kind === 'file' && !one.deleted).map((one) => one.id);
	if (ids.length > 0) {
		const done = await changeLibrary(engine, { type: 'delete', which: { ids } });
		if (!done.ok) return;
	}
	await book.removeFiles(
		first.folder,
		gone.map(({ name }) => name)
	);
}

/** The library path of a file; two of which only the signs differ that a path may not have get two paths. */
function freeOf(path: string, taken: ReadonlySet<string>): string {
	const safe = safePath(path);
	return nameOf(safe) === '' ? safe : freePath(safe, (one) => taken.has(one.toLowerCase()));
}
