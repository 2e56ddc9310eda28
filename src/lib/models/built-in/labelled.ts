import { isOfBefore, numbersIn, phrasePattern, type Json } from '$lib/core';
import type { Block } from './prompt';

/** What kind of value a field takes. */
export type Wanted = 'number' | 'date' | 'text';

export interface Labelled {
	value: Json;
	document: string;
	/** Counted from 1. */
	line: number;
}

/**
 * A value that stands behind its label in a prose document: `Orders: 1,204`, `| Orders | 1,204 |`,
 * `Orders were 1,204`, `1,204 orders`. The first one counts; null when there is none.
 */
export function findLabelled(
	label: string,
	source: string | null,
	blocks: readonly Block[],
	wanted: Wanted
): Labelled | null {
	const wantedSource = source?.toLowerCase();
	const prose = blocks.filter(
		(block) =>
			(block.kind === 'document' || block.kind === 'text') &&
			block.media !== 'text/csv' &&
			(wantedSource === undefined
				? !isOfBefore(block.origin)
				: block.source.toLowerCase() === wantedSource || block.name.toLowerCase().includes(wantedSource))
	);
	for (const block of prose) {
		for (const [index, line] of block.text.split('\n').entries()) {
			const value = valueIn(line, label, wanted);
			if (value !== null) return { value, document: block.name, line: index + 1 };
		}
	}
	return null;
}

function valueIn(line: string, label: string, wanted: Wanted): Json | null {
	for (const match of line.matchAll(phrasePattern(label))) {
		const after = line.slice(match.index + match[0].length);
		const before = line.slice(0, match.index);
		const found = behind(after, wanted) ?? (wanted === 'number' ? inFront(before) : null);
		if (found !== null) return found;
	}
	return null;
}

const BETWEEN =
	/^\s*(?:\([^)]*\)\s*)?(?:\*\*)?\s*(?:[:=|]|[–—-]\s|(?:was|were|is|are|came to|reached)\s)\s*(?:\*\*)?\s*/i;

function behind(after: string, wanted: Wanted): Json | null {
	const between = BETWEEN.exec(after);
	if (!between) return null;
	const rest = after.slice(between[0].length);
	if (wanted === 'text') return rest.split(/\s*\|/)[0]?.trim() || null;
	if (wanted === 'date') return dateIn(rest);
	const bare = rest.replace(/^(?:about|around|only|just)\s+/i, '').replace(/^[€$£]\s?/, '');
	const number = numbersIn(bare)[0];
	return number?.at === 0 ? number.value : null;
}

function inFront(before: string): number | null {
	const numbers = numbersIn(before);
	const last = numbers[numbers.length - 1];
	if (!last || last.percent) return null;
	return before.slice(last.at + last.raw.length).trim() === '' ? last.value : null;
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A day at the start of a text as yyyy-mm-dd: `2026-11-20`, `20.11.2026`, `20 November 2026`, `November 20, 2026`. */
export function dateIn(text: string): string | null {
	const iso = /^\d{4}-\d{2}-\d{2}(?!\d)/.exec(text);
	if (iso) return iso[0];
	const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)/.exec(text);
	if (dotted) return day(dotted[3], dotted[2], dotted[1]);
	const spelled = /^(\d{1,2})\.? (\p{L}{3,9}) (\d{4})(?!\d)/u.exec(text);
	if (spelled) return day(spelled[3], monthOf(spelled[2]), spelled[1]);
	const american = /^(\p{L}{3,9}) (\d{1,2}),? (\d{4})(?!\d)/u.exec(text);
	return american ? day(american[3], monthOf(american[1]), american[2]) : null;
}

function monthOf(name: string | undefined): string {
	return String(MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase()) + 1);
}

function day(year: string | undefined, month: string | undefined, date: string | undefined): string | null {
	const [m, d] = [Number(month), Number(date)];
	if (!year || m < 1 || m > 12 || d < 1 || d > 31) return null;
	return `${year}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}`;
}
