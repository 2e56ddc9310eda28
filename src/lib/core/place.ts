/** Places in a source: what a stretch of extracted text was read from. Everything counts from 1 unless it says otherwise. */

/** A rectangle of a page or picture, from its top left corner; points of 1/72 inch on a page, pixels in a picture. */
export interface Box {
	x: number;
	y: number;
	width: number;
	height: number;
}

/**
 * Where in a file something stands.
 * - `line`: a line of its text. `cell`: a cell of a table; `sheet` only where a file has sheets.
 * - `page`: a page, and where on it. `slide`, `paragraph`: counted over those with text.
 * - `part`: a line of a named part, such as `Subject` or `message` of a mail, or `event 2` of a calendar.
 * - `time`: milliseconds from the beginning. `picture`: a rectangle of a picture.
 */
export type Place =
	| { in: 'line'; line: number }
	| { in: 'cell'; sheet?: string; row: number; column: number }
	| { in: 'page'; page: number; box?: Box }
	| { in: 'slide'; slide: number; paragraph: number }
	| { in: 'paragraph'; paragraph: number }
	| { in: 'part'; part: string; line: number }
	| { in: 'time'; from: number; to: number }
	| { in: 'picture'; box: Box };

/**
 * A stretch of extracted text, in UTF-16 units, `end` excluded, and the place that it came from. Lines and cells may
 * stand for a whole block: the place is then that of its first line (of its first cell), and each line of text further
 * down is one line or row further down in the source; cells are those of comma-separated text.
 */
export interface Span {
	start: number;
	end: number;
	place: Place;
}

/** No more places than these are told of one stretch. */
const MOST = 1_000;

/**
 * The places that a stretch of text came from, in order; none where the text was made by the reader. An empty stretch
 * is the place of the character behind it. Spans have to be in order and apart.
 */
export function placesIn(text: string, spans: readonly Span[], from: number, to = from): Place[] {
	const end = Math.max(to, from + 1);
	const places: Place[] = [];
	for (let index = firstAfter(spans, from); index < spans.length && places.length < MOST; index += 1) {
		const span = spans[index];
		if (!span || span.start >= end) break;
		places.push(...inSpan(text, span, Math.max(from, span.start), Math.min(end, span.end)));
	}
	return places.slice(0, MOST);
}

/** Index of the first span that ends behind an offset. */
function firstAfter(spans: readonly Span[], offset: number): number {
	let [low, high] = [0, spans.length];
	while (low < high) {
		const middle = (low + high) >> 1;
		if ((spans[middle]?.end ?? Infinity) > offset) high = middle;
		else low = middle + 1;
	}
	return low;
}

function inSpan(text: string, span: Span, from: number, to: number): Place[] {
	const { place } = span;
	if (place.in !== 'line' && place.in !== 'cell' && place.in !== 'part') return [place];
	const places: Place[] = [];
	let line = linesBefore(text, span.start, from);
	for (let at = from; at < to && places.length < MOST; line += 1) {
		const stop = text.indexOf('\n', at);
		const lineEnd = stop < 0 || stop >= span.end ? span.end : stop;
		if (place.in === 'cell') {
			const start = Math.max(text.lastIndexOf('\n', at - 1) + 1, span.start);
			for (const column of columnsIn(text.slice(start, lineEnd), at - start, Math.min(to, lineEnd) - start))
				places.push({ ...place, row: place.row + line, column: place.column + column });
		} else places.push({ ...place, line: place.line + line });
		at = lineEnd + 1;
	}
	return places;
}

/** Line breaks between two offsets of a text. */
export function linesBefore(text: string, start: number, end: number): number {
	let lines = 0;
	for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
	return lines;
}

/** Columns of a comma-separated line that a stretch touches, counted from 0. */
function columnsIn(line: string, from: number, to: number): number[] {
	const columns: number[] = [];
	let [quoted, start, column] = [false, 0, 0];
	const end = Math.max(to, from + 1);
	for (let at = 0; at <= line.length; at += 1) {
		if (line[at] === '"') quoted = !quoted;
		if (at < line.length && (quoted || line[at] !== ',')) continue;
		if (start < end && at >= from && (at > from || start === at || from === line.length))
			columns.push(column);
		[start, column] = [at + 1, column + 1];
	}
	return columns;
}

/** Places in words, such as `Sheet “Sales”, B12`, `pages 3–4`, `paragraph 7` or `00:01:12`; empty for none. */
export function sayPlaces(places: readonly Place[]): string {
	const groups = new Map<string, Place[]>();
	for (const place of places) {
		const key = `${place.in} ${groupOf(place)}`;
		groups.set(key, [...(groups.get(key) ?? []), place]);
	}
	return [...groups.values()].map(sayGroup).join('; ');
}

function groupOf(place: Place): string {
	if (place.in === 'cell') return place.sheet ?? '';
	if (place.in === 'part') return place.part;
	return place.in === 'slide' ? String(place.slide) : '';
}

