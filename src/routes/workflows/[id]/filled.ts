import type { Step, Workflow } from '$lib/workflow';
import { freeId, holdsSteps, listAt, stepAt, type StepPath } from './step-tree';

/** A copy to change: a document is plain JSON. */
export function copyOf(draft: Workflow): Workflow {
	return JSON.parse(JSON.stringify(draft)) as Workflow;
}

/**
 * Fills in what a form left out, so that a half-made draft can be shown. Whether it is right is checked elsewhere, and
 * members that nothing here knows of are kept.
 */
export function filled(draft: Partial<Workflow> & Pick<Workflow, 'format' | 'id'>): Workflow {
	return {
		...draft,
		title: draft.title ?? '',
		goal: draft.goal ?? '',
		assumptions: draft.assumptions ?? [],
		inputs: (draft.inputs ?? []).map((input) => ({
			...input,
			type: input.type ?? 'text',
			required: input.required ?? true
		})),
		sources: (draft.sources ?? []).map((source) => ({
			...source,
			kind: source.kind ?? 'files',
			accept: source.accept ?? [],
			match: source.match ?? [],
			required: source.required ?? true,
			keep: source.keep ?? false
		})),
		steps: (draft.steps ?? []).map(filledStep),
		output: { ...draft.output, title: draft.output?.title ?? '' },
		triggers: draft.triggers ?? [{ kind: 'person' }]
	};
}

function filledStep(step: Partial<Step> & Pick<Step, 'id' | 'kind' | 'job'>): Step {
	return {
		...step,
		title: step.title ?? '',
		needs: step.needs ?? [],
		inputs: step.inputs ?? {},
		instructions: step.instructions ?? '',
		output: {
			...step.output,
			type: step.output?.type ?? 'text',
			media: step.output?.media ?? 'text/markdown'
		},
		retry: {
			...step.retry,
			attempts: step.retry?.attempts ?? 2,
			delaySeconds: step.retry?.delaySeconds ?? 1
		},
		timeoutSeconds: step.timeoutSeconds ?? 120,
		permissions: {
			...step.permissions,
			model: step.permissions?.model ?? 'none',
			write: step.permissions?.write ?? []
		},
		with: step.with ?? {},
		...(step.steps ? { steps: step.steps.map(filledStep) } : {})
	};
}

/** A new step of a kind for the end of a list, with an id that no other step of the document has. */
export function newStep(
	kind: { kind: string; title: string; jobs: string[]; requiredInputs: string[] },
	draft: Workflow,
	list: StepPath = ['steps']
): Step {
	const base = kind.kind.toLowerCase().replace(/[^a-z0-9_-]/g, '') || 'step';
	const seen = nearestBefore(draft, list);
	const step = filledStep({
		id: freeId(draft, base),
		title: kind.title,
		kind: kind.kind,
		job: (kind.jobs[0] ?? 'evaluate') as Step['job'],
		inputs: Object.fromEntries(kind.requiredInputs.map((name) => [name, seen])),
		permissions: { model: kind.kind === 'model' ? 'any' : 'none', write: [] }
	});
	if (holdsSteps(step)) step.steps = [];
	return step;
}

/** What a new step most likely works on: the step before it, else the item, else what stands before the block. */
function nearestBefore(draft: Workflow, list: StepPath): string {
	const last = listAt(draft, list)?.at(-1);
	if (last) return `steps.${last.id}.output`;
	const block = list.slice(0, -1);
	if (stepAt(draft, block)?.kind === 'map') return 'item';
	const before =
		list.length > 1 ? stepAt(draft, [...block.slice(0, -1), Number(block.at(-1)) - 1]) : undefined;
	return before ? `steps.${before.id}.output` : 'steps.';
}
