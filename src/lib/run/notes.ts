import { parseRule, type GivenNote } from '$lib/core';

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
	createdAt: number;
	updatedAt: number;
}

export type NoteEvent =
	| { type: 'note.confirmed'; at: number; note: CorrectionNote }
	| { type: 'note.edited'; at: number; id: string; instruction: string; scope: NoteScope }
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
			return row && { ...row, instruction: event.instruction, scope: event.scope, updatedAt: event.at };
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

/**
 * The notes a step is given: active, in scope, narrow scopes first, then the newest, as long as the budget (tokens)
 * lasts. What did not fit is returned too, so that it can be shown. A step that makes data is not given rules on how a
 * text is worded, unless a note was meant for that very step.
 */
export function selectNotes(
	notes: readonly CorrectionNote[],
	where: { workflowId: string; stepId: string; makes: 'text' | 'data' },
	budget = 600
): { given: GivenNote[]; cut: GivenNote[] } {
	const order = { step: 0, workflow: 1, everywhere: 2 };
	const fitting = notes
		.filter((note) => note.status === 'active' && inScope(note.scope, where.workflowId, where.stepId))
		.filter((note) => where.makes === 'text' || note.scope.kind === 'step' || !parseRule(note.instruction))
		.sort(
			(a, b) =>
				order[a.scope.kind] - order[b.scope.kind] || b.createdAt - a.createdAt || a.id.localeCompare(b.id)
		);
	const given: GivenNote[] = [];
	const cut: GivenNote[] = [];
	let left = budget;
	for (const note of fitting) {
		const cost = roughTokens(note.instruction) + 4;
		const target = cost <= left ? given : cut;
		if (target === given) left -= cost;
		target.push({ id: note.id, instruction: note.instruction });
	}
	return { given, cut };
}
