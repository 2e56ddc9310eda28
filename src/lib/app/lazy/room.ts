import { fail, failure, ok, type Result } from '$lib/core';
import type { LocalModel } from '$lib/models';

/** What is asked of the device before a big write, and what can give way to it. */
export interface Room {
	/** Bytes that may still be written; null where the browser does not say. */
	free(): Promise<number | null>;
	models(): Promise<LocalModel[]>;
	remove(key: string): Promise<Result<void>>;
}

/**
 * Sees to it that so many bytes can be written. A person's own files come before models, which can be had again: where
 * that is enough, and only then, models are removed, one by one. Gives the titles of those; fails with `storage.full`.
 */
export async function makeRoom(bytes: number, room: Room): Promise<Result<string[]>> {
	const removed: string[] = [];
	let free = await room.free();
	if (free === null || bytes <= free) return ok(removed);
	const models = (await room.models()).filter((model) => bytesOf(model) > 0);
	if (bytes > free + models.reduce((sum, model) => sum + bytesOf(model), 0)) return fail(full(bytes, free));
	for (const model of models.sort((a, b) => worthOf(a) - worthOf(b) || bytesOf(b) - bytesOf(a))) {
		// One that is just being worked on is let be.
		if (!(await room.remove(model.key)).ok) continue;
		removed.push(model.title);
		free = (await room.free()) ?? bytes;
		if (bytes <= free) return ok(removed);
	}
	return fail(full(bytes, free, removed));
}

/** Bytes of it that are on this device. */
function bytesOf({ size, chunks }: LocalModel): number {
	const here = chunks.filter((chunk) => chunk !== null).length;
	return size === null || chunks.length === 0 ? 0 : Math.round((size * here) / chunks.length);
}

/** What cannot be used yet goes first, what no address brings back goes last. */
function worthOf({ state, url }: LocalModel): number {
	return (state === 'ready' ? 1 : 0) + (url === null ? 2 : 0);
}

function full(bytes: number, free: number, removed: readonly string[] = []) {
	const megabytes = (count: number) => Math.max(0, Math.ceil(count / (1024 * 1024))).toLocaleString();
	const gone = removed.length > 0 ? ` Removed to make room, and not enough: ${removed.join(', ')}.` : '';
	return failure(
		'storage.full',
		`These files need ${megabytes(bytes)} MB, and this browser has some ${megabytes(free)} MB left for Galley. Nothing was added.${gone} Empty the bin, or add fewer.`
	);
}
