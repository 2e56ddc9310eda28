import { hasPhrase, parseRule, type GivenNote, type Rule } from '$lib/core';
import MiniSearch from 'minisearch';

/** Where a note counts. */
export type NoteScope =
	| { kind: 'step'; workflowId: string; stepId: string }
	| { kind: 'workflow'; workflowId: string }
	| { kind: 'everywhere' };

/** A correction note: an instruction that a person confirmed, with the edit that it came from. */
export interface CorrectionNote {
	id: string;
	instruction: string;
	scope: NoteScope;
	/** The words before and after the edit; empty when the note was written by hand. */
	before: string;
	after: string;
	from: { runId: string; stepId: string; runTitle: string } | null;
	status: 'active' | 'retired';
	/** `local-only`: it is given to models on this device and to no other. Absent: to any. */
	reach?: 'local-only' | 'may-leave' | undefined;
	/** It is given only where the material has one of these words or phrases. Absent or empty: always. */
	when?: string[] | undefined;
	/** How it fared on the device that it was brought in from, until it was exported there (ms since 1970). */
	earlier?: { record: NoteRecord; until: number } | undefined;
	createdAt: number;
	updatedAt: number;
}

export type NoteEvent =
	| { type: 'note.confirmed'; at: number; note: CorrectionNote }
	| {
			type: 'note.edited';
			at: number;
			id: string;
			instruction: string;
			scope: NoteScope;
			reach?: CorrectionNote['reach'];
			when?: CorrectionNote['when'];
	  }
	| { type: 'note.retired'; at: number; id: string }
	| { type: 'note.restored'; at: number; id: string };

/** How a note has fared, counted from the logs of runs. */
export interface NoteRecord {
	given: number;
	held: number;
	missed: number;
	cannotTell: number;
	/** ms since 1970 of the last run that was given it; null when never. */
	lastUsed: number | null;
}

export const NO_RECORD: NoteRecord = { given: 0, held: 0, missed: 0, cannotTell: 0, lastUsed: null };

/** The note after an event about it. */
export function foldNote(row: CorrectionNote | null, event: NoteEvent): CorrectionNote | null {
	switch (event.type) {
		case 'note.confirmed':
			return row ?? event.note;
		case 'note.edited':
			return (
				row && {
					...row,
					instruction: event.instruction,
					scope: event.scope,
					updatedAt: event.at,
					...(event.reach ? { reach: event.reach } : {}),
					...(event.when ? { when: event.when } : {})
				}
			);
		case 'note.retired':
			return row && { ...row, status: 'retired', updatedAt: event.at };
		case 'note.restored':
			return row && { ...row, status: 'active', updatedAt: event.at };
	}
}

/** Does a note count for a step of a workflow? */
export function inScope(scope: NoteScope, workflowId: string, stepId: string): boolean {
	switch (scope.kind) {
		case 'everywhere':
			return true;
		case 'workflow':
			return scope.workflowId === workflowId;
		case 'step':
			return scope.workflowId === workflowId && scope.stepId === stepId;
	}
}

/** A scope in words. */
export function sayScope(scope: NoteScope): string {
	return { everywhere: 'everywhere', workflow: 'this workflow', step: 'this step' }[scope.kind];
}

/** Roughly how many tokens a text takes: four characters each. Used only to keep a budget. */
export function roughTokens(text: string): number {
	return Math.ceil(text.length / 4);
}

/** Tokens that the notes of one prompt may take. */
export const NOTE_BUDGET = 600;

/** Where notes are wanted, and for what. */
export interface NotesWanted {
	workflowId: string;
	stepId: string;
	/** `flags`: data on what is odd, for which things are compared by their names with an earlier text. */
	makes: 'text' | 'data' | 'flags';
	/** False: what they say would leave the device. */
	onDevice?: boolean;
	/** What the step works on: where there is no room for all, the notes that have to do with it come first. */
	about?: string;
}

