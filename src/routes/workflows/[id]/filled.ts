import type { Step, Workflow } from '$lib/workflow';

/** A copy to change: a document is plain JSON. */
export function copyOf(draft: Workflow): Workflow {
	return JSON.parse(JSON.stringify(draft)) as Workflow;
}

/** Fills in what a form left out, so that a half-made draft can be shown. Whether it is right is checked elsewhere. */
export function filled(draft: Partial<Workflow> & Pick<Workflow, 'format' | 'id'>): Workflow {
	return {
		format: draft.format,
		id: draft.id,
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
		output: { title: draft.output?.title ?? '' },
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
		retry: { attempts: step.retry?.attempts ?? 2, delaySeconds: step.retry?.delaySeconds ?? 1 },
		timeoutSeconds: step.timeoutSeconds ?? 120,
		permissions: { model: step.permissions?.model ?? 'none', write: step.permissions?.write ?? [] },
		with: step.with ?? {}
	};
}

/** A new step of a kind, with an id that no other step has. */
export function newStep(
	kind: { kind: string; title: string; jobs: string[]; requiredInputs: string[] },
	steps: readonly Step[]
): Step {
	const base = kind.kind.toLowerCase().replace(/[^a-z0-9_-]/g, '') || 'step';
	let id = base;
	for (let n = 2; steps.some((step) => step.id === id); n += 1) id = `${base}-${n}`;
	const last = steps.at(-1);
	const inputs = Object.fromEntries(
		kind.requiredInputs.map((name) => [name, last ? `steps.${last.id}.output` : 'steps.'])
	);
	return filledStep({
		id,
		title: kind.title,
		kind: kind.kind,
		job: (kind.jobs[0] ?? 'evaluate') as Step['job'],
		inputs,
		permissions: { model: kind.kind === 'model' ? 'any' : 'none', write: [] }
	});
}

/** Gives a step another id and changes everything that refers to it. */
export function renameStep(draft: Workflow, from: string, to: string): void {
	const mentions = new RegExp(`\\bsteps\\.${from}(?=\\.output)`, 'g');
	for (const step of draft.steps) {
		if (step.id === from) step.id = to;
		step.needs = step.needs.map((need) => (need === from ? to : need));
		step.instructions = step.instructions.replace(mentions, `steps.${to}`);
		for (const [name, ref] of Object.entries(step.inputs))
			step.inputs[name] = ref.replace(mentions, `steps.${to}`);
		if (step.with.revise === from) step.with.revise = to;
	}
	draft.output.title = draft.output.title.replace(mentions, `steps.${to}`);
}
