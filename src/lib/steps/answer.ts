import { fail, failure, ok, type Json, type Result } from '$lib/core';
import { schemaProblems } from './schema-check';

type Schema = Record<string, Json>;

/**
 * An answer to the form of a schema, with what holds where something was left empty. Fails where it does not fit: a form
 * draws a part of JSON Schema only, so what it lets through is looked at once more.
 */
export async function readAnswer(schema: Schema, content: Json): Promise<Result<Json>> {
	const filled = withDefaults(schema, content);
	// A schema that cannot be used, such as with a reference that leads nowhere, keeps nobody from answering.
	const problems = await schemaProblems(schema, filled).catch((): string[] => []);
	if (problems.length === 0) return ok(filled);
	return fail(
		failure(
			'answer.schema',
			`Your answer does not fit what is asked for: ${problems.join(' ')} Nothing was kept; what you wrote is still here, so change it and answer again.`,
			{ details: { problems } }
		)
	);
}

/** Members that were left empty, in objects and lists inside too, get their default; a box that was not ticked says no. */
function withDefaults(schema: Json | undefined, value: Json): Json {
	if (!isObject(schema)) return value;
	if (Array.isArray(value)) return value.map((one) => withDefaults(schema['items'], one));
	const { properties, required } = schema;
	if (!isObject(value) || !isObject(properties)) return value;
	const needed = Array.isArray(required) ? required : [];
	const filled = { ...value };
	for (const [name, inner] of Object.entries(properties)) {
		if (!isObject(inner)) continue;
		const given = filled[name];
		if (given !== undefined) filled[name] = withDefaults(inner, given);
		else if (inner['default'] !== undefined) filled[name] = inner['default'];
		else if (inner['type'] === 'boolean' && needed.includes(name)) filled[name] = false;
	}
	return filled;
}

function isObject(value: Json | undefined): value is Schema {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
