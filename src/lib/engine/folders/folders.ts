import { DONE, fail, failure, ok, type Result } from '$lib/core';
import { freePath, safePath } from '$lib/run';
import {
	exclusively,
	isStorageError,
	mayUse,
	storageFailure,
	type ConnectedFolder,
	type FolderBook,
	type FolderLook
} from '$lib/storage';
import type { Engine } from '../engine';
import { readIn } from './read-in';
import { isMissing, sayRefusal } from './walk';
import { FolderWatch } from './watch';
import { dueOutputs, writeOut } from './write-out';

/** What a page may ask about folders on disk. */
export interface FoldersApi {
	/** Connects a folder on disk, or one that was connected before again. */
	connectFolder(
		handle: FileSystemDirectoryHandle,
		use: ConnectedFolder['use']
	): Promise<Result<ConnectedFolder>>;
	disconnectFolder(id: string): Promise<Result<void>>;
	/** Reads connected folders anew and writes what is not in them yet; `empty` names one that is meant to be empty. */
	lookAtFolders(empty?: string): Promise<Result<void>>;
}

/** One tab at a time reads and writes folders. */
const LOCK = 'galley-folders';
/** Problems of one look that are kept and shown. */
const MOST_PROBLEMS = 50;

/**
 * The folders on disk that are connected, as one tab's engine uses them. Whatever calls for it, all of them are looked at
 * in one way: read anew, and given what is not in them yet. What a look found is kept beside each folder.
 */
export class Folders {
	readonly #watch = new FolderWatch(() => void this.look());

	/** A disk that answers nothing for so long is given up for this look, ms; tests are less patient. */
	answerMs = 60_000;

	constructor(private readonly engine: Engine) {}

	/**
	 * Connects a folder that the person chose. One that is connected already is reconnected: its leave was given anew. The
	 * folder of the library that it stands for has its name, or that name with a number where another one has it.
	 */
	async connect(
		handle: FileSystemDirectoryHandle,
		use: ConnectedFolder['use']
	): Promise<Result<ConnectedFolder>> {
		const { folders: book, random } = this.engine.ports;
		if (!book) return fail(noFolders());
		const all = await book.all(use);
		for (const folder of all) {
			if (!(await folder.handle.isSameEntry(handle))) continue;
			await book.change(folder.id, { handle });
			return ok({ ...folder, handle });
		}
		const taken = new Set(all.map(({ path }) => path.toLowerCase()));
		const isTaken = (path: string) => taken.has(path.toLowerCase());
		const folder: ConnectedFolder = {
			id: random.id(),
			use,
			handle,
			path: use === 'library' ? freePath(safePath(handle.name), isTaken) : '',
			connectedAt: this.engine.now(),
			look: null
		};
		// Backups go to one place.
		if (use === 'backups') for (const { id } of all) await book.remove(id);
		await book.put(folder);
		return ok(folder);
	}

	/** An output is about to be saved; where folders are connected it is to be written to the one that it lies in, too. */
	async expect(entryId: string): Promise<void> {
		const book = this.engine.ports.folders;
		try {
			if (book && (await book.all('library')).length > 0) await book.expect(entryId);
		} catch (cause) {
			if (!isStorageError(cause)) throw cause;
			// Saving it does not depend on a folder.
			this.engine.say(notNoted());
		}
	}

	/** Forgets a folder. What was read from it stays in the library, what lies in it stays there. */
	async disconnect(id: string): Promise<Result<void>> {
		await this.engine.ports.folders?.remove(id);
		return DONE;
	}

	/**
	 * Looks at every folder of the library. One that is empty all of a sudden is left alone, unless the person said that it
	 * is meant to be (`empty`: its id).
	 */
	async look(empty?: string): Promise<Result<void>> {
		const book = this.engine.ports.folders;
		if (!book) return DONE;
		try {
			return await this.#look(book, empty);
		} catch (cause) {
			if (!isStorageError(cause)) throw cause;
			return fail(storageFailure(cause, 'looking at the folders on disk'));
		}
	}

