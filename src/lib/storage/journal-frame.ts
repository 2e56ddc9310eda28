import type { JournalEntry, StoredValue } from './ports';

/**
 * The bytes of a journal segment: frames of `[length u32][crc32 u32][UTF-8 JSON]`, little-endian, one entry each.
 * A frame counts when it is whole and its checksum is right; everything else is skipped.
 */

const FRAME_HEAD = 8;
const encoder = new TextEncoder();
const TABLE = /* @__PURE__ */ crcTable();

function crcTable(): Uint32Array {
	const table = new Uint32Array(256);
	for (let n = 0; n < 256; n++) {
		let c = n;
		for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
		table[n] = c;
	}
	return table;
}

/** CRC-32 (IEEE) of bytes, unsigned. */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (let i = 0; i < bytes.length; i++) crc = (TABLE[(crc ^ (bytes[i] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8);
	return (crc ^ 0xffffffff) >>> 0;
}

/** The frames of entries, one after the other. */
export function encodeFrames(entries: readonly JournalEntry[]): Uint8Array {
	const texts = entries.map((entry) => JSON.stringify(plain(entry)));
	// Written where it belongs, each at once: a character takes three bytes at most.
	const room = new Uint8Array(texts.reduce((sum, text) => sum + FRAME_HEAD + 3 * text.length, 0));
	const view = new DataView(room.buffer);
	let at = 0;
	for (const text of texts) {
		const start = at + FRAME_HEAD;
		const { written } = encoder.encodeInto(text, room.subarray(start));
		view.setUint32(at, written, true);
		view.setUint32(at + 4, crc32(room.subarray(start, start + written)), true);
		at = start + written;
	}
	return room.subarray(0, at);
}

/** The entry in the body of a frame, or null when it is none that we know: left alone, never fatal. */
export function decodeFrame(body: Uint8Array): JournalEntry | null {
	try {
		const read: unknown = JSON.parse(new TextDecoder().decode(body));
		if (read === null || typeof read !== 'object') return null;
		if ('value' in read) return { value: fromPlain(read.value as PlainValue) };
		return 'record' in read || 'blob' in read ? (read as JournalEntry) : null;
	} catch {
		return null;
	}
}

/** What lies in a stretch of frames. */
export interface Walk {
	/** Bodies of the whole frames, as views into the bytes given. */
	bodies: Uint8Array[];
	/** Offset after the last whole frame. */
	end: number;
	/** True when something unreadable lies between whole frames: not a torn tail but damage. */
	damaged: boolean;
}

/** Finds the whole frames from an offset on. After an unreadable one it looks for the next that is whole. */
export function walkFrames(bytes: Uint8Array, from: number): Walk {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const walk: Walk = { bodies: [], end: from, damaged: false };
	let at = from;
	while (at + FRAME_HEAD < bytes.length) {
		const body = bodyAt(bytes, view, at);
		if (body) {
			// Frames are written without gaps, so a gap before a whole frame is damage.
			walk.damaged ||= at !== walk.end;
			walk.bodies.push(body);
			at += FRAME_HEAD + body.length;
			walk.end = at;
		} else {
			// Four bytes of JSON text read as a length are far beyond any file, so this search is cheap.
			at += 1;
		}
	}
	return walk;
}

function bodyAt(bytes: Uint8Array, view: DataView, at: number): Uint8Array | null {
	const length = view.getUint32(at, true);
	if (length === 0 || at + FRAME_HEAD + length > bytes.length) return null;
	const body = bytes.subarray(at + FRAME_HEAD, at + FRAME_HEAD + length);
	return crc32(body) === view.getUint32(at + 4, true) ? body : null;
}

interface PlainValue {
	hash: string;
	media: string;
	bytes: number;
	content?: string;
	base64?: string;
}

function plain(entry: JournalEntry): unknown {
	if (!('value' in entry)) return entry;
	const { hash, media, bytes, content } = entry.value;
	const kept: PlainValue =
		typeof content === 'string'
			? { hash, media, bytes, content }
			: { hash, media, bytes, base64: toBase64(content) };
	return { value: kept };
}

function fromPlain({ hash, media, bytes, content, base64 }: PlainValue): StoredValue {
	return { hash, media, bytes, content: base64 === undefined ? (content ?? '') : fromBase64(base64) };
}

function toBase64(bytes: Uint8Array): string {
	const parts: string[] = [];
	// A call takes only so many arguments, so in slices.
	for (let at = 0; at < bytes.length; at += 0x8000) {
		parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
	}
	return btoa(parts.join(''));
}

function fromBase64(text: string): Uint8Array {
	return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}
