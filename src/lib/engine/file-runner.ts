import { fail, failure, type Failure, type Result } from '$lib/core';
import { LIMITS, tooSlow, type Drawing, type Progress } from '$lib/files';
import { proxy } from 'comlink';
import type { FileWorkerApi, ReadDocument } from './protocol';
import { WorkerHandle } from './worker-handle';

/** A reader that does not keep to its own time is ended this much later. */
const GRACE_MS = 2_000;

interface File {
	name: string;
	bytes: Uint8Array;
}

/** Reads files one after the other in a worker. Every call settles: soon after the limit of time at the latest. */
export interface FileRunner {
	/** `id` is whose reading it is, so that it can be stopped. */
	read(id: string, file: File, onProgress?: (progress: Progress) => void): Promise<ReadDocument>;
	/** The file as untrusted HTML; null where its format has no such view. */
	show(id: string, file: File): Promise<Result<string | null>>;
	/** A page as a picture; null where the format has none. */
	draw(id: string, file: File, page: number): Promise<Result<Drawing | null>>;
	/** Stops what is read for this id, and what waits. */
	stop(id: string): void;
	close(): void;
}

/**
 * A file can hang its reader in ways that no check inside can see, such as one endless loop of a parser. So its worker is
 * ended from here; and since only one file is read at a time, no other one suffers.
 */
export function fileRunner(start: () => Worker): FileRunner {
	// A parser keeps its worker from answering, so silence says nothing; each file has its own limit instead.
	const handle = new WorkerHandle<FileWorkerApi>(start, undefined, undefined, Infinity);
	const stopped = new Set<string>();
	let last: Promise<unknown> = Promise.resolve();
	let current = '';

	async function within<T>(id: string, file: File, work: () => Promise<Result<T>>): Promise<Result<T>> {
		if (stopped.has(id)) return fail(ended(file.name, 'it was stopped'));
		current = id;
		let isLate = false;
		const limit = setTimeout(
			() => {
				isLate = true;
				handle.kill('it took too long');
			},
			LIMITS.seconds * 1000 + GRACE_MS
		);
		try {
			return await work();
		} catch (cause) {
			const why = cause instanceof Error ? cause.message : String(cause);
			return fail(isLate ? tooSlow(file.name, LIMITS.seconds) : ended(file.name, why));
		} finally {
			clearTimeout(limit);
			current = '';
		}
	}
	function queue<T>(id: string, file: File, work: () => Promise<Result<T>>): Promise<Result<T>> {
		const turn = last.then(() => within(id, file, work));
		last = turn;
		return turn;
	}

	return {
		read: (id, file, onProgress) =>
			queue(id, file, () =>
				handle.call<ReadDocument>((api) => api.read(file, onProgress ? proxy(onProgress) : undefined))
			),
		show: (id, file) => queue(id, file, () => handle.call<Result<string | null>>((api) => api.show(file))),
		draw: (id, file, page) =>
			queue(id, file, () => handle.call<Result<Drawing | null>>((api) => api.draw(file, page))),
		stop(id) {
			stopped.add(id);
			void last.finally(() => stopped.delete(id));
			if (current === id) handle.kill('it was stopped');
		},
		close: () => handle.kill('Galley was closed')
	};
}

function ended(name: string, why: string): Failure {
	return failure(
		'file.worker',
		`“${name}” was not read to its end: ${why}. The file was left as it is, and everything before is kept; it can be tried again.`,
		{ retryable: true, details: { name } }
	);
}
