import type { Json } from '$lib/core';
import type { Step } from '$lib/workflow';

/** Changes of one step that touch several of its members. Members that come to say nothing are taken out. */

/** Takes the inputs as a form gives them: rows in their order, each with the name it had before. */
export function setInputs(
	step: Step,
	rows: readonly { was: string | null; name: string; ref: string }[]
): void {
	const names = new Map(rows.flatMap(({ was, name }) => (was === null ? [] : [[was, name] as const])));
	step.inputs = Object.fromEntries(rows.map(({ name, ref }) => [name, ref]));
	const optional = (step.optional ?? []).flatMap((name) => names.get(name) ?? []);
	const defaults = Object.entries(step.defaults ?? {}).flatMap(([name, value]) => {
		const now = names.get(name);
		return now === undefined ? [] : [[now, value] as const];
	});
	if (step.optional) setOptional(step, optional);
	if (step.defaults) setDefaults(step, Object.fromEntries(defaults));
	for (const one of step.fallback ?? [])
		if (one.use === 'source') one.input = names.get(one.input) ?? one.input;
}

/** Says whether an input may be missing; when it may not, its stand-in goes too. */
export function setMissing(step: Step, input: string, may: boolean): void {
	const others = (step.optional ?? []).filter((name) => name !== input);
	setOptional(step, may ? [...others, input] : others);
	if (!may) setDefault(step, input, undefined);
}

/** What an input is when it is missing; `undefined`: the step goes without it. */
export function setDefault(step: Step, input: string, value: Json | undefined): void {
	const others = Object.fromEntries(Object.entries(step.defaults ?? {}).filter(([name]) => name !== input));
	setDefaults(step, value === undefined ? others : { ...others, [input]: value });
}

function setOptional(step: Step, names: string[]): void {
	if (names.length > 0) step.optional = names;
	else delete step.optional;
}

function setDefaults(step: Step, values: Record<string, Json>): void {
	if (Object.keys(values).length > 0) step.defaults = values;
	else delete step.defaults;
}

/** What a person typed as a value: JSON where it reads as such, else the text itself. `readPlain(sayPlain(x))` is x. */
export function readPlain(text: string): Json {
	try {
		return JSON.parse(text) as Json;
	} catch {
		return text;
	}
}

export function sayPlain(value: Json): string {
	return typeof value === 'string' && readPlain(value) === value ? value : JSON.stringify(value);
}
