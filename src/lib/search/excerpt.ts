import { plain } from './text-index';

/** A stretch of an excerpt; `hit` for the words that were looked for. */
export interface ExcerptPart {
	text: string;
	hit: boolean;
}

const AROUND = 80;
const WORD = /[\p{L}\p{N}]+/gu;

/** A line or two of a text around the first place where most of the terms stand; empty where none stands in it. */
export function excerptOf(text: string, terms: readonly string[]): ExcerptPart[] {
	const wanted = new Set(terms);
	const hits: { start: number; end: number; term: string }[] = [];
	for (const match of text.matchAll(WORD)) {
		const term = plain(match[0]);
		if (wanted.has(term)) hits.push({ start: match.index, end: match.index + match[0].length, term });
		if (hits.length > 200) break;
	}
	const best = hits.reduce<{ from: number; count: number } | null>((found, { start }) => {
		const near = hits.filter((one) => one.start >= start && one.end <= start + 2 * AROUND);
		const count = new Set(near.map((one) => one.term)).size;
		return found && found.count >= count ? found : { from: start, count };
	}, null);
	if (!best) return [];
	const from = wordStart(text, Math.max(0, best.from - AROUND / 2));
	const until = Math.min(text.length, from + 2 * AROUND);
	const parts: ExcerptPart[] = from > 0 ? [{ text: '… ', hit: false }] : [];
	let at = from;
	for (const hit of hits.filter((one) => one.start >= from && one.end <= until)) {
		if (hit.start > at) parts.push({ text: oneLine(text.slice(at, hit.start)), hit: false });
		parts.push({ text: text.slice(hit.start, hit.end), hit: true });
		at = hit.end;
	}
	if (at < until) parts.push({ text: oneLine(text.slice(at, until)), hit: false });
	if (until < text.length) parts.push({ text: ' …', hit: false });
	return parts;
}

function wordStart(text: string, at: number): number {
	if (at === 0) return 0;
	const space = text.slice(at, at + 30).search(/\s/);
	return space < 0 ? at : at + space + 1;
}

function oneLine(text: string): string {
	return text.replace(/\s+/g, ' ');
}
