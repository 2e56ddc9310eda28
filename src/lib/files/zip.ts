import type { Reading } from './reading';
import { corrupt, encrypted } from './refusals';

/**
 * Reading ZIP files by their directory at the end. What an entry claims about its size is not believed: bytes are
 * counted as they come out, so that a bomb is stopped on its way.
 */

export interface ZipEntry {
	/** As written in the archive: a label, never a path. */
	name: string;
	isEncrypted: boolean;
	/** Unpacks it. Throws {@link Refused}. */
	bytes(): Promise<Uint8Array>;
}

const END = 0x06054b50;
const DIRECTORY = 0x02014b50;
const LOCAL = 0x04034b50;
/** Compressed bytes that are handed to the unpacker at a time: at the usual worst ratio of 1,000 that makes 16 MB. */
const CHUNK = 16 * 1024;

export function isZip(bytes: Uint8Array): boolean {
	return startsWith(bytes, [0x50, 0x4b, 3, 4]) || startsWith(bytes, [0x50, 0x4b, 5, 6]);
}

export function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
	return start.every((byte, index) => bytes[index] === byte);
}

/** The entries of an archive, without folders. Throws {@link Refused}. */
export function zipEntries(file: { name: string; bytes: Uint8Array }, reading: Reading): ZipEntry[] {
	const { name, bytes } = file;
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const end = endOfDirectory(view);
	if (end < 0) throw corrupt(name, 'a whole ZIP file', 'its table of contents is missing');
	const count = view.getUint16(end + 10, true);
	let at = view.getUint32(end + 16, true);
	if (at === 0xffffffff || count === 0xffff)
		throw corrupt(name, 'a ZIP file of a size that Galley reads', 'it is made for more than 65,534 entries');
	reading.entries(count);
	const entries: ZipEntry[] = [];
	for (let index = 0; index < count; index += 1) {
		if (at + 46 > bytes.length || view.getUint32(at, true) !== DIRECTORY)
			throw corrupt(name, 'a whole ZIP file', 'its table of contents is cut off');
		const flags = view.getUint16(at + 8, true);
		const nameLength = view.getUint16(at + 28, true);
		const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
		const label = textOf(bytes.subarray(at + 46, at + 46 + nameLength), (flags & 0x800) !== 0);
		const packed = {
			method: view.getUint16(at + 10, true),
			size: view.getUint32(at + 20, true),
			start: view.getUint32(at + 42, true)
		};
		const isEncrypted = (flags & 1) !== 0;
		if (!label.endsWith('/')) {
			entries.push({
				name: label,
				isEncrypted,
				bytes: async () => {
					if (isEncrypted) throw encrypted(name);
					return unpack(file, view, { ...packed, label }, reading);
				}
			});
		}
		at = next;
	}
	return entries;
}

function endOfDirectory(view: DataView): number {
	const lowest = Math.max(0, view.byteLength - 22 - 0xffff);
	for (let at = view.byteLength - 22; at >= lowest; at -= 1) {
		if (view.getUint32(at, true) === END) return at;
	}
	return -1;
}

function textOf(bytes: Uint8Array, isUtf8: boolean): string {
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
	} catch {
		return new TextDecoder(isUtf8 ? 'utf-8' : 'windows-1252').decode(bytes);
	}
}

async function unpack(
	{ name, bytes }: { name: string; bytes: Uint8Array },
	view: DataView,
	entry: { method: number; size: number; start: number; label: string },
	reading: Reading
): Promise<Uint8Array> {
	const { method, size, start, label } = entry;
	if (start + 30 > bytes.length || view.getUint32(start, true) !== LOCAL)
		throw corrupt(name, 'a whole ZIP file', `“${label}” inside it is not where it should be`);
	const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
	const packed = bytes.subarray(from, from + size);
	if (packed.length < size) throw corrupt(name, 'a whole ZIP file', `“${label}” inside it is cut off`);
	if (method === 0) {
		reading.produced(packed.length, packed.length);
		return packed;
	}
	if (method !== 8)
		throw corrupt(name, 'a ZIP file of the usual kind', `“${label}” inside it is packed in a rare way`);
	return inflate(packed, reading, (why) =>
		corrupt(name, 'a whole ZIP file', `“${label}” inside it cannot be unpacked (${why})`)
	);
}

async function inflate(
	packed: Uint8Array,
	reading: Reading,
	damaged: (why: string) => Error
): Promise<Uint8Array> {
	const { Inflate } = await import('fflate');
	const pieces: Uint8Array[] = [];
	let length = 0;
	let isWhole = false;
	let fed = 0;
	const inflater = new Inflate((piece, final) => {
		pieces.push(piece);
		length += piece.length;
		isWhole = final;
	});
	do {
		const chunk = packed.subarray(fed, fed + CHUNK);
		const before = length;
		fed += CHUNK;
		try {
			inflater.push(chunk, fed >= packed.length);
		} catch (cause) {
			throw damaged(cause instanceof Error ? cause.message : String(cause));
		}
		reading.produced(length - before, chunk.length);
		await reading.pause();
	} while (fed < packed.length);
	if (!isWhole) throw damaged('it is cut off');
	const whole = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		whole.set(piece, at);
		at += piece.length;
	}
	return whole;
}
