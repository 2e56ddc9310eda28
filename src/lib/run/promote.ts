import { isMendable, parseRule, sameHeading, type Rule } from '$lib/core';
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
	if (draft?.output.type !== 'text' || !parseRule(note.instruction)) return null;
	const isCheck = (step: Step) => step.kind === 'check' && readsDraft(step, draft.id);
	const check = [...everyStep(workflow.steps)].map(({ step }) => step).find(isCheck);
	if (check) {
		const rules = Array.isArray(check.with['rules']) ? check.with['rules'] : [];
		if (rules.includes(note.instruction)) return null;
		const changed = { ...check, with: { ...check.with, rules: [...rules, note.instruction] } };
		const steps = replaced(workflow.steps, check.id, [changed]);
		return { ...workflow, steps: reviewedAfter(steps, draft.id, check.id) };
	}
	const added: Step = {
		...{ id: freeId(workflow, 'rules'), title: 'Check the corrections', kind: 'check', job: 'evaluate' },
		...{ needs: [], inputs: { draft: `steps.${draft.id}.output` }, instructions: '' },
		output: { type: 'json', media: 'application/json' },
		...{ retry: { attempts: 1, delaySeconds: 1 }, timeoutSeconds: 120 },
		permissions: { model: 'none', write: [] },
		with: { rules: [note.instruction] }
	};
	const steps = replaced(workflow.steps, draft.id, [draft, added]);
	return { ...workflow, steps: reviewedAfter(steps, draft.id, added.id) };
}

/** Whoever reviews that draft waits for its check: what a gate does not wait for it does not show either. */
function reviewedAfter(steps: readonly Step[], draftId: string, checkId: string): Step[] {
	return steps.map((step) => {
		if (step.steps) return { ...step, steps: reviewedAfter(step.steps, draftId, checkId) };
		const waits = step.kind === 'review' && readsDraft(step, draftId) && !step.needs.includes(checkId);
		return waits ? { ...step, needs: [...step.needs, checkId] } : step;
	});
}

/**
 * A change of the sections that the step asks for: one more, one less, or another one first. Null where the note is not
 * about them, or they are so already. They are told to whatever model the step asks.
 */
export function asTemplate(
	workflow: Workflow,
	note: Pick<CorrectionNote, 'instruction' | 'scope' | 'reach'>
): Workflow | null {
	const draft = draftStepOf(workflow, note);
	if (draft?.kind !== 'model' || note.reach === 'local-only') return null;
	const before = sectionsOf(draft);
	const after = before.length > 0 ? withSections(before, parseRule(note.instruction)) : null;
	if (!after) return null;
	const changed = { ...draft, with: { ...draft.with, sections: after } };
	return { ...workflow, steps: replaced(workflow.steps, draft.id, [changed]) };
}

/** Do the sections that a step asks for say what a correction says? */
export function isInTemplate(step: Step, instruction: string): boolean {
	const rule = parseRule(instruction);
	const sections = sectionsOf(step);
	return sections.length > 0 && isAboutSections(rule) && withSections(sections, rule) === null;
}

type Outline = { title: string; about: string };
type SectionRule = Extract<Rule, { heading: string }>;

function sectionsOf(step: Step): Outline[] {
	const { sections } = step.with;
	return step.kind === 'model' && Array.isArray(sections) ? (sections as Outline[]) : [];
}

function isAboutSections(rule: Rule | null): rule is SectionRule {
	return rule !== null && 'heading' in rule;
}

/** The sections as a rule wants them; null where it is about something else, or they are so already. */
function withSections(sections: readonly Outline[], rule: Rule | null): Outline[] | null {
	if (!isAboutSections(rule)) return null;
	const isIt = ({ title }: Outline) => sameHeading(title, rule.heading);
	const found = sections.filter(isIt);
	const others = sections.filter((one) => !isIt(one));
	switch (rule.type) {
		case 'section':
			return found.length > 0 ? null : [...sections, { title: rule.heading, about: '' }];
		case 'no-section':
			return found.length > 0 && others.length > 0 ? others : null;
		case 'first-section':
			return found[0] === sections[0] || found.length === 0 ? null : [...found, ...others];
	}
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
