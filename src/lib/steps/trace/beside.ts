import { phrasePattern } from '$lib/core';
import { isRow } from './rows';

/** Says what the words beside a number name it. Labels are the titles of the figures that are known. */
export interface LabelReader {
	/** The labels that a line holds, in order. */
	in(line: string): readonly Named[];
	/** The label that a number of a line belongs to; empty when the line names none for it. */
	of(line: string, number: { at: number; length: number }): string;
}

export interface Named {
	label: string;
	at: number;
	end: number;
}

/** A reader for these labels. It keeps what it found in a line, since a line comes up once for each of its numbers. */
export function labelReader(labels: Iterable<string>): LabelReader {
	const patterns = [...new Set(labels)]
		.filter((label) => label.trim() !== '')
		// “Revenue” inside “Best seller revenue” is not meant.
		.sort((a, b) => b.length - a.length)
		.map((label) => ({ label, pattern: phrasePattern(label) }));
	const kept = new Map<string, readonly Named[]>();
	const found = (line: string) => {
		const known = kept.get(line);
		if (known) return known;
		const named: Named[] = [];
		for (const { label, pattern } of patterns) {
			for (const match of line.matchAll(pattern)) {
				const [at, end] = [match.index, match.index + match[0].length];
				if (named.every((other) => end <= other.at || at >= other.end)) named.push({ label, at, end });
			}
		}
		named.sort((a, b) => a.at - b.at);
		kept.set(line, named);
		return named;
	};
	return { in: found, of: (line, number) => nearest(line, number, found(line)) };
}

/** A label right behind the number (`44 support tickets`), else the last one before it, else the first after it. */
function nearest(line: string, { at, length }: { at: number; length: number }, named: readonly Named[]) {
	const end = at + length;
	const [from, to] = isRow(line) ? [0, line.length] : sentenceAround(line, at, end);
	const here = named.filter((one) => one.at >= from && one.end <= to);
	const behind = here.find((one) => one.at >= end);
	const before = here.findLast((one) => one.end <= at);
	const joined = behind && /^\s?%?\s+(?:of\s+)?(?:the\s+)?$/i.test(line.slice(end, behind.at));
	return (joined ? behind : (before ?? behind))?.label ?? '';
}

/** Where the sentence with the number begins and ends. A point inside a number ends none. */
export function sentenceAround(line: string, at: number, end: number): [from: number, to: number] {
	let from = 0;
	for (const match of line.matchAll(/[.!?;]["”’)]*(?=\s|$)/g)) {
		const stop = match.index + match[0].length;
		if (stop <= at) from = stop;
		else if (match.index >= end) return [from, stop];
	}
	return [from, line.length];
}
