import { DONE, fail, failure, ok, type Result } from '$lib/core';
import { FolderBook, mayUse, type ConnectedFolder } from '$lib/storage';
import { ask } from '../client.svelte';
import { live, type Live } from '../live.svelte';

/** What only some browsers have, so that it is in no standard types. */
interface Picking {
	showDirectoryPicker?: (wish: {
		id: string;
		mode: 'read' | 'readwrite';
	}) => Promise<FileSystemDirectoryHandle>;
}
interface Asking {
	requestPermission?: (wish: { mode: 'read' | 'readwrite' }) => Promise<PermissionState>;
}
interface Dropping {
	getAsFileSystemHandle?: () => Promise<FileSystemHandle | null>;
}

/** For reading; the engine writes it. */
const book = new FolderBook();

/** Whether this browser can connect folders at all. */
export function canConnect(): boolean {
	return typeof (globalThis as Picking).showDirectoryPicker === 'function';
}

export function connectedFolders(use: ConnectedFolder['use']): Live<ConnectedFolder[]> {
	return live(() => () => book.all(use));
}

/** Asks for a folder and connects it; null when the person chose none. For a click. */
export async function chooseFolder(use: ConnectedFolder['use']): Promise<Result<ConnectedFolder | null>> {
	let handle: FileSystemDirectoryHandle;
	try {
		const pick = (globalThis as Picking).showDirectoryPicker;
		if (!pick) return fail(cannot());
		handle = await pick({ id: `galley-${use}`, mode: 'readwrite' });
	} catch (cause) {
		if (cause instanceof DOMException && cause.name === 'AbortError') return ok(null);
		return fail(
			failure(
				'folder.refused',
				'The browser does not hand out this folder. Nothing was connected; choose another one, such as a new folder in your documents.'
			)
		);
	}
	return connect(handle, use);
}

export async function connect(
	handle: FileSystemDirectoryHandle,
	use: ConnectedFolder['use']
): Promise<Result<ConnectedFolder>> {
	const connected = await ask((api) => api.connectFolder(handle, use));
	if (connected.ok && use === 'library') void look();
	return connected;
}

/**
 * The first folder that was dropped; null where there is none or the browser gives no handle. Called before anything is
 * awaited: the browser empties what was dropped.
 */
export async function droppedFolder(transfer: DataTransfer): Promise<FileSystemDirectoryHandle | null> {
	const asked = [...transfer.items].map(async (item) => (item as Dropping).getAsFileSystemHandle?.() ?? null);
	const handles = await Promise.all(asked);
	const folder = handles.find((handle) => handle?.kind === 'directory');
	return (folder as FileSystemDirectoryHandle | undefined) ?? null;
}

/** Asks the browser for leave once more and looks at the folder. For a click. */
export async function reconnect({ handle, use }: ConnectedFolder): Promise<Result<void>> {
	const asking = handle as Asking;
	const answer = (await asking.requestPermission?.({ mode: 'readwrite' })) ?? 'granted';
	if (answer !== 'granted' && !(await mayUse(handle, 'read'))) return fail(denied(handle.name));
	const again = await connect(handle, use);
	return again.ok ? DONE : again;
}

export function disconnect(id: string): Promise<Result<void>> {
	return ask((api) => api.disconnectFolder(id));
}

/** Reads folders anew and writes what is not in them yet; `empty` names one that is meant to be empty. */
export async function look(empty?: string): Promise<Result<void>> {
	// Nothing is asked of the engine where there is nothing to look at: a device that never held anything stays new.
	if ((await book.all('library')).length === 0) return DONE;
	return ask((api) => api.lookAtFolders(empty));
}

/** Writes a backup to the folder for backups where it is time, or when it is wanted now; true when one was written. */
export async function rollBackup(kept: Record<string, string>, isWanted = false): Promise<Result<boolean>> {
	if ((await book.all('backups')).length === 0) return ok(false);
	return ask((api) => api.rollBackup(kept, isWanted));
}

function cannot() {
	return failure(
		'folder.none',
		'This browser cannot connect folders. Adding files or a whole folder, and downloading outputs, do the same job.'
	);
}

function denied(folder: string) {
	return failure(
		'folder.denied',
		`The browser did not allow Galley to use “${folder}”. What was read before is still in the library; nothing new is read or written until you allow it.`
	);
}
