import { isMendable, parseRule } from '$lib/core';
import { everyStep, parseRef, type Step, type Workflow } from '$lib/workflow';
import type { CorrectionNote } from './notes';

/** What a note can become, so that it no longer rests on a model's goodwill. Each gives the new document, or null. */

/** The step whose drafts a note is about: its own, else the one that the first review is of. */
export function draftStepOf(workflow: Workflow, { scope }: Pick<CorrectionNote, 'scope'>): Step | null {
	const steps = [...everyStep(workflow.steps)].map(({ step }) => step);
	if (scope.kind === 'step') return steps.find((step) => step.id === scope.stepId) ?? null;
	const review = steps.find((step) => step.kind === 'review');
	const reviewed = review && steps.find((step) => readsDraft(review, step.id));
	return reviewed ?? steps.findLast((step) => step.kind === 'model' && step.job === 'draft') ?? null;
}

/**
 * A rule without a model: the instruction is added to the check of that draft, or to a new check after it. Null where no
 * rule can judge the instruction, or there is no draft.
 */
export function asCheck(workflow: Workflow, note: CorrectionNote): Workflow | null {
	const draft = draftStepOf(workflow, note);
	if (!draft || !parseRule(note.instruction)) return null;
	const isCheck = (step: Step) => step.kind === 'check' && readsDraft(step, draft.id);
	const check = [...everyStep(workflow.steps)].map(({ step }) => step).find(isCheck);
	if (check) {
		const rules = Array.isArray(check.with['rules']) ? check.with['rules'] : [];
		if (rules.includes(note.instruction)) return null;
		const changed = { ...check, with: { ...check.with, rules: [...rules, note.instruction] } };
		return { ...workflow, steps: replaced(workflow.steps, check.id, [changed]) };
	}
	const added: Step = {
		...{ id: freeId(workflow, 'rules'), title: 'Check the corrections', kind: 'check', job: 'evaluate' },
		...{ needs: [], inputs: { draft: `steps.${draft.id}.output` }, instructions: '' },
		output: { type: 'json', media: 'application/json' },
		...{ retry: { attempts: 1, delaySeconds: 1 }, timeoutSeconds: 120 },
		permissions: { model: 'none', write: [] },
		with: { rules: [note.instruction] }
	};
	return { ...workflow, steps: replaced(workflow.steps, draft.id, [draft, added]) };
}

/**
 * A rule of the step that writes the draft: it holds in every draft, and the model need not be told. Null where no rule
 * can hold the instruction, the step has it already, or there is no such step.
 */
export function asRule(
	workflow: Workflow,
	note: Pick<CorrectionNote, 'instruction' | 'scope' | 'reach'>
): Workflow | null {
	const draft = draftStepOf(workflow, note);
	if (draft?.kind !== 'model' || draft.output.type !== 'text' || !canHold(note.instruction)) return null;
	// A rule that only a model can keep is told to whatever model the step asks.
	const rule = parseRule(note.instruction);
	if (note.reach === 'local-only' && !(rule && isMendable(rule))) return null;
	const rules = Array.isArray(draft.with['rules']) ? draft.with['rules'] : [];
	if (rules.includes(note.instruction)) return null;
	const changed = { ...draft, with: { ...draft.with, rules: [...rules, note.instruction] } };
	return { ...workflow, steps: replaced(workflow.steps, draft.id, [changed]) };
}

/** Can a step hold it by itself? Length it cannot: which words to drop is the writer's affair. */
export function canHold(instruction: string): boolean {
	const rule = parseRule(instruction);
	return rule !== null && (isMendable(rule) || rule.type === 'section');
}

/** The instruction becomes a part of the step's own instructions. Null where there is no such step. */
export function asInstruction(workflow: Workflow, note: CorrectionNote): Workflow | null {
	const draft = draftStepOf(workflow, note);
	// Instructions go to whatever model the step asks.
	if (note.reach === 'local-only') return null;
	if (draft?.kind !== 'model' || draft.instructions.includes(note.instruction)) return null;
	// Braces would be read as a reference.
	const words = note.instruction.replaceAll('{{', '\\{{');
	const instructions = [draft.instructions.trimEnd(), words].filter(Boolean).join('\n');
	return { ...workflow, steps: replaced(workflow.steps, draft.id, [{ ...draft, instructions }]) };
}

function readsDraft(step: Step, id: string): boolean {
	const read = parseRef(step.inputs['draft'] ?? '');
	return 'ref' in read && read.ref.root === 'steps' && read.ref.id === id;
}

function replaced(steps: readonly Step[], id: string, by: readonly Step[]): Step[] {
	return steps.flatMap((step) => {
		if (step.id === id) return by;
		return step.steps ? [{ ...step, steps: replaced(step.steps, id, by) }] : [step];
	});
}

function freeId(workflow: Workflow, wanted: string): string {
	const taken = new Set([...everyStep(workflow.steps)].map(({ step }) => step.id));
	for (let number = 1; ; number++) {
		const id = number === 1 ? wanted : `${wanted}-${number}`;
		if (!taken.has(id)) return id;
	}
}
