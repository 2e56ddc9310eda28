import { fail, failure, LARGEST_READ, ok, type Failure, type Result } from '$lib/core';
import { ask } from './client.svelte';
import { mediaOf } from './run-actions';

/** Bigger files would have to be copied whole through memory on their way in. */
const LARGEST = 200 * 1024 * 1024;

/**
 * Adds files to a folder of the library. Each one is told apart: what was refused does not stop the others; `unread`
 * names what is kept although it is bigger than what steps read.
 */
export async function addFiles(
	files: File[],
	folder: string
): Promise<Result<{ added: number; refused: { name: string; failure: Failure }[]; unread: string[] }>> {
	const refused: { name: string; failure: Failure }[] = [];
	const unread: string[] = [];
	let added = 0;
	for (const file of files) {
		const result = await addFile(file, folder);
		if (result.ok) {
			added += 1;
			if (file.size > LARGEST_READ) unread.push(file.name);
		} else refused.push({ name: file.name, failure: result.failure });
	}
	return ok({ added, refused, unread });
}

async function addFile(file: File, folder: string): Promise<Result<string>> {
	if (file.size === 0)
		return fail(failure('file.empty', `“${file.name}” is empty (0 bytes), so there is nothing to keep.`));
	if (file.size > LARGEST) {
		return fail(
			failure(
				'file.too-large',
				`“${file.name}” has more than 200 MB. Galley did not take it in; split it first.`
			)
		);
	}
	let bytes: Uint8Array;
	try {
		bytes = new Uint8Array(await file.arrayBuffer());
	} catch {
		return fail(
			failure(
				'file.vanished',
				`“${file.name}” cannot be read any more; it may have been moved. Choose it again.`
			)
		);
	}
	const path = folder ? `${folder}/${file.name}` : file.name;
	return ask((api) => api.addFile(path, mediaOf(file), bytes));
}

export function deleteEntry(id: string): Promise<Result<void>> {
	return ask((api) => api.deleteEntry(id));
}

export function restoreEntry(id: string): Promise<Result<void>> {
	return ask((api) => api.restoreEntry(id));
}
