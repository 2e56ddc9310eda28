import { countWords } from '$lib/core';
import { diffArrays } from 'diff';

/** A piece of a comparison. Joining all but the added gives the old text, all but the removed the new one. */
export interface DiffPart {
	kind: 'same' | 'added' | 'removed';
	text: string;
}

/** Letters, marks and digits of scripts that part words; of the others each character is a word. */
const LETTER =
	'(?:(?![\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}])[\\p{L}\\p{M}\\p{N}_])';
/**
 * Words, white space and signs, together all of a text. A number with its marks is one word, and so is “don’t”. The
 * browser's own segmenter would know more languages, and takes seconds for a long text.
 */
const TOKEN = new RegExp(
	`${LETTER}+(?:(?:(?<=\\p{N})[.,](?=\\p{N})|['’](?=[\\p{L}\\p{N}]))${LETTER}+)*|\\r?\\n|[^\\S\\n]+|[^]`,
	'gu'
);

/**
 * Word by word comparison of two texts. Changes with nothing or one word between them are one change: a sentence that was
 * written anew reads as a sentence, not as crumbs of both.
 */
export function diffWords(before: string, after: string): DiffPart[] {
	const words = (text: string): string[] => text.match(TOKEN) ?? [];
	return joinNear(
		diffArrays(words(before), words(after)).map((part) => ({
			kind: part.added ? 'added' : part.removed ? 'removed' : 'same',
			text: part.value.join('')
		}))
	);
}

/** A change in the making: what was taken out and what was put in at one place. */
interface Change {
	removed: string;
	added: string;
}

function joinNear(parts: readonly DiffPart[]): DiffPart[] {
	const joined: (DiffPart | Change)[] = [];
	for (const [index, part] of parts.entries()) {
		const last = joined[joined.length - 1];
		const open = last && 'removed' in last ? last : null;
		if (part.kind !== 'same') {
			const change = open ?? { removed: '', added: '' };
			change[part.kind] += part.text;
			if (!open) joined.push(change);
		} else if (open && index < parts.length - 1 && isBridge(part.text, open, parts.slice(index + 1))) {
			open.removed += part.text;
			open.added += part.text;
		} else {
			joined.push(part);
		}
	}
	return joined.flatMap((one): DiffPart[] =>
		'kind' in one
			? [one]
			: [
					...(one.removed ? [{ kind: 'removed' as const, text: one.removed }] : []),
					...(one.added ? [{ kind: 'added' as const, text: one.added }] : [])
				]
	);
}

/** True when the text between two changes is too little to keep them apart, and both rewrite (not only add or drop). */
function isBridge(text: string, before: Change, after: readonly DiffPart[]): boolean {
	const words = countWords(text);
	if (text.includes('\n') || words > 1) return false;
	const next = after.slice(0, 2).map((part) => part.kind);
	const rewritten = before.removed !== '' && before.added !== '';
	// With no word between them they are one change, whatever the second does; punctuation parts two thoughts.
	if (words === 0 && text.trim() === '') return rewritten && next[0] !== 'same';
	return rewritten && next.includes('removed') && next.includes('added');
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
