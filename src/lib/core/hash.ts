import { bytesToHex } from '@noble/hashes/utils.js';
import { SHA256 } from '@stablelib/sha256';
import { canonicalJson } from './json';

/** Every record and every value is hashed, so the bytes of a short text lie where those of the one before lay. */
const scratch = new Uint8Array(16 * 1024);
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
/** One for all: nothing else can come between its reset and its digest. */
const sha256 = new SHA256();

function bytesOf(text: string): Uint8Array {
	// A character takes three bytes at most.
	if (3 * text.length > scratch.length) return encoder.encode(text);
	return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** SHA-256 of bytes or of the UTF-8 form of a text, as 64 lower-case hex digits. Synchronous, for pure rooms. */
export function hashOf(content: Uint8Array | string): string {
	return digestOf(content).hash;
}

/** The same with the number of bytes that went in. */
export function digestOf(content: Uint8Array | string): { hash: string; bytes: number } {
	const bytes = typeof content === 'string' ? bytesOf(content) : content;
	return { hash: bytesToHex(sha256.reset().update(bytes).digest()), bytes: bytes.length };
}

/** The text of UTF-8 bytes to the letter: a byte order mark stays, or it would have another hash than its bytes. */
export function textOfBytes(bytes: Uint8Array): string {
	return decoder.decode(bytes);
}

/** SHA-256 of the canonical JSON of a value. */
export function hashOfJson(value: unknown): string {
	return hashOf(canonicalJson(value));
}
