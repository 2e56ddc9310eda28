import { sameJson, type Json } from '$lib/core';
import { stepSchema, workflowSchema } from './schema';

type Plain = { [key: string]: Json };

const STEP = stepSchema.parse({
	id: 'step',
	title: 'Step',
	kind: 'step',
	job: 'collect'
}) as unknown as Plain;
const WHOLE = workflowSchema.parse({ format: 1, id: 'whole', title: 'Whole' }) as unknown as Plain;

/** Members that are written out even where they say what is said anyway. */
const ALWAYS = new Set(['format', 'id', 'title', 'kind', 'job', 'steps']);

/**
 * A document without the members whose value is the schema's own: what is left is what somebody decided. Reading it gives
 * the same document back. What is not a workflow document is left as it is.
 */
export function withoutDefaults(document: unknown): unknown {
	const parsed = workflowSchema.safeParse(document);
	if (!parsed.success) return document;
	const whole = parsed.data as unknown as Plain;
	return { ...lean(whole, WHOLE), steps: stepsOf(whole) };
}

function stepsOf(parent: Plain): Json[] {
	return ((parent['steps'] ?? []) as Plain[]).map((step) => ({
		...lean(step, STEP),
		...(step['steps'] ? { steps: stepsOf(step) } : {})
	}));
}

function lean(from: Plain, defaults: Plain): Plain {
	const kept: Plain = {};
	for (const [name, value] of Object.entries(from)) {
		const usual = defaults[name];
		if (ALWAYS.has(name) || usual === undefined) kept[name] = value;
		else if (sameJson(value, usual)) continue;
		else if (isPlain(value) && isPlain(usual) && Object.keys(usual).length > 0)
			kept[name] = lean(value, usual);
		else kept[name] = value;
	}
	return kept;
}

function isPlain(value: Json | undefined): value is Plain {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
