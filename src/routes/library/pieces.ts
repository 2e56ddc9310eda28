import type { Span } from '$lib/core';

/** A stretch of extracted text as it is drawn: with a place it can be clicked. */
export interface Piece {
	text: string;
	start: number;
	placed: boolean;
}

/** More than these are not drawn; a preview is for finding one's way. */
const MOST = 3_000;

/**
 * A text cut where its places begin and end. A span over many lines gives one piece a line, since each line is a place of
 * its own. `isCut`: there is more than what is drawn.
 */
export function piecesOf(text: string, spans: readonly Span[]): { pieces: Piece[]; isCut: boolean } {
	const pieces: Piece[] = [];
	let at = 0;
	for (const { start, end } of spans) {
		if (start > at) pieces.push({ text: text.slice(at, start), start: at, placed: false });
		for (at = start; at < end && pieces.length < MOST;) {
			const stop = text.indexOf('\n', at);
			const next = stop < 0 || stop >= end ? end : stop;
			if (next > at) pieces.push({ text: text.slice(at, next), start: at, placed: true });
			if (next < end) pieces.push({ text: '\n', start: next, placed: false });
			at = Math.min(next + 1, end);
		}
		if (pieces.length >= MOST) return { pieces, isCut: true };
	}
	if (at < text.length) pieces.push({ text: text.slice(at), start: at, placed: false });
	return { pieces, isCut: false };
}