	async #look(book: FolderBook, empty?: string): Promise<Result<void>> {
		const { engine } = this;
		const folders = await book.all('library');
		if (engine.isLeader) await this.#watch.follow(folders);
		if (folders.length === 0) return DONE;
		await exclusively(LOCK, async () => {
			for (const folder of await book.all('library')) {
				const before = folder.look?.waiting ?? [];
				const look = await lookAt(engine, book, folder, {
					isMeant: folder.id === empty,
					answerMs: this.answerMs
				});
				await book.change(folder.id, { look: { ...look, problems: look.problems.slice(0, MOST_PROBLEMS) } });
				const late = look.waiting.find((path) => !before.includes(path));
				if (late !== undefined) engine.say(notWritten(late, folder.handle.name));
			}
		});
		return DONE;
	}

	/**
	 * The same, for a run that is about to start and is given what lies in these folders; it waits for that no longer than
	 * so many ms. Fails with `folder.slow`; the look then goes on by itself.
	 */
	async lookBefore(isWanted: (path: string) => boolean, ms: number): Promise<Result<void>> {
		const all = (await this.engine.ports.folders?.all('library').catch(() => [])) ?? [];
		const [slow] = all.filter(({ path }) => isWanted(path));
		if (!slow) return DONE;
		let timer: ReturnType<typeof setTimeout> | undefined;
		const over = new Promise<'over'>((end) => (timer = setTimeout(() => end('over'), ms)));
		const first = await Promise.race([this.look(), over]);
		clearTimeout(timer);
		return first === 'over' ? fail(notInTime(slow.path, ms)) : DONE;
	}

	/** Changes on disk are not heard of any more. */
	stop(): void {
		this.#watch.stop();
	}
}

async function lookAt(
	engine: Engine,
	book: FolderBook,
	folder: ConnectedFolder,
	how: { isMeant: boolean; answerMs: number }
): Promise<FolderLook> {
	const due = async () => (await dueOutputs(engine, book, folder)).map(({ path }) => path);
	const at = engine.now();
	const nothing = { at, writable: false, files: folder.look?.files ?? 0, problems: [] };
	try {
		if (!(await mayUse(folder.handle, 'read')))
			return { ...nothing, state: 'no-leave', waiting: await due() };
		const read = await readIn(engine, book, folder, how);
		const writable = await mayUse(folder.handle, 'readwrite');
		if (read.state === 'emptied' || !writable) return { ...read, at, writable, waiting: await due() };
		const written = await writeOut(engine, book, folder, await dueOutputs(engine, book, folder));
		const problems = [...read.problems, ...written.problems];
		return { at, state: 'here', writable, files: read.files, problems, waiting: written.waiting };
	} catch (cause) {
		if (isMissing(cause)) return { ...nothing, state: 'gone', waiting: await due() };
		const message = `The folder was not read to its end: ${sayRefusal(cause)}.`;
		const problems = [{ path: folder.path, message }];
		return { ...nothing, state: 'here', problems, waiting: await due() };
	}
}

function notWritten(path: string, folder: string): string {
	return `“${path}” is approved and kept in the library, and not yet in the folder “${folder}” on this device. The Library page says why.`;
}

function notInTime(folder: string, ms: number) {
	return failure(
		'folder.slow',
		`The folder “${folder}” on this device was not read to its end within ${Math.round(ms / 1000)} seconds, so the run would not be given what is in it now. It is still being read: try again in a while, or start with what was read before.`,
		{ retryable: true }
	);
}

function notNoted(): string {
	return 'An approved output is saved in the library, but not in the folder on disk: the list of folders cannot be written just now. Download it from the library.';
}

function noFolders() {
	return failure('folder.none', 'Folders cannot be connected here. Nothing was changed.');
}
