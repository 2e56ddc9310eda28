import type { Json } from '$lib/core';
import { reviewRules, safePath, type RunState } from '$lib/run';
import { ancestors, descendants, renderTemplate, type Ref } from '$lib/workflow';

/** What will happen when a gate is approved. */
export interface Consequence {
	/** Library paths that are written, in order. */
	writes: string[];
	/** Titles of other steps that do something outside the run. */
	acts: string[];
	/** Title of the provider that later steps send text to; null when nothing leaves the device. */
	leavesTo: string | null;
}

/** Ids of the steps whose work a gate is about. */
export function upstreamOf(state: RunState, gateId: string): Set<string> {
	const rules = reviewRules(state, gateId);
	const needs = new Map(Object.entries(state.needs));
	const found = ancestors(gateId, needs);
	if (rules) found.add(rules.draftStep);
	return found;
}

export function consequenceOf(state: RunState, gateId: string): Consequence {
	const after = descendants(gateId, new Map(Object.entries(state.needs)));
	const steps = (state.definition?.steps ?? []).filter((step) => after.has(step.id));
	const writes = steps.flatMap((step) => {
		const template = step.kind === 'save' ? step.with['path'] : undefined;
		if (typeof template !== 'string') return [];
		const rendered = renderTemplate(template, (ref) => lookup(state, ref));
		return rendered.ok ? [safePath(rendered.value)] : [template];
	});
	const acts = steps.filter((step) => step.job === 'act' && step.kind !== 'save').map((step) => step.title);
	const asks = steps.some((step) => step.kind === 'model' && step.permissions.model === 'any');
	const leaves = asks && state.provider !== null && !state.provider.onDevice;
	return { writes, acts, leavesTo: leaves ? (state.provider?.title ?? null) : null };
}

/** A path is made of inputs and facts of the run only; a slash in an input opens no folder. */
function lookup(state: RunState, ref: Ref): Json | undefined {
	if (ref.root === 'inputs') {
		const value = state.inputs[ref.id];
		return typeof value === 'string' ? value.replace(/[/\\]/g, '-') : value;
	}
	return ref.root === 'run' ? state[ref.field] : undefined;
}
