import type { Span } from '$lib/core';
import type { Document } from './contract';
import type { Reading } from './reading';

/** One document of several: their texts one after the other, each below its name. */
export function wholeOf(
	name: string,
	parts: readonly Document[],
	warnings: readonly string[],
	reading: Pick<Reading, 'text'>
): Document {
	const pieces: string[] = [];
	const spans: Span[] = [];
	let length = 0;
	for (const part of parts) {
		const head = `${pieces.length > 0 ? '\n' : ''}# ${part.name}\n\n`;
		reading.text(head.length + part.text.length);
		pieces.push(head, part.text);
		length += head.length;
		for (const span of part.spans)
			spans.push({ start: span.start + length, end: span.end + length, place: span.place });
		length += part.text.length;
	}
	return {
		name,
		media: 'text/plain',
		text: pieces.join(''),
		unit: 'line',
		table: null,
		warnings: [...warnings, ...parts.flatMap((part) => part.warnings.map((warning) => about(part, warning)))],
		spans,
		parts: [...parts]
	};
}

function about(part: Document, warning: string): string {
	return warning.includes(part.name) ? warning : `“${part.name}”: ${warning}`;
}
