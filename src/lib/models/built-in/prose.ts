import { sentences } from '$lib/core';
import type { Block } from './prompt';

/** A sentence of the material, word for word. */
export interface Sentence {
	text: string;
	document: string;
	/** Line that its paragraph begins on, counted from 1. */
	line: number;
	/** The heading above it, empty when there is none. */
	heading: string;
	/** Place among the sentences of its document, from 0. */
	index: number;
}

/** The sentences of a prose block. Headings, tables, code and lines that are only `Label: 12` are left out. */
export function proseOf(block: Block): Sentence[] {
	if ((block.kind !== 'document' && block.kind !== 'text') || block.media === 'text/csv') return [];
	if (block.media === 'application/json') return [];
	const found: Sentence[] = [];
	let heading = '';
	let paragraph: { text: string; line: number } | null = null;
	let fenced = false;
	const flush = () => {
		if (!paragraph) return;
		for (const text of sentences(plain(paragraph.text))) {
			if (!/\p{L}{2}/u.test(text)) continue;
			found.push({ text, document: block.name, line: paragraph.line, heading, index: found.length });
		}
		paragraph = null;
	};
	for (const [index, line] of block.text.split('\n').entries()) {
		const title = /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
		const item = /^\s*(?:[-*+]|\d+[.)])\s+(.*)$/.exec(line);
		if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
		if (
			fenced ||
			title ||
			line.trim() === '' ||
			/^\s*(?:\||```|~~~|---)/.test(line) ||
			isLabel(item?.[1] ?? line)
		) {
			flush();
			if (title) heading = title[1] ?? '';
		} else if (item) {
			flush();
			paragraph = { text: item[1] ?? '', line: index + 1 };
		} else if (paragraph) {
			const open: { text: string; line: number } = paragraph;
			open.text += ` ${line.trim()}`;
		} else paragraph = { text: line.trim(), line: index + 1 };
	}
	flush();
	return found;
}

function isLabel(line: string): boolean {
	return /^\s*(?:\*\*)?[\p{L}\p{N} _()-]{1,40}(?:\*\*)?\s*[:=]\s*(?:\*\*)?\s*[€$£]?\s?[-−+]?[\d.,]+\s*%?\s*$/u.test(
		line
	);
}

function plain(markdown: string): string {
	return markdown
		.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
		.replace(/(\*\*|__)(.+?)\1/g, '$2')
		.replace(/(?<![\p{L}\p{N}])[*_](.+?)[*_](?![\p{L}\p{N}])/gu, '$1')
		.replace(/`([^`]*)`/g, '$1');
}

const STOP = new Set(
	'a an and are as at be been but by for from had has have he her his i if in into is it its more most not of on or our she so than that the their them then there these they this those to up was we were what when which who will with would you your'.split(
		' '
	)
);

/** Words that carry meaning, in lower case, with plural and singular taken as one. */
export function contentWords(text: string): string[] {
	return (text.toLowerCase().match(/\p{L}{3,}/gu) ?? []).filter((word) => !STOP.has(word)).map(stem);
}

function stem(word: string): string {
	return word.replace(/ies$/, 'y').replace(/(?<=..)(?:es|s)$/, '');
}

export const CAUSE =
	/\b(?:because|due to|explains?|explained|caused?|as a result|thanks to|ended|first full week|so the|which is why|reason)\b/i;
export const UNSURE =
	/\b(?:not sure|unsure|unclear|uncertain|maybe|perhaps|might|may be|possibly|probably|estimated?|roughly|approximately|not (?:yet )?(?:checked|verified|confirmed|known)|to be confirmed|provisional|preliminary|double[- ]check|with care|do not know|tracking (?:change|script|error)|counted twice)\b/i;
export const AHEAD =
	/\b(?:will|going to|plan(?:s|ned)? to|next week|next month|to do|by (?:mon|tues|wednes|thurs|fri)day)\b/i;
export const AHEAD_HEADING = /\b(?:next|plan(?:s|ned)?|to[- ]do|actions?|coming|ahead)\b/i;

/**
 * How much each sentence is worth keeping: words that recur in the material, an early place, and words that tell a
 * cause or a doubt speak for it; great length and few words against it.
 */
export function weigh(sentencesOf: readonly Sentence[]): Map<Sentence, number> {
	const counts = new Map<string, number>();
	for (const { text } of sentencesOf) {
		for (const word of new Set(contentWords(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
	}
	const weights = new Map<Sentence, number>();
	for (const sentence of sentencesOf) {
		const words = [...new Set(contentWords(sentence.text))];
		const shared = words.reduce((sum, word) => sum + Math.min(4, (counts.get(word) ?? 1) - 1), 0);
		let weight = words.length === 0 ? 0 : shared / Math.sqrt(words.length);
		weight += 1 / (1 + sentence.index * 0.35);
		if (CAUSE.test(sentence.text)) weight += 1.6;
		if (UNSURE.test(sentence.text)) weight += 1.1;
		if (/\d/.test(sentence.text)) weight += 0.4;
		// “It” and “they” point to a sentence that may not be taken along.
		if (/\b(?:it|its|they|them|their|he|she)\b/i.test(sentence.text)) weight -= 0.8;
		if (words.length < 4) weight -= 1;
		if (words.length > 24) weight -= 0.6;
		weights.set(sentence, weight);
	}
	return weights;
}
