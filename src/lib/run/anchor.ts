import type { Anchor } from './event-review';

/**
 * Places in a text that are found again after the text was edited: by their very words, what stands around them, and
 * about where they were. Offsets in UTF-16 units.
 */
export interface Place {
	start: number;
	end: number;
	/** `changed`: what stood there was rewritten; what stands around it was not. */
	how: 'exact' | 'changed';
}

/** Characters of the text around a place that are kept with it. */
const AROUND = 32;
/** A quote that is shorter needs something around it to be told from its likes. */
const TELLING = 12;
/** Characters around a short quote, or a rewritten one, that have to be as they were. */
const LEAST = 6;
/** How much longer a rewritten place may be, in characters. */
const GROWTH = 240;

export function anchorOf(text: string, start: number, end: number): Anchor {
	return {
		quote: text.slice(start, end),
		before: text.slice(Math.max(0, start - AROUND), start),
		after: text.slice(end, end + AROUND),
		at: start
	};
}

/** Where an anchor is in a text now; null when its place is gone. */
export function placeOf(text: string, anchor: Anchor): Place | null {
	const { quote, before, after } = anchor;
	const twin = closestTwin(text, anchor);
	// At the very ends of a text there is little around a place to compare.
	const sure = twin !== null && twin.around >= Math.min(LEAST, before.length + after.length);
	const exact: Place | null = twin && { start: twin.start, end: twin.start + quote.length, how: 'exact' };
	if (sure) return exact;
	return rewrittenPlace(text, anchor) ?? (quote.length < TELLING ? null : exact);
}

/** The text with something else at the place of an anchor; null when what stood there was rewritten or is gone. */
export function replacedAt(text: string, anchor: Anchor, replacement: string): string | null {
	const place = placeOf(text, anchor);
	if (place?.how !== 'exact') return null;
	return text.slice(0, place.start) + replacement + text.slice(place.end);
}

/** Of the places with the same words the one whose surroundings are most alike, and how alike they are, in characters. */
function closestTwin(
	text: string,
	{ quote, before, after, at }: Anchor
): { start: number; around: number } | null {
	if (quote === '') return null;
	let best: { start: number; around: number } | null = null;
	for (let start = text.indexOf(quote); start >= 0; start = text.indexOf(quote, start + 1)) {
		const around =
			sameEnd(before, text.slice(Math.max(0, start - AROUND), start)) +
			sameStart(after, text.slice(start + quote.length, start + quote.length + AROUND));
		const nearer = best && Math.abs(start - at) < Math.abs(best.start - at);
		if (!best || around > best.around || (around === best.around && nearer)) best = { start, around };
	}
	return best;
}

/** What stood before it and what stood after it are still there, with something else between them. */
function rewrittenPlace(text: string, { quote, before, after, at }: Anchor): Place | null {
	const head = before.slice(-LEAST * 2);
	const tail = after.slice(0, LEAST * 2);
	if (head.length + tail.length < LEAST) return null;
	let best: Place | null = null;
	for (const start of endsOf(text, head)) {
		const end = tail === '' ? text.length : text.indexOf(tail, start);
		if (end < start || end - start > quote.length + GROWTH) continue;
		if (!best || Math.abs(start - at) < Math.abs(best.start - at)) best = { start, end, how: 'changed' };
	}
	// With nothing left between them, the place was deleted.
	return best && best.end > best.start ? best : null;
}

/** Where each occurrence ends; of the empty text, which stood before a beginning, the beginning. */
function endsOf(text: string, part: string): number[] {
	if (part === '') return [0];
	const ends: number[] = [];
	for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) ends.push(at + part.length);
	return ends;
}

function sameStart(a: string, b: string): number {
	let length = 0;
	while (length < a.length && a[length] === b[length]) length += 1;
	return length;
}

function sameEnd(a: string, b: string): number {
	let length = 0;
	while (length < a.length && length < b.length && a[a.length - 1 - length] === b[b.length - 1 - length])
		length += 1;
	return length;
}
