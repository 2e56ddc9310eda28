import { ok, type Result, type Span } from '$lib/core';
import type { Document, RawFile } from './contract';
import { decode } from './decode';

/** Reads a file whose text is taken as it is, line for line. */
export function readLines(file: RawFile, media: string): Result<Document> {
	const decoded = decode(file);
	if (!decoded.ok) return decoded;
	const { text, warnings } = decoded.value;
	return ok({
		name: file.name,
		media,
		text,
		unit: 'line',
		table: null,
		warnings,
		spans: lineForLine(text)
	});
}

/** The spans of a text whose line n is line n of the source. */
export function lineForLine(text: string): Span[] {
	return [{ start: 0, end: text.length, place: { in: 'line', line: 1 } }];
}
