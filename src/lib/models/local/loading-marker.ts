import { hashOf } from '$lib/core';

/**
 * A note on the disk that says which model is being loaded, put there before and taken away after, however that went. A
 * tab that the browser ends for want of memory tells nobody; the note that it leaves is how the next one knows.
 */
export interface LoadingMarker {
	/** The model, by a name that does not change. */
	key: string;
	/** The model as people know it. */
	title: string;
	/** When loading began, ms since 1970. */
	at: number;
}

const FOLDER = 'galley-loading';

/**
 * Does the loading between note and its removal. A note cannot be written on a disk that is full or in a browser without
 * OPFS; the model is loaded all the same.
 */
export async function marked<T>(marker: LoadingMarker, load: () => Promise<T>): Promise<T> {
	await write(marker).catch(() => undefined);
	try {
		// Held as long as this tab lives: a note without it was left behind.
		return await navigator.locks.request(lockOf(marker.key), { mode: 'shared' }, load);
	} finally {
		await forgetLoading(marker.key);
	}
}

/** The note that an ended tab left for this model, or null. One that a living tab holds is none. */
export async function leftBehind(key: string): Promise<LoadingMarker | null> {
	const found = await read(key);
	if (!found) return null;
	const isLoading = await navigator.locks.request(
		lockOf(key),
		{ ifAvailable: true },
		(lock) => lock === null
	);
	return isLoading ? null : found;
}

/** After the person was told: the model may be loaded again. */
export async function forgetLoading(key: string): Promise<void> {
	await (await folder(false))?.removeEntry(nameOf(key)).catch(() => undefined);
}

/** Takes every note away, whoever left it. */
export async function forgetAllLoading(): Promise<void> {
	await (
		await navigator.storage.getDirectory()
	)
		.removeEntry(FOLDER, { recursive: true })
		.catch(() => undefined);
}

async function write(marker: LoadingMarker): Promise<void> {
	const file = await (await folder(true))?.getFileHandle(nameOf(marker.key), { create: true });
	const writable = await file?.createWritable();
	await writable?.write(JSON.stringify(marker));
	await writable?.close();
}

async function read(key: string): Promise<LoadingMarker | null> {
	try {
		const file = await (await folder(false))?.getFileHandle(nameOf(key));
		const found = JSON.parse(
			(await (await file?.getFile())?.text()) ?? 'null'
		) as Partial<LoadingMarker> | null;
		const { title, at } = found ?? {};
		return typeof title === 'string' && typeof at === 'number' ? { key, title, at } : null;
	} catch {
		return null;
	}
}

async function folder(create: boolean): Promise<FileSystemDirectoryHandle | null> {
	try {
		return await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create });
	} catch {
		return null;
	}
}

const nameOf = (key: string) => `${hashOf(key).slice(0, 32)}.json`;
const lockOf = (key: string) => `galley-loading ${key}`;
