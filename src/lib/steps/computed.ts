import { failure, type Failure, type Json, type Value } from '$lib/core';
import type { StepContext } from './contract';
import { derivedLabels } from './material';
import { schemaProblems } from './schema-check';

/** What a step that computes makes of its result: text where the definition asks for text and it is one, else JSON. */
export function computedValue(context: Pick<StepContext, 'step' | 'inputs'>, result: Json): Value {
	const { output, title } = context.step;
	const isText = typeof result === 'string' && output.type === 'text';
	return {
		content: result,
		media: isText ? output.media : 'application/json',
		labels: derivedLabels(context.inputs),
		from: [],
		name: title
	};
}

/** Why a result does not fit the schema that the step's definition gives its output; null when it does. */
export async function misfit({ output, title }: StepContext['step'], result: Json): Promise<Failure | null> {
	if (!output.schema) return null;
	const problems = await schemaProblems(output.schema, result);
	if (problems.length === 0) return null;
	return failure(
		'output.schema',
		`The result of “${title}” does not fit its schema: ${problems.join(' ')} It was not kept; change the step or the schema and start a new run.`,
		{ details: { problems } }
	);
}
