import { parseRule, type Rule } from '$lib/core';
import type { CorrectionNote, NoteScope } from './notes';

/** A kept note that says nearly what another one says, or contradicts it. */
export interface SimilarNote<N extends CorrectionNote = CorrectionNote> {
	note: N;
	/**
	 * - same: the same rule in other words
	 * - conflict: two rules on one thing that cannot both be obeyed
	 * - close: the same words, more or less
	 */
	how: 'same' | 'conflict' | 'close';
}

/** From this share of common words on, two instructions are about the same thing. */
const CLOSE = 0.55;

/** Notes in use, in a scope that meets `scope`, that are like an instruction; the nearest first. */
export function similarNotes<N extends CorrectionNote>(
	instruction: string,
	scope: NoteScope,
	notes: readonly N[]
): SimilarNote<N>[] {
	const order = { same: 0, conflict: 1, close: 2 };
	return notes
		.filter((note) => note.status === 'active' && meets(note.scope, scope))
		.flatMap((note): SimilarNote<N>[] => {
			const how = likeness(instruction, note.instruction);
			return how ? [{ note, how }] : [];
		})
		.sort((a, b) => order[a.how] - order[b.how]);
}

/** Pairs of kept notes that are like each other, each pair once. */
export function similarPairs<N extends CorrectionNote>(
	notes: readonly N[]
): { first: N; second: N; how: SimilarNote['how'] }[] {
	return notes.flatMap((first, index) =>
		similarNotes(first.instruction, first.scope, notes.slice(index + 1)).flatMap(({ note, how }) =>
			first.status === 'active' ? [{ first, second: note, how }] : []
		)
	);
}

/** How alike two instructions are, by their rules where both have one, else by their words; null when they are not. */
export function likeness(one: string, other: string): SimilarNote['how'] | null {
	const [a, b] = [parseRule(one), parseRule(other)];
	if (a && b) return ruleLikeness(a, b);
	return shareOfWords(one, other) >= CLOSE ? 'close' : null;
}

function ruleLikeness(a: Rule, b: Rule): SimilarNote['how'] | null {
	const same = (x: string, y: string) => x.trim().toLowerCase() === y.trim().toLowerCase();
	if (a.type === 'replace' && b.type === 'replace') {
		if (same(a.from, b.from)) return same(a.to, b.to) ? 'same' : 'conflict';
		return same(a.from, b.to) ? 'conflict' : null;
	}
	if (a.type === 'forbid' && b.type === 'forbid') return same(a.text, b.text) ? 'same' : null;
	if (a.type === 'forbid' || b.type === 'forbid') {
		const [forbid, else_] = a.type === 'forbid' ? [a, b] : [b, a];
		if (forbid.type !== 'forbid' || else_.type !== 'replace') return null;
		if (same(forbid.text, else_.to)) return 'conflict';
		return same(forbid.text, else_.from) ? 'close' : null;
	}
	if ('heading' in a && 'heading' in b) {
		if (a.type === 'first-section' && b.type === 'first-section')
			return same(a.heading, b.heading) ? 'same' : 'conflict';
		if (!same(a.heading, b.heading)) return null;
		if (a.type === b.type) return 'same';
		return a.type === 'no-section' || b.type === 'no-section' ? 'conflict' : 'close';
	}
	if (a.type === 'max-words' && b.type === 'max-words') return a.words === b.words ? 'same' : 'conflict';
	return a.type === 'no-decimals' && b.type === 'no-decimals' ? 'same' : null;
}

/** Where a note counts, and whom it may be told to, once another one is taken into it: neither may narrow or open the other. */
export function mergedInto(
	{ scope, reach }: Pick<CorrectionNote, 'scope' | 'reach'>,
	other: Pick<CorrectionNote, 'scope' | 'reach'>
): { scope: NoteScope; reach: 'local-only' | 'may-leave' } {
	const width = { step: 0, workflow: 1, everywhere: 2 };
	return {
		scope: width[other.scope.kind] > width[scope.kind] ? other.scope : scope,
		reach: [reach, other.reach].includes('local-only') ? 'local-only' : 'may-leave'
	};
}

function meets(a: NoteScope, b: NoteScope): boolean {
	if (a.kind === 'everywhere' || b.kind === 'everywhere') return true;
	if (a.workflowId !== b.workflowId) return false;
	return a.kind === 'workflow' || b.kind === 'workflow' || a.stepId === b.stepId;
}

/** Words that say how, not what: they make no two instructions alike. */
const SMALL = new Set(
	(
		'a an the and or but of in on at to for from by with as is are was were be been do does not no never always ' +
		'should must shall will would can could it its this that these those there then when if than so also too ' +
		'please each every all any write say use put give make keep have has'
	).split(' ')
);

/** The share of words that two texts have in common (Dice), whatever their endings and order. */
function shareOfWords(one: string, other: string): number {
	const [a, b] = [wordsOf(one), wordsOf(other)];
	if (a.size === 0 || b.size === 0) return 0;
	const common = [...a].filter((word) => b.has(word)).length;
	return (2 * common) / (a.size + b.size);
}

function wordsOf(text: string): Set<string> {
	const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
	return new Set(words.filter((word) => !SMALL.has(word)).map(stem));
}

/** Takes the commonest English endings off, so that “mentions” and “mentioning” are one word. */
function stem(word: string): string {
	if (word.length < 5) return word;
	return word.replace(/(?:ies)$/, 'y').replace(/(?:ing|ed|ly|es|s)$/, '');
}
