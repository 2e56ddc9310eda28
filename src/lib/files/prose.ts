import type { Place, Span } from '$lib/core';
import type { Reading } from './reading';

/** Gathers text line by line, with the place that each stretch came from. */
export interface Prose {
	/** One line, or several; `before` (such as `# `) is the reader's own and covered by no span. */
	add(text: string, place: Place | null, before?: string): void;
	/** A row of cells as Markdown, each with its place. The first row of a table is followed by a rule. */
	row(cells: readonly { text: string; place: Place }[], isFirst: boolean): void;
	/** Text with spans of its own, as another reader made it. */
	append(more: { text: string; spans: readonly Span[] }): void;
	/** One blank line, unless there is one already or nothing yet. */
	gap(): void;
	readonly isEmpty: boolean;
	done(): { text: string; spans: Span[] };
}

export function gatherProse(reading: Pick<Reading, 'text'>): Prose {
	const pieces: string[] = [];
	const spans: Span[] = [];
	let length = 0;
	let isBlank = true;
	const put = (piece: string) => {
		reading.text(piece.length);
		pieces.push(piece);
		length += piece.length;
	};
	const cover = (text: string, place: Place | null) => {
		if (place && text !== '') spans.push({ start: length, end: length + text.length, place });
		put(text);
	};
	return {
		add(text, place, before = '') {
			if (before) put(before);
			cover(text, place);
			put('\n');
			isBlank = false;
		},
		row(cells, isFirst) {
			for (const { text, place } of cells) {
				put('| ');
				cover(text.replace(/\s*\n\s*/g, ' ').replaceAll('|', '/'), place);
				put(' ');
			}
			put('|\n');
			if (isFirst) put(`|${' --- |'.repeat(cells.length)}\n`);
			isBlank = false;
		},
		append(more) {
			for (const span of more.spans)
				spans.push({ start: span.start + length, end: span.end + length, place: span.place });
			put(more.text);
			isBlank = false;
		},
		gap() {
			if (isBlank) return;
			put('\n');
			isBlank = true;
		},
		get isEmpty() {
			return spans.length === 0;
		},
		done() {
			return { text: `${pieces.join('').trimEnd()}\n`, spans };
		}
	};
}
