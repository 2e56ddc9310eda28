import { DONE, fail, ok, type Result } from '$lib/core';
import { storageFailure, stillHeld, storeClosed } from './failures';
import { decodeFrame, encodeFrames, walkFrames } from './journal-frame';
import { BODY, OpfsSegment, readHead, type SegmentHead } from './opfs-segment';
import type { Journal, JournalEntry, JournalPlace } from './ports';

/** A segment is left for the next one above this size. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
/** Segments that lie ready behind our own. A file that has just been created does not survive a power cut. */
const READY = 2;
/** After each segment that is looked through, so that whatever else its worker has to do comes in between, ms. */
const PAUSE_MS = 100;

/**
 * The journal in the origin private file system, for dedicated workers. Every worker owns one segment, by the exclusive
 * access handle on its file; segments of others are read as plain files.
 */
export class OpfsJournal implements Journal {
	#own: OpfsSegment | null = null;
	#folder: FileSystemDirectoryHandle | null = null;
	/** Entries that were gone when a segment was taken; its header was put right then and says nothing of them any more. */
	#missing = 0;
	/** Being created in the background; nothing waits for it but closing. */
	#making: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly folderName: string,
		private readonly segmentBytes = SEGMENT_BYTES
	) {}

	async open(): Promise<Result<void>> {
		if (this.#own) return DONE;
		try {
			const root = await navigator.storage.getDirectory();
			this.#folder = await root.getDirectoryHandle(this.folderName, { create: true });
			return await this.#claim();
		} catch (error) {
			return fail(storageFailure(error, 'opening the journal'));
		}
	}

	async next(): Promise<Result<JournalPlace>> {
		if (this.#own && this.#own.end >= this.segmentBytes) {
			this.#own.close();
			this.#own = null;
			const claimed = await this.#claim().catch((error) =>
				fail(storageFailure(error, 'starting a new part of the journal'))
			);
			if (!claimed.ok) return claimed;
		}
		if (!this.#own) return fail(storeClosed());
		return ok({ segment: this.#own.name, entries: this.#own.entries });
	}

	async append(
		entries: readonly JournalEntry[],
		durability: 'strict' | 'relaxed' = 'strict'
	): Promise<Result<void>> {
		if (!this.#own) return fail(storeClosed());
		return this.#own.append(encodeFrames(entries), entries.length, durability === 'strict');
	}

	async flush(): Promise<Result<void>> {
		return this.#own ? this.#own.flush() : fail(storeClosed());
	}

	async counts(): Promise<Record<string, number>> {
		const heads = await Promise.all(
			(await this.#names()).map(async (name) => [name, await this.#countOf(name)] as const)
		);
		return Object.fromEntries(heads);
	}

	async state(segment: string): Promise<'busy' | 'damaged' | 'whole'> {
		if (segment === this.#own?.name) return 'whole';
		const handle = await this.#lock(segment, false);
		if (handle === 'held') return 'busy';
		if (handle === null) return 'whole';
		// Its header is put right on the way, so that it speaks of no more than is there.
		const taken = OpfsSegment.take(segment, handle);
		handle.close();
		if (!taken.ok) return 'damaged';
		this.#missing += taken.value.missing;
		return taken.value.sealed ? 'damaged' : 'whole';
	}

	async missing(): Promise<number> {
		let missing = this.#missing;
		for (const name of await this.#others()) missing += await this.#lackOf(name);
		return missing;
	}

	async short(): Promise<string[]> {
		const short: string[] = [];
		for (const name of await this.#others()) {
			if ((await this.#lackOf(name)) > 0) short.push(name);
			await new Promise((done) => setTimeout(done, PAUSE_MS));
		}
		return short;
	}

	async *entries(): AsyncIterable<JournalEntry> {
		for (const name of await this.#names()) {
			const bytes = name === this.#own?.name ? this.#own.read() : (await this.#read(name)).bytes;
			for (const body of walkFrames(bytes, BODY).bodies) {
				const entry = decodeFrame(body);
				if (entry) yield entry;
			}
		}
	}

	async wipe(): Promise<Result<void>> {
		try {
			await this.close();
			const root = await navigator.storage.getDirectory();
			const folder = await root.getDirectoryHandle(this.folderName, { create: true });
			for await (const name of folder.keys()) await folder.removeEntry(name).catch(ignoreHeld);
			for await (const name of folder.keys()) return name ? fail(stillHeld()) : DONE;
			return DONE;
		} catch (error) {
			return fail(storageFailure(error, 'deleting the journal'));
		}
	}

	async close(): Promise<void> {
		await this.#making;
		this.#own?.close();
		this.#own = null;
	}

	/** Takes the first segment that is free, whole and not full; creates one only where there is none at all. */
	async #claim(): Promise<Result<void>> {
		const names = await this.#names();
		const heads = await Promise.all(names.map((name) => this.#headOf(name)));
		const open = names.filter((_, index) => {
			const head = heads[index];
			return !head || !(head.sealed || head.end >= this.segmentBytes);
		});
		let last = names.length === 0 ? 0 : numberOf(names[names.length - 1] ?? '');
		for (;;) {
			const name = open.shift() ?? nameOf(++last);
			const handle = await this.#lock(name, true);
			if (handle === 'held' || handle === null) continue;
			const taken = OpfsSegment.take(name, handle);
			if (taken.ok) this.#missing += taken.value.missing;
			if (taken.ok && !taken.value.sealed && taken.value.end < this.segmentBytes) {
				this.#own = taken.value;
				this.#making = this.#prepare(numberOf(name));
				return DONE;
			}
			handle.close();
			if (!taken.ok) return taken;
		}
	}

	/** Creates the segments behind a number, so that they are old by the time they are needed. */
	async #prepare(number: number): Promise<void> {
		try {
			for (let ahead = 1; ahead <= READY; ahead++) {
				await this.#folder?.getFileHandle(nameOf(number + ahead), { create: true });
			}
		} catch {
			// Rolling over creates the file then; its failure is told there.
		}
	}

	async #names(): Promise<string[]> {
		const names: string[] = [];
		try {
			for await (const name of this.#folder?.keys() ?? []) if (numberOf(name) > 0) names.push(name);
		} catch (error) {
			// The browser threw the folder away while it was open.
			if (!isNamed(error, 'NotFoundError')) throw error;
		}
		return names.sort();
	}

	/** Our own was checked when it was taken. */
	async #others(): Promise<string[]> {
		return (await this.#names()).filter((name) => name !== this.#own?.name);
	}

	/** How many entries a segment's header speaks of that cannot be read in it. */
	async #lackOf(name: string): Promise<number> {
		const { bytes } = await this.#read(name);
		return Math.max(0, (readHead(bytes)?.entries ?? 0) - walkFrames(bytes, BODY).bodies.length);
	}

	async #headOf(name: string): Promise<SegmentHead | null> {
		return readHead((await this.#read(name, BODY)).bytes);
	}

	async #countOf(name: string): Promise<number> {
		if (name === this.#own?.name) return this.#own.entries;
		const { bytes, size } = await this.#read(name, BODY);
		const head = readHead(bytes);
		if (head && head.end <= size) return head.entries;
		// Where the header is lost, or the file was cut behind its back, what is there is counted; a new file has neither.
		return walkFrames((await this.#read(name)).bytes, BODY).bodies.length;
	}

	/**
	 * The first bytes of a segment, or all of them, and how many it has. Somebody else may be writing it: a file that changed
	 * while it was read is read again.
	 */
	async #read(name: string, length?: number): Promise<{ bytes: Uint8Array; size: number }> {
		for (let tries = 1; ; tries++) {
			try {
				const file = await (await this.#folder?.getFileHandle(name))?.getFile();
				if (!file) return { bytes: new Uint8Array(), size: 0 };
				const part = await file.slice(0, length ?? file.size).arrayBuffer();
				return { bytes: new Uint8Array(part), size: file.size };
			} catch (error) {
				if (isNamed(error, 'NotFoundError')) return { bytes: new Uint8Array(), size: 0 };
				if (tries === 5) throw error;
			}
		}
	}

	async #lock(name: string, create: boolean): Promise<FileSystemSyncAccessHandle | 'held' | null> {
		try {
			const file = await this.#folder?.getFileHandle(name, { create });
			return (await file?.createSyncAccessHandle()) ?? null;
		} catch (error) {
			if (isNamed(error, 'NoModificationAllowedError')) return 'held';
			if (isNamed(error, 'NotFoundError')) return null;
			throw error;
		}
	}
}

function nameOf(number: number): string {
	return `segment-${String(number).padStart(6, '0')}`;
}

/** The number of a segment's file name; 0 for any other name. */
function numberOf(name: string): number {
	return Number(/^segment-(\d{6,})$/.exec(name)?.[1] ?? 0);
}

function isNamed(error: unknown, name: string): boolean {
	return error instanceof DOMException && error.name === name;
}

function ignoreHeld(error: unknown): void {
	if (!isNamed(error, 'NoModificationAllowedError')) throw error;
}
