import { countWords } from '$lib/core';
import { diffWordsWithSpace } from 'diff';

/** A piece of a comparison. Joining all but the added gives the old text, all but the removed the new one. */
export interface DiffPart {
	kind: 'same' | 'added' | 'removed';
	text: string;
}

/** Word by word comparison of two texts. Segments by the language's own rules. */
export function diffWords(before: string, after: string, language = 'en'): DiffPart[] {
	const segmenter = new Intl.Segmenter(language, { granularity: 'word' });
	return diffWordsWithSpace(before, after, { intlSegmenter: segmenter }).map((part) => ({
		kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
		text: part.value
	}));
}

/** Words added and removed. */
export function diffCounts(parts: readonly DiffPart[]): { added: number; removed: number } {
	let added = 0;
	let removed = 0;
	for (const part of parts) {
		if (part.kind === 'added') added += countWords(part.text);
		if (part.kind === 'removed') removed += countWords(part.text);
	}
	return { added, removed };
}
