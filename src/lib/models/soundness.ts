import type { Json } from '$lib/core';
import { readJson } from './json';

/**
 * Trying a model that was just loaded: a small question, once or twice, and one in a form. A broken file or a graphics
 * driver that computes wrongly shows in numbers that are none, in words chosen by chance, or in a form that is not kept.
 * What was said is not judged: a small model may be no genius.
 */
export const QUESTION = 'Name one colour of the rainbow. Answer with one word.';
export const SEED = 7;
/** Tokens of an answer in words. */
export const WORDS_TOKENS = 8;
export const FORM: Record<string, Json> = {
	type: 'object',
	properties: { fine: { type: 'boolean' }, word: { type: 'string', enum: ['red', 'blue'] } },
	required: ['fine', 'word'],
	additionalProperties: false
};

/** What a model said when it was tried. */
export interface Said {
	text: string;
	/** Natural logarithms of how likely each word was. */
	sure: number[];
}

/** What is wrong with the answers, in half a sentence; null when nothing is. `chance`: logarithm of a word chosen by it. */
export function problemOf(words: Said, form: string, chance: number): string | null {
	if (words.text.trim() === '') return 'it answers with nothing';
	if ((words.text.match(/\uFFFD/g)?.length ?? 0) > words.text.length / 2) return 'it writes what is no text';
	if (words.sure.some((each) => !Number.isFinite(each))) return 'it computes with numbers that are none';
	const mean = words.sure.reduce((sum, each) => sum + each, 0) / Math.max(1, words.sure.length);
	if (words.sure.length > 0 && mean < chance) return 'it chooses its words by chance';
	return readJson(form, FORM).ok ? null : 'it does not hold to a form that it is given';
}
