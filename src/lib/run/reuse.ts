import { hashOfJson, type GivenNote, type Json, type ProviderChoice, type ValueRef } from '$lib/core';
import type { Step } from '$lib/workflow';

/** Everything that goes into an attempt and could change what comes out. */
export interface Ingredients {
	step: Step;
	inputs: Record<string, ValueRef[]>;
	/** What the data among the inputs means, by the schema of the step that made it. */
	schemas: Record<string, Json>;
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
const RECIPE = 3;

/**
 * One hash for everything that goes in. Only what shapes the result counts: not the pauses between tries or what
 * is done when all of them fail; of notes what they say, not which they are. The prompt names the step, and each document
 * and what it is, and says what the fields of data mean.
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
		// A prompt has them in their own order.
		order: Object.keys(given.inputs),
		schemas: given.schemas,
		plain: given.plain,
		instructions: given.instructions,
		runTitle: given.runTitle,
		provider: given.provider && { id: given.provider.id, config: given.provider.config },
		notes: given.notes.map((note) => note.instruction).sort(),
		scope: given.scope
	});
}
