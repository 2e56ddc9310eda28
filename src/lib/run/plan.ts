import { needsIn, type Need, type Step } from '$lib/workflow';

/** What is looked up in a list of steps again and again. */
export interface Plan {
	steps: ReadonlyMap<string, Step>;
	/** Where a step stands in the list. */
	places: ReadonlyMap<string, number>;
	/** What each step waits for in this list. At the top also what does not exist, and so never comes. */
	needs: ReadonlyMap<string, readonly Need[]>;
	/** Ids of the steps that wait for a step. */
	followers: ReadonlyMap<string, string[]>;
	/** Ids of the steps whose failure another step answers. */
	answered: ReadonlySet<string>;
	/** Ids of the steps that a person decides. */
	gates: readonly string[];
}

/** A definition is frozen, so its plan is made once, and forgotten with it. */
const plans = new WeakMap<object, Plan>();

/** The plan of a workflow's steps, or of those inside a block. */
export function planOf(container: { steps?: readonly Step[] | undefined; kind?: string }): Plan {
	const known = plans.get(container);
	if (known) return known;
	const plan = makePlan(container.steps ?? [], container.kind !== undefined);
	plans.set(container, plan);
	return plan;
}

function makePlan(list: readonly Step[], isInner: boolean): Plan {
	const steps = new Map<string, Step>();
	const places = new Map<string, number>();
	// Of two steps with one id the first is the one that other rooms find.
	for (const [place, step] of list.entries()) {
		if (steps.has(step.id)) continue;
		steps.set(step.id, step);
		places.set(step.id, place);
	}
	const needs = new Map<string, readonly Need[]>();
	const followers = new Map<string, string[]>();
	const answered = new Set<string>();
	for (const step of steps.values()) {
		// What is outside a block was there before the block was opened.
		const before = needsIn(step).filter((need) => !isInner || steps.has(need.id));
		needs.set(step.id, before);
		for (const need of before) {
			const after = followers.get(need.id);
			if (after) after.push(step.id);
			else followers.set(need.id, [step.id]);
		}
		if (step.when?.outcome?.includes('failed')) answered.add(step.when.step);
	}
	const gates = [...steps.values()].filter((step) => step.kind === 'review').map((step) => step.id);
	return { steps, places, needs, followers, answered, gates };
}
