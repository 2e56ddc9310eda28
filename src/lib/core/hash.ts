import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { canonicalJson } from './json';

/** Every record and every value is hashed, so the bytes of a short text lie where those of the one before lay. */
const scratch = new Uint8Array(16 * 1024);
const encoder = new TextEncoder();

function bytesOf(text: string): Uint8Array {
	// A character takes three bytes at most.
	if (3 * text.length > scratch.length) return encoder.encode(text);
	return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** SHA-256 of bytes or of the UTF-8 form of a text, as 64 lower-case hex digits. Synchronous, for pure rooms. */
export function hashOf(content: Uint8Array | string): string {
	return bytesToHex(sha256(typeof content === 'string' ? bytesOf(content) : content));
}

/** SHA-256 of the canonical JSON of a value. */
export function hashOfJson(value: unknown): string {
	return hashOf(canonicalJson(value));
}
