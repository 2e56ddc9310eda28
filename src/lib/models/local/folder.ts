import { failure, type Failure } from '$lib/core';
import type { DownloadRow, LocalModel } from './model';

/**
 * Where model files lie: `models/<key>/` in the origin's private file system, each with `about.json` beside `weights.gguf`
 * (or `weights.part` while it is not whole). For dedicated workers. Notes are written as new files that take the old
 * one's place, so a killed tab leaves the old note; weights are written in place, and a note names only what was flushed.
 */
const ROOT = 'models';
const ABOUT = 'about.json';
const WEIGHTS = 'weights.gguf';
const PART = 'weights.part';
const LEDGER = 'downloads.json';
/** Rows of the ledger that are kept, the newest. */
const LEDGER_ROWS = 500;

async function root(): Promise<FileSystemDirectoryHandle> {
	return (await navigator.storage.getDirectory()).getDirectoryHandle(ROOT, { create: true });
}

/** The folder of one model; null when there is none. */
async function folderOf(key: string): Promise<FileSystemDirectoryHandle | null> {
	return orNull((await root()).getDirectoryHandle(key));
}

/** Every model that has a readable note, in the order of their names. */
export async function listModels(): Promise<LocalModel[]> {
	const found: LocalModel[] = [];
	for await (const [key, handle] of (await root()).entries()) {
		if (handle.kind !== 'directory') continue;
		const model = await readModel(key);
		if (model) found.push(model);
	}
	return found.sort((a, b) => a.title.localeCompare(b.title));
}

export async function readModel(key: string): Promise<LocalModel | null> {
	const folder = await folderOf(key);
	return folder && readJson<LocalModel>(folder, ABOUT);
}

export async function writeModel(model: LocalModel): Promise<void> {
	const folder = await (await root()).getDirectoryHandle(model.key, { create: true });
	await writeJson(folder, ABOUT, model);
}

/** Takes everything of a model away. */
export async function removeModel(key: string): Promise<void> {
	await orNull((await root()).removeEntry(key, { recursive: true }));
}

/** Takes every model away, and the list of what was downloaded. */
export async function removeAll(): Promise<void> {
	await orNull((await navigator.storage.getDirectory()).removeEntry(ROOT, { recursive: true }));
}

/** The whole file of a model, read as it is needed; null when it is not here. */
export async function weightsOf(key: string): Promise<File | null> {
	const folder = await folderOf(key);
	const handle = folder && (await orNull(folder.getFileHandle(WEIGHTS)));
	return handle && handle.getFile();
}

/** The file that chunks are written to. It exists afterwards. */
export async function openPart(key: string): Promise<FileSystemSyncAccessHandle> {
	const folder = await (await root()).getDirectoryHandle(key, { create: true });
	return (await folder.getFileHandle(PART, { create: true })).createSyncAccessHandle();
}

/** Makes the written file the model's weights, in one step. */
export async function finishPart(key: string): Promise<void> {
	await move(key, PART, WEIGHTS);
}

/** The weights as the file that chunks are written to: damaged ones are put in their place there. */
export async function reopenPart(key: string): Promise<void> {
	await move(key, WEIGHTS, PART);
}

/** What is there of a model's bytes, whole or not. */
export async function anyWeightsOf(key: string): Promise<File | null> {
	const folder = await folderOf(key);
	if (!folder) return null;
	const handle = (await orNull(folder.getFileHandle(WEIGHTS))) ?? (await orNull(folder.getFileHandle(PART)));
	return handle && handle.getFile();
}

async function move(key: string, from: string, to: string): Promise<void> {
	const folder = await folderOf(key);
	const handle = folder && (await orNull(folder.getFileHandle(from)));
	// Not in every declaration file yet; every browser with access handles has it.
	await (handle as unknown as { move(name: string): Promise<void> } | null)?.move(to);
}

export async function readLedger(): Promise<DownloadRow[]> {
	return (await readJson<DownloadRow[]>(await root(), LEDGER)) ?? [];
}

export async function addToLedger(row: DownloadRow): Promise<void> {
	await navigator.locks.request('galley-model-ledger', async () => {
		const rows = await readLedger();
		await writeJson(await root(), LEDGER, [...rows, row].slice(-LEDGER_ROWS));
	});
}

/** The failure that something thrown while bytes were written stands for. */
export function writeFailure(cause: unknown): Failure {
	const name = cause instanceof DOMException ? cause.name : '';
	if (name === 'QuotaExceededError') return noRoom();
	if (name === 'NoModificationAllowedError') {
		return failure(
			'model-file.busy',
			'Another tab is working on this model. What it has is kept; go on there, or close it and try again.'
		);
	}
	return failure(
		'model-file.write',
		'The model could not be written to this device. What had arrived before is kept; try again.',
		{ retryable: true, details: { said: cause instanceof Error ? cause.message : String(cause) } }
	);
}

/** This device has no room for more of a model. */
export function noRoom(): Failure {
	return failure(
		'model-file.no-room',
		'This browser has no room left for the model. What had arrived is kept, and your runs are untouched. Delete a model or other data, or free space on the disk, then go on.'
	);
}

async function readJson<T>(folder: FileSystemDirectoryHandle, name: string): Promise<T | null> {
	const handle = await orNull(folder.getFileHandle(name));
	if (!handle) return null;
	try {
		return JSON.parse(await (await handle.getFile()).text()) as T;
	} catch {
		// A note that cannot be read tells nothing; the weights beside it can be brought in again.
		return null;
	}
}

async function writeJson(folder: FileSystemDirectoryHandle, name: string, value: unknown): Promise<void> {
	const writable = await (await folder.getFileHandle(name, { create: true })).createWritable();
	try {
		await writable.write(JSON.stringify(value));
	} catch (cause) {
		await writable.abort().catch(() => undefined);
		throw cause;
	}
	await writable.close();
}

/** What is asked for, or null when there is no such entry. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
	try {
		return await asked;
	} catch (cause) {
		if (cause instanceof DOMException && cause.name === 'NotFoundError') return null;
		throw cause;
	}
}
