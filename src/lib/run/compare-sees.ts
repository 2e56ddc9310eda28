import type { Json } from '$lib/core';
import { parseRef, refsIn, type Ref, type Step } from '$lib/workflow';
import type { RunState } from './state';

/** What a step looks at, as far as its definition says. */

/** A reference, all inputs together, or the title of the run, which no reference names. */
export type Seen = Ref | { root: 'all-inputs' } | { root: 'title' };

/** Everything that a step and the steps inside it look at. */
export function seenBy(def: Step): Seen[] {
	const own = Object.values(def.inputs).flatMap(refOf);
	const texts = [def.instructions, ...textsIn(def.with)];
	return [
		...own,
		...texts.flatMap((text) => [...refsIn(text), ...mentionsIn(text)]),
		// A prompt names the run.
		...(def.kind === 'model' ? [{ root: 'title' as const }] : []),
		...(def.steps ?? []).flatMap(seenBy)
	];
}

/** Ids of the steps that a step looks at. */
export function stepsSeen(def: Step): Set<string> {
	const seen = seenBy(def).flatMap((ref) => (ref.root === 'steps' ? [ref.id] : []));
	return new Set([...seen, ...(def.when ? [def.when.step] : [])]);
}

/** What the title of a run was made of: of an empty template, its date. */
export function seenByTitle({ definition }: Pick<RunState, 'definition'>): Seen[] {
	const template = definition?.output.title ?? '';
	return template.trim() === '' ? [{ root: 'run', field: 'date' }] : refsIn(template);
}

export function seesInput(seen: readonly Seen[], id: string): boolean {
	return seen.some((ref) => ref.root === 'all-inputs' || (ref.root === 'inputs' && ref.id === id));
}

/** What collects names its sources in its settings; naming none means all of them. */
export function seesSource(def: Step, seen: readonly Seen[], id: string): boolean {
	if (seen.some((ref) => ref.root === 'sources' && ref.id === id)) return true;
	if (def.job !== 'collect') return false;
	const wanted = Array.isArray(def.with['sources']) ? def.with['sources'] : [];
	return wanted.length === 0 || wanted.includes(id);
}

function refOf(text: string): Ref[] {
	const read = parseRef(text);
	return 'ref' in read ? [read.ref] : [];
}

/** What an expression or code calls a fact of the run: `run.inputs.week`, `run.date`. */
const MENTION = /\brun\s*\.\s*(?:inputs(?:\s*\.\s*`?([a-z][\w-]*))?|(date|number|title))/gi;

function mentionsIn(text: string): Seen[] {
	return [...text.matchAll(MENTION)].map(([, input, field]): Seen => {
		if (field === undefined)
			return input === undefined ? { root: 'all-inputs' } : { root: 'inputs', id: input };
		const name = field.toLowerCase();
		return name === 'title' ? { root: 'title' } : { root: 'run', field: name === 'date' ? 'date' : 'number' };
	});
}

function textsIn(value: Json): string[] {
	if (typeof value === 'string') return [value];
	return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
