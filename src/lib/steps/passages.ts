import { linesBefore, placesIn, sayPlaces, type Span } from '$lib/core';
import type { CollectedDocument } from './contract';

/** A stretch of a document that belongs together: paragraphs up to a heading, or rows of a table. */
export interface Passage {
	start: number;
	end: number;
}

/** Characters that a passage grows to before another one begins. */
const PASSAGE = 900;

/**
 * A text cut into passages, without gaps: where one ends the next begins. A row of a table is never cut, a line only
 * where it alone is longer than two passages.
 */
export function passagesOf(text: string, isTable: boolean): Passage[] {
	const passages: Passage[] = [];
	let start = 0;
	let at = 0;
	while (at < text.length) {
		const next = isTable ? lineEnd(text, at) : pieceEnd(text, at);
		const line = text.slice(at, next);
		const isFull = next - start > PASSAGE;
		// Paragraphs stay whole where they can; a heading goes with what follows it.
		const breaks = at > start && (isFull || (!isTable && /^#{1,6}\s/.test(line) && at - start > 200));
		if (breaks) {
			passages.push({ start, end: at });
			start = at;
		}
		at = next;
	}
	if (start < text.length) passages.push({ start, end: text.length });
	return passages;
}

function lineEnd(text: string, at: number): number {
	const stop = text.indexOf('\n', at);
	return stop < 0 ? text.length : stop + 1;
}

/** Where the line ends, or of a very long one a sentence, or at least a word. */
function pieceEnd(text: string, at: number): number {
	const end = lineEnd(text, at);
	if (end - at <= 2 * PASSAGE) return end;
	const window = text.slice(at, at + PASSAGE);
	const sentence = Math.max(...['. ', '? ', '! ', '; ', '},'].map((mark) => window.lastIndexOf(mark) + 2));
	if (sentence > PASSAGE / 3) return at + sentence;
	const space = window.lastIndexOf(' ') + 1;
	if (space > 0) return at + space;
	// Not between the halves of one character.
	return at + PASSAGE - (/[\uD800-\uDBFF]$/.test(window) ? 1 : 0);
}

/** What stands for passages that were left out. */
const GAP = '[…]\n';

/** A document of some of its passages, in their order; each stretch keeps its place in the source. */
export function shortened(document: CollectedDocument, kept: readonly Passage[]): CollectedDocument {
	let text = '';
	let last = 0;
	const spans: Span[] = [];
	for (const passage of kept) {
		if (passage.start > last) text += gapAfter(text);
		for (const span of spansOf(document, passage)) {
			const from = Math.max(span.start, passage.start);
			const to = Math.min(span.end, passage.end);
			const moved = text.length - passage.start;
			spans.push({ start: from + moved, end: to + moved, place: placeFrom(document.text, span, from) });
		}
		text += document.text.slice(passage.start, passage.end);
		last = passage.end;
	}
	if (last < document.text.length) text += gapAfter(text);
	return { ...document, text, spans };
}

/** On a line of its own, also where a line was cut. */
function gapAfter(text: string): string {
	return text === '' || text.endsWith('\n') ? GAP : `\n${GAP}`;
}

/** Where passages stand in the source, in words. */
export function sayPassages({ text, spans, unit }: CollectedDocument, passages: readonly Passage[]): string {
	const places = passages.flatMap(({ start, end }) =>
		spans
			? placesIn(text, spans, start, Math.min(end, start + 200))
			: [{ in: 'line' as const, line: 1 + linesBefore(text, 0, start) }]
	);
	const said = sayPlaces(places);
	return spans || unit === 'line' ? said : said.replace(/^lines?/, unit === 'row' ? 'rows' : 'lines');
}

function spansOf({ text, spans, table }: CollectedDocument, { start, end }: Passage): Span[] {
	if (!spans) {
		const line = 1 + linesBefore(text, 0, start);
		return [{ start, end, place: table ? { in: 'cell', row: line, column: 1 } : { in: 'line', line } }];
	}
	return spans.filter((span) => span.start < end && span.end > start);
}

function placeFrom(text: string, { start, place }: Span, from: number): Span['place'] {
	const lines = linesBefore(text, start, from);
	if (place.in === 'cell') return { ...place, row: place.row + lines };
	return place.in === 'line' || place.in === 'part' ? { ...place, line: place.line + lines } : place;
}
