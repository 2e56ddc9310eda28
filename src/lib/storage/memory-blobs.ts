import { DONE, type Result } from '$lib/core';
import type { Blobs } from './ports';

/** Big values in memory, for tests. */
export class MemoryBlobs implements Blobs {
	readonly files = new Map<string, Uint8Array>();

	async put(hash: string, content: Uint8Array): Promise<Result<void>> {
		this.files.set(hash, content.slice());
		return DONE;
	}

	async get(hash: string): Promise<Uint8Array | null> {
		return this.files.get(hash) ?? null;
	}

	async remove(hash: string): Promise<void> {
		this.files.delete(hash);
	}

	async wipe(): Promise<Result<void>> {
		this.files.clear();
		return DONE;
	}
}
