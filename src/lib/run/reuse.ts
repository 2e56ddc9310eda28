import { hashOfJson, type GivenNote, type Json, type ProviderChoice, type ValueRef } from '$lib/core';
import type { Step } from '$lib/workflow';

/** Everything that goes into an attempt and could change what comes out. */
export interface Ingredients {
	step: Step;
	inputs: Record<string, ValueRef[]>;
	/** Inputs that are no stored values: what the person typed, facts of the run. */
	plain: Json;
	instructions: string;
	/** A prompt names the run. */
	runTitle: string;
	provider: ProviderChoice | null;
	notes: readonly GivenNote[];
	/** What the step sees of the blocks around it. */
	scope: Json;
}

/** Version of what goes in below: raised when the same ingredients come to mean something else. */
const RECIPE = 2;

/**
 * One hash for everything that goes in. Only what shapes the result counts: not the pauses between tries or what
 * is done when all of them fail; of notes what they say, not which they are. The prompt names the step, and each document
 * and what it is.
 */
export function reuseKey(given: Ingredients): string {
	const { id, title, kind, job, output, permissions, with: config } = given.step;
	const inputs = Object.fromEntries(
		Object.entries(given.inputs).map(([name, refs]) => [
			name,
			refs.map(({ hash, media, name = null }) => ({ hash, media, name }))
		])
	);
	return hashOfJson({
		recipe: RECIPE,
		step: { id, title, kind, job, output, permissions, with: config } as unknown as Json,
		inputs,
		plain: given.plain,
		instructions: given.instructions,
		runTitle: given.runTitle,
		provider: given.provider && { id: given.provider.id, config: given.provider.config },
		notes: given.notes.map((note) => note.instruction).sort(),
		scope: given.scope
	});
}
