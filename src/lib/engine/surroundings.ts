import { coordsOf, type BlockState, type RunState, type StepState } from '$lib/run';
import { resultStep } from '$lib/workflow';

/** What a step inside blocks can see around it. */

/** A block that a step is in, and the item or round. */
export interface Around {
	step: StepState;
	block: BlockState;
	index: number;
}

/** The blocks around a step, the nearest first, up to the workflow that it belongs to (that one included). */
function* outwards(state: RunState, step: StepState): Generator<Around> {
	for (let { inside } = step; inside;) {
		const around = state.steps[inside.block];
		if (!around?.block) return;
		yield { step: around, block: around.block, index: inside.index };
		if (around.def.kind === 'workflow') return;
		inside = around.inside;
	}
}

/** The nearest block of a kind around a step. */
export function blockAround(state: RunState, step: StepState, kind: 'map' | 'loop'): Around | null {
	for (const around of outwards(state, step)) if (around.step.def.kind === kind) return around;
	return null;
}

/** The step that called the workflow which a step belongs to; null at the top. */
export function calledBy(state: RunState, step: StepState): StepState | null {
	for (const around of outwards(state, step)) if (around.step.def.kind === 'workflow') return around.step;
	return null;
}

/** The step of that id that a step sees: beside it, else further out, never beyond its own workflow. */
export function seenFrom(state: RunState, step: StepState, id: string): StepState | null {
	const beside = state.steps[coordsOf(step.inside, id)];
	if (beside) return beside;
	for (const around of outwards(state, step)) {
		if (around.step.def.kind === 'workflow') return null;
		const further = state.steps[coordsOf(around.step.inside, id)];
		if (further) return further;
	}
	return null;
}

/** The step whose output is an item's or round's. */
export function resultOf(state: RunState, block: StepState, index: number): StepState | null {
	const result = resultStep(block.def);
	return (result && state.steps[coordsOf({ block: block.id, index }, result.id)]) ?? null;
}

/** What the round before made; null in the first. */
export function roundBefore(state: RunState, around: Around): StepState | null {
	return around.index > 0 ? resultOf(state, around.step, around.index - 1) : null;
}
