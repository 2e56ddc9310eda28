// Loaded with a start form whose sources have something in them.
import type { ProviderChoice } from '$lib/core';
import { collectedSources, roomFor, tokensIn } from '$lib/steps';
import { parseRef, type Step, type Workflow } from '$lib/workflow';

/** A step whose material is more than its model takes at once, as far as that can be told before it is read. */
export interface TooLong {
	/** Title of the step. */
	step: string;
	/** Of its material, roughly. */
	tokens: number;
	/** That it has room for. */
	room: number;
}

/**
 * The model steps that are given whole sources and have no room for all of them; `bytes` is of the text in each source.
 * What steps inside blocks are given is known only when the run is there.
 */
export function tooLongFor(
	workflow: Workflow,
	provider: ProviderChoice,
	bytes: Record<string, number>
): TooLong[] {
	return workflow.steps.flatMap((step) => {
		const room = step.kind === 'model' ? roomFor(step, provider) : null;
		if (room === null) return [];
		const seen = [...sourcesOf(step, workflow)];
		const tokens = tokensIn(seen.reduce((sum, id) => sum + (bytes[id] ?? 0), 0));
		return tokens > room ? [{ step: step.title, tokens, room }] : [];
	});
}

/** Ids of the sources whose documents a step is given as they are. */
function sourcesOf(step: Step, workflow: Workflow): Set<string> {
	const { documents } = step.with;
	const wanted = Array.isArray(documents) && documents.length > 0 ? documents : null;
	const ids = Object.values(step.inputs).flatMap((text) => {
		const read = parseRef(text);
		if (!('ref' in read)) return [];
		const { ref } = read;
		if (ref.root === 'sources') return [ref.id];
		const from = ref.root === 'steps' && ref.path.length === 0 ? ref.id : null;
		const collecting = workflow.steps.find(({ id, kind }) => id === from && kind === 'collect');
		if (!collecting) return [];
		const collected = collectedSources(collecting) ?? workflow.sources.map(({ id }) => id);
		return collected.filter((id) => !wanted || wanted.includes(id));
	});
	return new Set(ids);
}
