import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { canonicalJson } from './json';

/** SHA-256 of bytes or of the UTF-8 form of a text, as 64 lower-case hex digits. Synchronous, for pure rooms. */
export function hashOf(content: Uint8Array | string): string {
	return bytesToHex(sha256(typeof content === 'string' ? utf8ToBytes(content) : content));
}

/** SHA-256 of the canonical JSON of a value. */
export function hashOfJson(value: unknown): string {
	return hashOf(canonicalJson(value));
}
