import { needsOf, type Step, type Workflow } from '$lib/workflow';

/** What is looked up in a frozen definition again and again. */
export interface Plan {
	steps: ReadonlyMap<string, Step>;
	/** Where a step stands in the document. */
	places: ReadonlyMap<string, number>;
	/** Ids of the steps that a step waits for. */
	needs: Readonly<Record<string, string[]>>;
	/** Ids of the steps that wait for a step. */
	followers: ReadonlyMap<string, string[]>;
	/** Ids of the steps that a person decides. */
	gates: readonly string[];
}

/** A definition is frozen, so its plan is made once, and forgotten with it. */
const plans = new WeakMap<Workflow, Plan>();

export function planOf(definition: Workflow): Plan {
	const known = plans.get(definition);
	if (known) return known;
	const steps = new Map<string, Step>();
	const places = new Map<string, number>();
	const needs: Record<string, string[]> = {};
	const followers = new Map<string, string[]>();
	const gates: string[] = [];
	for (const [place, step] of definition.steps.entries()) {
		// Of two steps with one id the first is the one that other rooms find.
		if (steps.has(step.id)) continue;
		steps.set(step.id, step);
		places.set(step.id, place);
		if (step.kind === 'review') gates.push(step.id);
		const before = needsOf(step);
		needs[step.id] = before;
		for (const need of before) {
			const list = followers.get(need);
			if (list) list.push(step.id);
			else followers.set(need, [step.id]);
		}
	}
	const plan: Plan = { steps, places, needs, followers, gates };
	plans.set(definition, plan);
	return plan;
}

/** A step of the frozen definition. */
export function stepOf(state: { definition: Workflow | null }, stepId: string): Step | undefined {
	return state.definition ? planOf(state.definition).steps.get(stepId) : undefined;
}
