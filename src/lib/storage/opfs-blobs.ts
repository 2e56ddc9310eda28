import { DONE, fail, type Result } from '$lib/core';
import { stillHeld, storageFailure } from './failures';
import type { Blobs } from './ports';

/** Big values as files of the origin private file system, for dedicated workers. A file's name is its hash. */
export class OpfsBlobs implements Blobs {
	constructor(private readonly folderName: string) {}

	async put(hash: string, content: Uint8Array): Promise<Result<void>> {
		let handle: FileSystemSyncAccessHandle | null = null;
		try {
			const file = await (await this.#folder()).getFileHandle(hash, { create: true });
			handle = await file.createSyncAccessHandle();
			if (isSame(handle, content)) return DONE;
			const written = handle.write(content, { at: 0 });
			// At the quota, `write` answers with nonsense instead of throwing.
			if (written !== content.length) throw new DOMException('short write', 'QuotaExceededError');
			handle.truncate(content.length);
			handle.flush();
			// There is no second copy of a file, so what was written is read back before it counts.
			if (!isSame(handle, content)) throw new DOMException('it reads back differently', 'DataError');
			return DONE;
		} catch (error) {
			return fail(storageFailure(error, 'storing a file'));
		} finally {
			handle?.close();
		}
	}

	async get(hash: string): Promise<Uint8Array | null> {
		try {
			const file = await (await (await this.#folder()).getFileHandle(hash)).getFile();
			return new Uint8Array(await file.arrayBuffer());
		} catch (error) {
			if (error instanceof DOMException && error.name === 'NotFoundError') return null;
			throw error;
		}
	}

	async remove(hash: string): Promise<void> {
		await (await this.#folder()).removeEntry(hash).catch(ignoreGoneOrHeld);
	}

	async wipe(): Promise<Result<void>> {
		try {
			const root = await navigator.storage.getDirectory();
			await root.removeEntry(this.folderName, { recursive: true });
			return DONE;
		} catch (error) {
			if (error instanceof DOMException && error.name === 'NotFoundError') return DONE;
			if (error instanceof DOMException && error.name === 'NoModificationAllowedError')
				return fail(stillHeld());
			return fail(storageFailure(error, 'deleting stored files'));
		}
	}

	async #folder(): Promise<FileSystemDirectoryHandle> {
		return (await navigator.storage.getDirectory()).getDirectoryHandle(this.folderName, { create: true });
	}
}

function ignoreGoneOrHeld(error: unknown): void {
	if (error instanceof DOMException && /^(NotFound|NoModificationAllowed)Error$/.test(error.name)) return;
	throw error;
}

/** Compared byte by byte: after a power cut a file can have its size and not its content. */
function isSame(handle: FileSystemSyncAccessHandle, content: Uint8Array): boolean {
	if (handle.getSize() !== content.length) return false;
	const there = new Uint8Array(content.length);
	handle.read(there, { at: 0 });
	for (let at = 0; at < there.length; at++) if (there[at] !== content[at]) return false;
	return true;
}
