import { ok, type Result } from '$lib/core';
import type { Document, RawFile } from './contract';
import { decode } from './decode';

/** Reads a file whose text is taken as it is, line for line. */
export function readLines(file: RawFile, media: string): Result<Document> {
	const decoded = decode(file);
	if (!decoded.ok) return decoded;
	const { text, warnings } = decoded.value;
	return ok({ name: file.name, media, text, unit: 'line', table: null, warnings });
}
