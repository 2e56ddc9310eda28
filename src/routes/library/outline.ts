import { sayPlaces, type Place, type Span } from '$lib/core';

/** A slide, an event, a part of a mail, a moment; a paragraph stands alone and has no title. */
export interface Group {
	title: string;
	rows: { text: string; place: Place; /** The place in words. */ words: string }[];
}

/** The stretches of a text as they follow in their file. */
export function grouped(text: string, spans: readonly Span[]): Group[] {
	const groups: Group[] = [];
	for (const { start, end, place } of spans) {
		const title = titleOf(place);
		const row = { text: text.slice(start, end).trim(), place, words: sayPlaces([place]) };
		if (row.text === '') continue;
		const last = groups.at(-1);
		if (last && title !== '' && last.title === title) last.rows.push(row);
		else groups.push({ title, rows: [row] });
	}
	return groups;
}

function titleOf(place: Place): string {
	switch (place.in) {
		case 'slide':
			return `Slide ${place.slide}`;
		case 'part':
			return place.part.slice(0, 1).toUpperCase() + place.part.slice(1);
		case 'time':
			return sayPlaces([place]);
		default:
			return '';
	}
}
