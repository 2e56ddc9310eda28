import { BUILT_IN, type Json } from '$lib/core';
import type { RunState, StepState } from '$lib/run';
import { stepKind } from '$lib/steps';
import type { AttemptPorts } from './attempt-log';
import { markerFor } from './leaving';
import type { StepSpec } from './protocol';
import { resolveRef } from './resolve';
import { frozenOf } from './called';
import { blockAround, calledBy } from './surroundings';
import type { ValueBook } from './values';

/** What the step worker is told of a step; whatever is not given is empty. */
export function specOf(
	state: RunState,
	step: StepState,
	attemptId: string,
	ports: Pick<AttemptPorts, 'marker'>,
	more: Partial<StepSpec>
): StepSpec {
	return {
		attemptId,
		run: { id: state.id, number: state.number, date: state.date, title: state.title, inputs: state.inputs },
		step: step.def,
		sources: [],
		inputs: {},
		evidence: {},
		schemas: {},
		instructions: '',
		notes: [],
		feedback: null,
		provider: step.instead.provider ?? state.provider ?? BUILT_IN,
		marker: markerFor(step, ports),
		...more
	};
}

/** What expressions and code see of the blocks around a step; nothing at the top. */
export async function scopeOf(
	state: RunState,
	step: StepState,
	values: ValueBook
): Promise<StepSpec['scope']> {
	if (!step.inside) return undefined;
	const look = async (ref: Parameters<typeof resolveRef>[2]): Promise<Json | undefined> => {
		const found = await resolveRef(state, step, ref, values);
		const content = found.ok ? found.value.values[0]?.content : undefined;
		return content instanceof Uint8Array ? undefined : content;
	};
	const map = blockAround(state, step, 'map');
	const loop = blockAround(state, step, 'loop');
	const item = map ? await look({ root: 'item', path: [] }) : undefined;
	const last = loop ? await look({ root: 'loop', field: 'last', path: [] }) : undefined;
	return {
		// A model is told of its inputs alone, so nothing else goes into the key of its result.
		...(stepKind(step.def.kind)?.takesNotes ? {} : await givenToCalled(state, step, values)),
		...(item === undefined ? {} : { item }),
		...(map ? { index: map.index + 1 } : {}),
		...(loop ? { loop: { round: loop.index + 1, last: last ?? null } } : {})
	};
}

/** What the workflow that a step belongs to was given by the step that called it; nothing at the top. */
export async function givenToCalled(
	state: RunState,
	step: StepState,
	values: ValueBook
): Promise<Pick<NonNullable<StepSpec['scope']>, 'called'>> {
	const caller = calledBy(state, step);
	if (!caller) return {};
	const inputs: Record<string, Json> = {};
	const foreign: string[] = [];
	for (const { id } of frozenOf(caller.def).inputs) {
		const found = await resolveRef(state, step, { root: 'inputs', id }, values);
		const [value] = found.ok ? found.value.values : [];
		if (!value || value.content instanceof Uint8Array) continue;
		inputs[id] = value.content;
		if (value.labels.trust === 'untrusted') foreign.push(id);
	}
	return { called: { inputs, foreign } };
}
