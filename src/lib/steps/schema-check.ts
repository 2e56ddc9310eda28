import type { Json } from '$lib/core';

/** What keeps a value from fitting a JSON Schema (2020-12): at most three short sentences, none when it fits. */
export async function schemaProblems(schema: Record<string, Json>, value: Json): Promise<string[]> {
	const { Validator } = await import('@cfworker/json-schema');
	const { valid, errors } = new Validator(schema, '2020-12', false).validate(value);
	if (valid) return [];
	// The last errors are the innermost, and they name the place.
	return errors.slice(-3).map((error) => `${error.instanceLocation}: ${error.error}`);
}
