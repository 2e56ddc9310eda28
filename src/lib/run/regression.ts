import { judgeRule, parseRule, type GivenNote } from '$lib/core';
import type { CorrectionNote } from './notes';
import { inScope } from './notes';
import { reviewRules } from './review';
import type { RunState } from './state';
import type { ValueRef } from '$lib/core';

/** Approved results as cases that a changed workflow is held against. */

/** A draft that a person approved, as they approved it. */
export interface ApprovedCase {
	gateId: string;
	/** The step that made it. */
	stepId: string;
	approved: ValueRef;
}

/** What a run's gates approved, the last decision of each. */
export function approvedCases(run: RunState): ApprovedCase[] {
	return Object.values(run.steps).flatMap((step) => {
		const last = step.decisions.at(-1);
		const rules = reviewRules(run, step.id);
		if (!rules || !last || !last.decision.startsWith('approved')) return [];
		return [{ gateId: step.id, stepId: rules.draftStep, approved: last.reviewed ?? last.draft }];
	});
}

/** A correction that the approved text keeps and the new draft does not. */
export interface ComesBack {
	noteId: string;
	instruction: string;
	reason: string;
}

/**
 * The corrections that would come back: a rule that the approved text keeps and the new draft breaks. Notes that no rule can
 * judge are counted, not guessed about.
 */
export function comingBack(
	notes: readonly GivenNote[],
	approved: string,
	draft: string
): { back: ComesBack[]; kept: number; unjudged: number } {
	const found = { back: [] as ComesBack[], kept: 0, unjudged: 0 };
	for (const { id, instruction } of notes) {
		const rule = parseRule(instruction);
		if (!rule) found.unjudged += 1;
		else if (judgeRule(rule, approved).held) {
			const { held, reason } = judgeRule(rule, draft);
			if (held) found.kept += 1;
			else found.back.push({ noteId: id, instruction, reason });
		}
	}
	return found;
}

/** The corrections of a step: notes that count for it, those made of its drafts and now retired among them, and its rules. */
export function correctionsOf(run: RunState, stepId: string, notes: readonly CorrectionNote[]): GivenNote[] {
	const step = run.steps[stepId];
	const workflowId = run.definition?.id ?? '';
	const counting = notes.filter((note) => inScope(note.scope, workflowId, step?.def.id ?? stepId));
	const rules = step?.def.with['rules'];
	const written = (Array.isArray(rules) ? rules : []).filter((rule) => typeof rule === 'string');
	const all = [
		...counting.map(({ id, instruction }) => ({ id, instruction })),
		...written.map((instruction) => ({ id: instruction, instruction }))
	];
	return all.filter((one, at) => all.findIndex((other) => other.instruction === one.instruction) === at);
}
