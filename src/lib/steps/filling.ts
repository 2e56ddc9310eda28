import { canonicalJson, fail, failure, ok, type Json, type Result, type Value } from '$lib/core';
import { follow, parseRef } from '$lib/workflow';
import type { StepContext } from './contract';
import { isForeignInput, runInputs } from './step-data';

/**
 * Filling in what is to go out. Holes are `{{inputs.…}}`, `{{run.…}}` and the step's own inputs by name, such as
 * `{{ticket}}` or `{{ticket.title}}`. `\{{` stands for two literal braces.
 */

/** A hole filled by something that neither the person typed nor the workflow says. */
export interface Foreign {
	from: string;
	value: string;
}

type Part = { text: string } | { hole: string };

/** Cuts a template; null when a hole is not closed. */
export function partsOf(template: string): Part[] | null {
	const parts: Part[] = [];
	let text = '';
	for (let at = 0; at < template.length;) {
		if (template.startsWith('\\{{', at)) {
			text += '{{';
			at += 3;
		} else if (template.startsWith('{{', at)) {
			const end = template.indexOf('}}', at + 2);
			if (end < 0) return null;
			parts.push({ text }, { hole: template.slice(at + 2, end).trim() });
			text = '';
			at = end + 2;
		} else {
			text += template[at];
			at += 1;
		}
	}
	parts.push({ text });
	return parts.filter((part) => 'hole' in part || part.text !== '');
}

/** What is wrong with a template, whatever the inputs of its step are called; null: nothing. */
export function templateProblem(template: string): string | null {
	const parts = partsOf(template);
	if (!parts) return 'A “{{” has no “}}” after it.';
	for (const part of parts) {
		if ('text' in part) continue;
		if (!/^[a-z][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)*$/i.test(part.hole))
			return `“{{${part.hole}}}” is no name: write {{inputs.name}}, {{run.date}} or the name of an input of this step.`;
		if (/^(steps|sources|item|map|loop)(\.|$)/.test(part.hole))
			return `“{{${part.hole}}}” is not known here: give it to the step as an input, and write that input’s name.`;
	}
	return null;
}

type Given = Pick<StepContext, 'run' | 'inputs' | 'step' | 'scope'>;

/** Fills templates for one step and notes which fields foreign values went into. */
export class Filling {
	constructor(private readonly given: Given) {}

	/** Each value goes through `encode`; `foreign` is told of those that are not trusted. */
	text(
		template: string,
		encode: (value: string) => Result<string>,
		foreign: (one: Foreign) => void = () => undefined
	): Result<string> {
		let filled = '';
		for (const part of partsOf(template) ?? []) {
			if ('text' in part) {
				filled += part.text;
				continue;
			}
			const found = this.#look(part.hole);
			if (!found.ok) return found;
			if (found.value.content === null) return this.#nothing(part.hole);
			const value = textOf(found.value.content);
			if (found.value.isForeign) foreign({ from: part.hole, value });
			const encoded = encode(value);
			if (!encoded.ok) return encoded;
			filled += encoded.value;
		}
		return ok(filled);
	}

	/** A text that is one hole and nothing else becomes the value itself; texts around holes stay texts. Names stand. */
	json(template: Json): Result<Json> {
		if (typeof template === 'string') {
			const parts = partsOf(template);
			const [only] = parts ?? [];
			if (parts?.length === 1 && only && 'hole' in only) {
				const found = this.#look(only.hole);
				return found.ok ? ok(found.value.content) : found;
			}
			return this.text(template, ok);
		}
		if (template === null || typeof template !== 'object') return ok(template);
		const filled: [string, Json][] = [];
		for (const [name, inner] of Object.entries(template)) {
			const one = this.json(inner);
			if (!one.ok) return one;
			filled.push([name, one.value]);
		}
		return ok(Array.isArray(template) ? filled.map(([, value]) => value) : Object.fromEntries(filled));
	}

	#look(hole: string): Result<{ content: Json; isForeign: boolean }> {
		const [name = '', ...path] = hole.split('.');
		const { run, inputs } = this.given;
		if (Object.hasOwn(inputs, name)) return this.#input(hole, inputs[name] ?? [], path);
		const read = parseRef(hole);
		const ref = 'ref' in read ? read.ref : null;
		const content =
			ref?.root === 'inputs'
				? runInputs(this.given)[ref.id]
				: ref?.root === 'run'
					? run[ref.field]
					: undefined;
		if (content === undefined) return this.#nothing(hole);
		return ok({ content, isForeign: ref?.root === 'inputs' && isForeignInput(this.given, ref.id) });
	}

	#input(hole: string, values: Value[], path: string[]): Result<{ content: Json; isForeign: boolean }> {
		const [value] = values;
		if (!value || values.length > 1 || value.content instanceof Uint8Array) return this.#nothing(hole);
		const content = follow(value.content, path);
		if (content === undefined) return this.#nothing(hole);
		return ok({ content, isForeign: value.labels.trust === 'untrusted' });
	}

	#nothing(hole: string): Result<never> {
		return fail(
			failure(
				'propose.empty',
				`“${this.given.step.title}” needs {{${hole}}}, and there is no text or data of that name. Nothing was sent and what came before is kept; compare the name with the inputs of the step, then start a new run.`,
				{ details: { hole } }
			)
		);
	}
}

function textOf(content: Json): string {
	return typeof content === 'string' ? content : canonicalJson(content);
}
