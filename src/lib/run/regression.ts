import { judgeRule, parseRule, type GivenNote, type ValueRef } from '$lib/core';
import { inScope, type CorrectionNote } from './notes';
import { reviewRules } from './review';
import { isInTemplate } from './promote';
import type { RunState } from './state';

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

/** The corrections of a step: notes in use that count for it, its rules, and retired notes that stand in its instructions or its sections. */
export function correctionsOf(run: RunState, stepId: string, notes: readonly CorrectionNote[]): GivenNote[] {
	const step = run.steps[stepId];
	const workflowId = run.definition?.id ?? '';
	const counting = notes.filter(
		({ scope, status, instruction }) =>
			inScope(scope, workflowId, step?.def.id ?? stepId) &&
			(status === 'active' ||
				step?.def.instructions.includes(instruction) ||
				(step !== undefined && isInTemplate(step.def, instruction)))
	);
	const rules = step?.def.with['rules'];
	const written = (Array.isArray(rules) ? rules : []).filter((rule) => typeof rule === 'string');
	const all = [
		...counting.map(({ id, instruction }) => ({ id, instruction })),
		...written.map((instruction) => ({ id: instruction, instruction }))
	];
	return all.filter((one, at) => all.findIndex((other) => other.instruction === one.instruction) === at);
}
