import { DONE, fail, ok, type Result } from '$lib/core';
import { formatNewer, storageFailure } from './failures';
import { crc32, walkFrames } from './journal-frame';
import { DATA_FORMAT } from './format';

/**
 * One file of the journal. A fixed header stands in two slots that are written in turn, each with its own checksum, so
 * a power cut can spoil one and not both; frames follow.
 *
 * Slot: magic u32, format u16, flags u16 (1 = sealed), turn u32, entries u32, end u32, crc32 of these u32.
 */

const MAGIC = 0x474c594a;
const SLOT = 24;
const SLOTS = [0, 64] as const;
const SEALED = 1;
/** Where the frames begin. */
export const BODY = 128;

/** What the header of a segment says. */
export interface SegmentHead {
	format: number;
	sealed: boolean;
	turn: number;
	/** Number of whole entries. */
	entries: number;
	/** Offset after the last frame. */
	end: number;
}

const NEW: SegmentHead = { format: DATA_FORMAT, sealed: false, turn: 0, entries: 0, end: BODY };

/** The newer readable slot of the first {@link BODY} bytes, or null: a new file, or one whose header is lost. */
export function readHead(bytes: Uint8Array): SegmentHead | null {
	let newest: SegmentHead | null = null;
	for (const at of SLOTS) {
		if (bytes.length < at + SLOT) continue;
		const view = new DataView(bytes.buffer, bytes.byteOffset + at, SLOT);
		const right = crc32(bytes.subarray(at, at + SLOT - 4)) === view.getUint32(SLOT - 4, true);
		if (!right || view.getUint32(0, true) !== MAGIC) continue;
		const head: SegmentHead = {
			format: view.getUint16(4, true),
			sealed: (view.getUint16(6, true) & SEALED) !== 0,
			turn: view.getUint32(8, true),
			entries: view.getUint32(12, true),
			end: view.getUint32(16, true)
		};
		if (!newest || head.turn > newest.turn) newest = head;
	}
	return newest;
}

function headBytes(head: SegmentHead): Uint8Array {
	const bytes = new Uint8Array(SLOT);
	const view = new DataView(bytes.buffer);
	view.setUint32(0, MAGIC, true);
	view.setUint16(4, head.format, true);
	view.setUint16(6, head.sealed ? SEALED : 0, true);
	view.setUint32(8, head.turn, true);
	view.setUint32(12, head.entries, true);
	view.setUint32(16, head.end, true);
	view.setUint32(SLOT - 4, crc32(bytes.subarray(0, SLOT - 4)), true);
	return bytes;
}

/** A segment that this worker owns: nobody else can open the file while the handle is. */
export class OpfsSegment {
	/** True when a write failed half-way; the next append first goes back to the last good end. */
	#torn = false;

	private constructor(
		readonly name: string,
		private readonly handle: FileSystemSyncAccessHandle,
		private head: SegmentHead,
		/** Entries that the header spoke of and that were not there when the file was taken over. */
		readonly missing: number
	) {}

	/**
	 * Takes over a file: every frame of it is checked (at most one segment's size is read). A torn tail is cut off. A
	 * file that is damaged in the middle is left as it is, but for its count, and sealed: it is read and no longer
	 * written.
	 */
	static take(name: string, handle: FileSystemSyncAccessHandle): Result<OpfsSegment> {
		try {
			const bytes = readAll(handle);
			const said = readHead(bytes);
			if (said && said.format > DATA_FORMAT) return fail(formatNewer(said.format));
			const walk = walkFrames(bytes, BODY);
			const found: SegmentHead = {
				format: DATA_FORMAT,
				sealed: walk.damaged || (said?.sealed ?? false),
				turn: said?.turn ?? NEW.turn,
				entries: walk.bodies.length,
				end: Math.max(BODY, walk.end)
			};
			const segment = new OpfsSegment(name, handle, found, Math.max(0, (said?.entries ?? 0) - found.entries));
			const same =
				said && said.entries === found.entries && said.end === found.end && said.sealed === found.sealed;
			if (!same || bytes.length !== found.end) segment.#restore();
			return ok(segment);
		} catch (error) {
			return fail(storageFailure(error, 'opening the journal'));
		}
	}

	get entries(): number {
		return this.head.entries;
	}

	get end(): number {
		return this.head.end;
	}

	get sealed(): boolean {
		return this.head.sealed;
	}

	/**
	 * Appends frames as one group. Without `flush` the system writes them when it likes: a killed browser loses nothing of
	 * them, a power cut may. After a failure the next append begins where this one did.
	 */
	append(frames: Uint8Array, count: number, flush = true): Result<void> {
		try {
			if (this.#torn) this.#restore();
			const next = { ...this.head, turn: this.head.turn + 1, entries: this.head.entries + count };
			next.end += frames.length;
			this.#torn = true;
			this.#write(frames, this.head.end);
			this.#writeHead(next);
			if (flush) this.handle.flush();
			this.head = next;
			this.#torn = false;
			return DONE;
		} catch (error) {
			// What was half written is cut off by the next append, or by whoever takes the segment over.
			return fail(storageFailure(error, 'writing the journal'));
		}
	}

	/** Writes out what was appended without it. */
	flush(): Result<void> {
		try {
			this.handle.flush();
			return DONE;
		} catch (error) {
			return fail(storageFailure(error, 'writing the journal'));
		}
	}

	/** The whole file as it is now. */
	read(): Uint8Array {
		return readAll(this.handle);
	}

	/** What was appended without a flush gets it now: the next strict append goes to another file. */
	close(): void {
		try {
			this.handle.flush();
		} finally {
			this.handle.close();
		}
	}

	#restore(): void {
		this.handle.truncate(Math.min(this.head.end, this.handle.getSize()));
		// Both slots, so that none speaks of frames that are cut off.
		for (let slot = 0; slot < SLOTS.length; slot++) {
			this.head = { ...this.head, turn: this.head.turn + 1 };
			this.#writeHead(this.head);
		}
		// A new file ends behind the header, not inside it.
		if (this.handle.getSize() < BODY) this.handle.truncate(BODY);
		this.handle.flush();
		this.#torn = false;
	}

	#writeHead(head: SegmentHead): void {
		this.#write(headBytes(head), SLOTS[head.turn % SLOTS.length] ?? 0);
	}

	/** At the quota, `write` answers with nonsense (4294967288) instead of throwing. */
	#write(bytes: Uint8Array, at: number): void {
		const written = this.handle.write(bytes, { at });
		if (written !== bytes.length) {
			throw new DOMException(`wrote ${written} of ${bytes.length} bytes`, 'QuotaExceededError');
		}
	}
}

function readAll(handle: FileSystemSyncAccessHandle): Uint8Array {
	const bytes = new Uint8Array(handle.getSize());
	handle.read(bytes, { at: 0 });
	return bytes;
}
