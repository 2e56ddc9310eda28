import { fail, failure, ok, type Result } from '$lib/core';
import type { RawFile } from './contract';
import { LARGEST_TEXT, megabytes } from './limits';

/** The text of a file: no byte order mark, every line end a `\n`. */
export interface Decoded {
	text: string;
	warnings: string[];
}

/**
 * Turns bytes into text. Tries, in this order: a byte order mark, UTF-16 without a mark, strict UTF-8, UTF-8 with few bytes
 * that are none, windows-1252.
 * Fails with `file.empty`, `file.too-large` or `file.binary`; never throws.
 */
export function decode(file: RawFile): Result<Decoded> {
	const { name, bytes } = file;
	if (bytes.length === 0) return empty(name, 'has no content (0 bytes)');
	if (bytes.length > LARGEST_TEXT) return tooLarge(name, bytes.length);
	const wide = wideEncoding(bytes);
	if (!wide && isBinary(bytes)) return binary(name, bytes);
	const decoded = wide ? decodeWide(bytes, wide) : decodeNarrow(bytes);
	const text = decoded.text.replace(/\r\n?/g, '\n');
	if (text.trim() === '') return empty(name, 'has nothing but white space in it');
	return ok({ text, warnings: decoded.warnings });
}

/** So many letters beyond ASCII have to be sound UTF-8 for each byte that is none. */
const SOUND_FOR_EACH = 8;

function decodeNarrow(bytes: Uint8Array): Decoded {
	try {
		return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), warnings: [] };
	} catch {
		const text = new TextDecoder().decode(bytes);
		const spoilt = text.split('\uFFFD').length - 1;
		const sound = text.match(/[^\0-\x7F\uFFFD]/gu)?.length ?? 0;
		// A cut tail or a stray byte must not cost the accents of the whole text; in windows-1252 next to nothing is UTF-8.
		if (sound >= SOUND_FOR_EACH * spoilt) {
			const places = spoilt === 1 ? 'One place' : `${spoilt} places`;
			return { text, warnings: [`${places} in it could not be read as UTF-8 text; look for “\uFFFD”.`] };
		}
		return {
			text: new TextDecoder('windows-1252').decode(bytes),
			warnings: [
				'The file is not UTF-8 text, so it was read as windows-1252. Look at letters with accents: they may be wrong.'
			]
		};
	}
}

function decodeWide(bytes: Uint8Array, encoding: WideEncoding): Decoded {
	const text = new TextDecoder(encoding).decode(bytes);
	const warnings = [
		`The file is ${encoding === 'utf-16le' ? 'UTF-16' : 'UTF-16 (big-endian)'} text and was read so.`
	];
	if (text.includes('\uFFFD')) warnings.push('Some characters could not be read; they show as “\uFFFD”.');
	return { text, warnings };
}

type WideEncoding = 'utf-16le' | 'utf-16be';

/** UTF-16 by its mark, or by its habit of every second byte being 0 in Latin text. */
function wideEncoding(bytes: Uint8Array): WideEncoding | null {
	if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
	if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
	const sample = bytes.subarray(0, 1024);
	const zeros: [number, number] = [0, 0];
	sample.forEach((byte, index) => {
		if (byte === 0) zeros[index % 2 === 0 ? 0 : 1] += 1;
	});
	const half = Math.floor(sample.length / 2);
	if (half < 2) return null;
	if (zeros[0] === 0 && zeros[1] >= half * 0.7) return 'utf-16le';
	if (zeros[1] === 0 && zeros[0] >= half * 0.7) return 'utf-16be';
	return null;
}

/** A NUL byte anywhere, or more than one control character in twenty: no text looks like that. */
function isBinary(bytes: Uint8Array): boolean {
	if (bytes.includes(0)) return true;
	const sample = bytes.subarray(0, 65_536);
	let controls = 0;
	for (const byte of sample) {
		const isLayout = byte >= 0x09 && byte <= 0x0d;
		if (byte < 0x20 && !isLayout) controls += 1;
	}
	return controls > sample.length / 20;
}

/** First bytes of formats that people have lying around, and what to do with each. */
const SIGNATURES: { starts: number[]; what: string; advice: string }[] = [
	{
		starts: [0x50, 0x4b, 0x03, 0x04],
		what: 'an office file or a ZIP archive that cannot be opened',
		advice: 'Open it and save it anew'
	},
	{
		starts: [0xd0, 0xcf, 0x11, 0xe0],
		what: 'an old Excel or Word file',
		advice: 'Open it and save it in the new format (.xlsx, .docx)'
	},
	{ starts: [0x1f, 0x8b], what: 'a gzip archive', advice: 'Unpack it first' },
	{ starts: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive', advice: 'Unpack it first' },
	{ starts: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive', advice: 'Unpack it first' }
];

function binary(name: string, bytes: Uint8Array): Result<never> {
	const known = SIGNATURES.find((each) => each.starts.every((byte, index) => bytes[index] === byte));
	return fail(
		failure(
			'file.binary',
			`“${name}” is not text: it looks like ${known?.what ?? 'a program, a picture or another kind of data'}. ` +
				`The file was left as it is. ${known?.advice ?? 'Save it as CSV or text'}, then add it again.`,
			{ details: { name, bytes: bytes.length } }
		)
	);
}

function empty(name: string, why: string): Result<never> {
	return fail(
		failure('file.empty', `“${name}” ${why}. Nothing was read. Export or save it again, then add it again.`, {
			details: { name }
		})
	);
}

function tooLarge(name: string, size: number): Result<never> {
	return fail(
		failure(
			'file.too-large',
			`“${name}” is ${megabytes(size)} MB; Galley reads files up to ${megabytes(LARGEST_TEXT)} MB. ` +
				'The file was left as it is. Keep only the rows or the period that you need, then add it again.',
			{ details: { name, bytes: size, limit: LARGEST_TEXT } }
		)
	);
}