/** Of places of one kind and group. */
function sayGroup(places: readonly Place[]): string {
	const [first] = places;
	const last = places.at(-1);
	if (!first || !last) return '';
	switch (first.in) {
		case 'line':
			return range('line', numbers(places, 'line', 'line'));
		case 'page':
			return range('page', numbers(places, 'page', 'page'));
		case 'paragraph':
			return range('paragraph', numbers(places, 'paragraph', 'paragraph'));
		case 'slide':
			return `slide ${first.slide}, ${range('paragraph', numbers(places, 'slide', 'paragraph'))}`;
		case 'part':
			return `${first.part}, ${range('line', numbers(places, 'part', 'line'))}`;
		case 'time':
			return sayTime(first.from);
		case 'picture':
			return 'in the picture';
		case 'cell':
			return sayCells(
				first.sheet,
				places.flatMap((place) => (place.in === 'cell' ? [place] : []))
			);
	}
}

/** The values of one member over all places of a kind. */
function numbers<K extends Place['in'], P extends Extract<Place, { in: K }>>(
	places: readonly Place[],
	kind: K,
	member: { [M in keyof P]: P[M] extends number ? M : never }[keyof P]
): number[] {
	return places.flatMap((place) => (place.in === kind ? [Number((place as P)[member])] : []));
}

function range(word: string, found: readonly number[]): string {
	const from = Math.min(...found);
	const to = Math.max(...found);
	return from === to ? `${word} ${from}` : `${word}s ${from}–${to}`;
}

function sayCells(sheet: string | undefined, cells: readonly { row: number; column: number }[]): string {
	const rows = cells.map((cell) => cell.row);
	const columns = cells.map((cell) => cell.column);
	const [top, bottom] = [Math.min(...rows), Math.max(...rows)];
	const [left, right] = [Math.min(...columns), Math.max(...columns)];
	if (sheet === undefined)
		return left === right ? `${range('row', rows)}, column ${left}` : range('row', rows);
	const from = `${columnName(left)}${top}`;
	const to = `${columnName(right)}${bottom}`;
	return `Sheet “${sheet}”, ${from === to ? from : `${from}:${to}`}`;
}

/** `A` for 1, `Z` for 26, `AA` for 27. */
export function columnName(column: number): string {
	let name = '';
	for (let left = column; left > 0; left = Math.floor((left - 1) / 26)) {
		name = String.fromCharCode(65 + ((left - 1) % 26)) + name;
	}
	return name;
}

/** `00:01:12` for 72,000 ms. */
export function sayTime(ms: number): string {
	const seconds = Math.floor(ms / 1000);
	const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
	return parts.map((part) => String(part).padStart(2, '0')).join(':');
}

/** Reads `rows 3, 8, 12–14`, `row 5` or `line 12`: stretches of lines in order; null for anything else. */
export function linesOfPlace(place: string): { from: number; to: number }[] | null {
	const list = /^(?:rows?|lines?)\s+(.+)$/i.exec(place.trim())?.[1];
	if (list === undefined) return null;
	const found = list.split(',').map((part) => {
		const match = /^(\d+)(?:\s*[–—-]\s*(\d+))?$/.exec(part.trim());
		const from = Number(match?.[1]);
		const to = Number(match?.[2] ?? match?.[1]);
		return from >= 1 && to >= from ? { from, to } : null;
	});
	return found.every((one) => one !== null) ? found : null;
}

/**
 * What a place that names rows or lines of a text is in the source, in words; undefined where that says no more than
 * the place itself does. Where it is one line and that has the claim, a number, in it once, the place of the claim alone.
 */
export function whereInSource(
	text: string,
	spans: readonly Span[] | undefined,
	place: string,
	claim = ''
): string | undefined {
	const isPlain = (span: Span) =>
		span.place.in === 'line' || (span.place.in === 'cell' && span.place.sheet === undefined);
	if (!spans || spans.length === 0 || spans.every(isPlain)) return undefined;
	const lines = linesOfPlace(place);
	if (!lines) return undefined;
	const starts = lineStarts(text);
	const ofLine = (line: number) =>
		placesIn(text, spans, starts[line - 1] ?? text.length, (starts[line] ?? text.length + 1) - 1);
	const [only, ...others] = lines;
	if (only && others.length === 0 && only.from === only.to && /\d/.test(claim)) {
		const start = starts[only.from - 1] ?? text.length;
		const line = text.slice(start, (starts[only.from] ?? text.length + 1) - 1);
		const at = line.indexOf(claim);
		if (at >= 0 && line.indexOf(claim, at + 1) < 0) {
			const found = placesIn(text, spans, start + at, start + at + claim.length);
			if (found.length > 0) return sayPlaces(found);
		}
	}
	// A range is said by its two ends.
	const places = lines
		.slice(0, MOST)
		.flatMap(({ from, to }) => (from === to ? ofLine(from) : [...ofLine(from), ...ofLine(to)]));
	return sayPlaces(places) || undefined;
}

function lineStarts(text: string): number[] {
	const starts = [0];
	for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
	return starts;
}
