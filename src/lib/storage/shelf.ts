import { DONE, fail, ok, type Result } from '$lib/core';
import { storageFailure } from './failures';

/** A file that is being written to a {@link Shelf}. After a failure it is not there. */
export interface ShelfWriter {
	write(bytes: Uint8Array<ArrayBuffer>): Result<void>;
	/** Flushed when it returns; the finished file. */
	close(): Promise<Result<Blob>>;
	/** Gives it up; nothing stays. */
	discard(): Promise<void>;
}

/**
 * Whole files that are put aside on this device: a backup that is being handed out, one that is being restored. Beside
 * the database and its journal, and touched by neither. Failures are `storage.full` and `storage.failed`.
 */
export interface Shelf {
	/** Begins a file anew; an earlier one of that name is gone from then on. */
	create(name: string): Promise<Result<ShelfWriter>>;
	/** Null where there is no such file. */
	get(name: string): Promise<Blob | null>;
	remove(name: string): Promise<void>;
}

/** In the origin private file system, for dedicated workers. */
export class OpfsShelf implements Shelf {
	constructor(private readonly folderName: string) {}

	async create(name: string): Promise<Result<ShelfWriter>> {
		try {
			const root = await navigator.storage.getDirectory();
			const folder = await root.getDirectoryHandle(this.folderName, { create: true });
			const file = await folder.getFileHandle(name, { create: true });
			const handle = await file.createSyncAccessHandle();
			handle.truncate(0);
			return ok(this.#writer(name, file, handle));
		} catch (error) {
			return fail(storageFailure(error, 'putting a file aside'));
		}
	}

	async get(name: string): Promise<Blob | null> {
		try {
			return await (await (await this.#folder()).getFileHandle(name)).getFile();
		} catch (error) {
			if (error instanceof DOMException && error.name === 'NotFoundError') return null;
			throw error;
		}
	}

	async remove(name: string): Promise<void> {
		try {
			await (await this.#folder()).removeEntry(name);
		} catch (error) {
			if (!(error instanceof DOMException) || error.name !== 'NotFoundError') throw error;
		}
	}

	#writer(name: string, file: FileSystemFileHandle, handle: FileSystemSyncAccessHandle): ShelfWriter {
		let at = 0;
		const discard = async () => {
			handle.close();
			await this.remove(name);
		};
		return {
			write(bytes) {
				try {
					const written = handle.write(bytes, { at });
					// At the quota, `write` answers with nonsense instead of throwing.
					if (written !== bytes.length) throw new DOMException('short write', 'QuotaExceededError');
					at += written;
					return DONE;
				} catch (error) {
					return fail(storageFailure(error, 'putting a file aside'));
				}
			},
			async close() {
				try {
					handle.flush();
					handle.close();
					return ok(await file.getFile());
				} catch (error) {
					return fail(storageFailure(error, 'putting a file aside'));
				}
			},
			discard
		};
	}

	async #folder(): Promise<FileSystemDirectoryHandle> {
		return (await navigator.storage.getDirectory()).getDirectoryHandle(this.folderName);
	}
}

/** In memory, for tests. */
export class MemoryShelf implements Shelf {
	readonly files = new Map<string, Blob>();

	async create(name: string): Promise<Result<ShelfWriter>> {
		this.files.delete(name);
		const parts: Uint8Array<ArrayBuffer>[] = [];
		return ok({
			write(bytes) {
				parts.push(bytes.slice());
				return DONE;
			},
			close: async () => {
				const file = new Blob(parts);
				this.files.set(name, file);
				return ok(file);
			},
			discard: async () => undefined
		});
	}

	async get(name: string): Promise<Blob | null> {
		return this.files.get(name) ?? null;
	}

	async remove(name: string): Promise<void> {
		this.files.delete(name);
	}
}
