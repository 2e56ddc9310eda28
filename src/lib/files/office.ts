import { isZip, startsWith, zipEntries, type ZipEntry } from './zip';
import { corrupt, encrypted, noText } from './refusals';
import type { RawFile } from './contract';
import type { Reading } from './reading';

/** The parts of an office file by path, and the way from one to another. */
export interface OfficeFile {
	has(path: string): boolean;
	paths: readonly string[];
	/** Unpacks a part. Throws {@link Refused} when it is missing. */
	part(path: string): Promise<Uint8Array>;
}

/** Old Office files, and new ones behind a password: both are an OLE container. */
export const OLE = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/** Opens an office file; says which kind of trouble it is when that cannot be done. Throws {@link Refused}. */
export function openOffice(file: RawFile, what: string, reading: Reading): OfficeFile {
	if (startsWith(file.bytes, OLE)) {
		if (isLocked(file.bytes)) throw encrypted(file.name);
		throw noText(file.name, 'it is in the format of Office before 2007; save it in the new one');
	}
	if (!isZip(file.bytes)) throw corrupt(file.name, what, 'it is no ZIP container');
	const entries = new Map<string, ZipEntry>();
	for (const entry of zipEntries(file, reading)) entries.set(entry.name.replace(/^\/+/, ''), entry);
	return {
		has: (path) => entries.has(path),
		paths: [...entries.keys()],
		async part(path) {
			const entry = entries.get(path);
			if (!entry) throw corrupt(file.name, what, `its part “${path}” is missing`);
			return entry.bytes();
		}
	};
}

/** A locked workbook or document keeps its content in a stream called `EncryptedPackage` (in UTF-16). */
function isLocked(bytes: Uint8Array): boolean {
	const wanted = [...'EncryptedPackage'].flatMap((char) => [char.charCodeAt(0), 0]);
	const [first = 0] = wanted;
	for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
		if (wanted.every((byte, index) => bytes[at + index] === byte)) return true;
	}
	return false;
}

/** Is a file a ZIP container that names this path in its first or last bytes, where every container names its parts? */
export function holdsPart(bytes: Uint8Array, path: string): boolean {
	if (!isZip(bytes)) return false;
	const latin = new TextDecoder('windows-1252');
	const head = latin.decode(bytes.subarray(0, 65_536));
	return head.includes(path) || latin.decode(bytes.subarray(-65_536)).includes(path);
}
