import type { Json } from '$lib/core';
import { localId, needsAround, safePath, siblingsOf, type RunState, type StepState } from '$lib/run';
import { descendants, modelWish, renderTemplate, type Ref, type Step } from '$lib/workflow';

/** What will happen when a gate is approved. */
export interface Consequence {
	/** Library paths that are written, in order. */
	writes: string[];
	/** Titles of other steps that do something outside the run. */
	acts: string[];
	/** Title of the provider that later steps send text to; null when nothing leaves the device. */
	leavesTo: string | null;
	/** Titles of steps that send what was proposed. */
	sends: string[];
}

export function consequenceOf(state: RunState, gateId: string): Consequence {
	const gate = state.steps[gateId];
	const after = gate ? stepsAfter(state, gate) : [];
	const paths = after.flatMap((step) => {
		const template = step.kind === 'save' ? step.with['path'] : undefined;
		if (typeof template !== 'string') return [];
		const rendered = renderTemplate(template, (ref) => lookup(state, ref));
		return rendered.ok ? [safePath(rendered.value)] : [template];
	});
	// Two ways of a branch may end in one file.
	const writes = [...new Set(paths)];
	const sends = after.filter((step) => step.kind === 'request').map((step) => step.title);
	const acts = after
		.filter((step) => step.job === 'act' && step.kind !== 'save' && step.kind !== 'request')
		.map((step) => step.title);
	// What follows the blocks around it waits for other items too; where text may go is told all the same.
	const later = [...after];
	for (let around = blockOf(state, gate); around; around = blockOf(state, around))
		later.push(...stepsAfter(state, around));
	const asks = later.some((step) => {
		const wish = step.kind === 'model' ? modelWish(step, state.definition) : null;
		return wish !== null && wish.privacy !== 'device';
	});
	const leaves = asks && state.provider !== null && !state.provider.onDevice;
	return { writes, acts, sends, leavesTo: leaves ? (state.provider?.title ?? null) : null };
}

/** Definitions of what comes after a step, in its own list. */
function stepsAfter(state: RunState, step: StepState): Step[] {
	const after = descendants(localId(step.id), needsAround(state, step));
	return siblingsOf(state, step)
		.map((one) => one.def)
		.filter((one) => after.has(one.id));
}

function blockOf(state: RunState, step: StepState | undefined): StepState | undefined {
	return step?.inside ? state.steps[step.inside.block] : undefined;
}

/** A path is made of inputs and facts of the run only; a slash in an input opens no folder. */
function lookup(state: RunState, ref: Ref): Json | undefined {
	if (ref.root === 'inputs') {
		const value = state.inputs[ref.id];
		return typeof value === 'string' ? value.replace(/[/\\]/g, '-') : value;
	}
	return ref.root === 'run' ? state[ref.field] : undefined;
}