/** What became of the notes in scope. */
export interface NotesChosen {
	given: GivenNote[];
	/** Those that fitted the scope and not the token budget. */
	cut: GivenNote[];
	/** Those that may not leave the device, and would have. */
	withheld: GivenNote[];
	/** Those that wait for words that the material does not have. */
	beside: GivenNote[];
	/** Set when one of those given may not leave the device: then neither may what is made with it. */
	reach?: 'local-only';
}

/**
 * The notes a step is given: active, in scope, narrow scopes first, then the newest, as long as the budget (tokens)
 * lasts, and only those whose words the material has; where it does not last for all, those of the step itself and then the most relevant ones. What was not given is
 * returned too, so that it can be shown. A step that makes data is not given rules on how a text is worded, unless a
 * note was meant for that very step; one that flags is told which words stand for which.
 */
export function selectNotes(
	notes: readonly CorrectionNote[],
	where: NotesWanted,
	budget = NOTE_BUDGET
): NotesChosen {
	const order = { step: 0, workflow: 1, everywhere: 2 };
	const inPlace = notes
		.filter((note) => note.status === 'active' && inScope(note.scope, where.workflowId, where.stepId))
		.filter((note) => note.scope.kind === 'step' || isFor(where.makes, parseRule(note.instruction)))
		.sort(
			(a, b) =>
				order[a.scope.kind] - order[b.scope.kind] || b.createdAt - a.createdAt || a.id.localeCompare(b.id)
		);
	const mayGo = (note: CorrectionNote) => where.onDevice !== false || note.reach !== 'local-only';
	const about = where.about ?? '';
	const applies = ({ when }: CorrectionNote) =>
		where.about === undefined || !when?.length || when.some((words) => hasPhrase(about, words));
	const fitting = inPlace.filter((note) => mayGo(note) && applies(note));
	const isCrowded = fitting.reduce((sum, note) => sum + costOf(note), 0) > budget;
	const ranked = isCrowded && where.about ? byRelevance(fitting, where.about) : fitting;
	const given: GivenNote[] = [];
	const cut: GivenNote[] = [];
	let left = budget;
	for (const note of ranked) {
		const cost = costOf(note);
		const target = cost <= left ? given : cut;
		if (target === given) left -= cost;
		target.push(said(note));
	}
	const local = new Set(inPlace.filter(({ reach }) => reach === 'local-only').map(({ id }) => id));
	const isAnyLocal = given.some(({ id }) => local.has(id));
	return {
		given,
		cut,
		withheld: inPlace.filter((note) => !mayGo(note)).map(said),
		beside: inPlace.filter((note) => mayGo(note) && !applies(note)).map(said),
		...(isAnyLocal ? { reach: 'local-only' as const } : {})
	};
}

function isFor(makes: NotesWanted['makes'], rule: Rule | null): boolean {
	return makes === 'text' || rule === null || (makes === 'flags' && rule.type === 'replace');
}

/** Tokens that a note takes in a prompt, its place in the list included. */
function costOf(note: CorrectionNote): number {
	return roughTokens(note.instruction) + 4;
}

function said({ id, instruction }: CorrectionNote): GivenNote {
	return { id, instruction };
}

/** As much of the material as relevance is judged by, in characters. */
const LOOKED_AT = 8_000;

/** Notes of the step itself first; the others by how much they have to do with the material (BM25), else as they were. */
function byRelevance(notes: readonly CorrectionNote[], about: string): CorrectionNote[] {
	const index = new MiniSearch<CorrectionNote>({ fields: ['instruction', 'before', 'after'] });
	index.addAll(notes);
	const found = index.search(about.slice(0, LOOKED_AT), { combineWith: 'OR', prefix: false });
	const scores = new Map(found.map(({ id, score }) => [id as string, score]));
	const score = (note: CorrectionNote) =>
		note.scope.kind === 'step' ? Infinity : (scores.get(note.id) ?? 0);
	return notes
		.map((note, place) => ({ note, place }))
		.sort((a, b) => (score(a.note) === score(b.note) ? a.place - b.place : score(b.note) - score(a.note)))
		.map(({ note }) => note);
}
