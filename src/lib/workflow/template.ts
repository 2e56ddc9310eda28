import { fail, failure, ok, type Json, type Result } from '$lib/core';
import { parseRef, sayRef, type Ref } from './refs';

/** A template is text with `{{reference}}` holes. `\{{` stands for two literal braces. There is no logic in it. */
export type Part = { text: string } | { ref: Ref; at: number } | { problem: string; at: number };

/** Reads a template. Never throws: a bad hole becomes a part with a problem and its offset in the text. */
export function parseTemplate(template: string): Part[] {
	const parts: Part[] = [];
	let text = '';
	let at = 0;
	const flush = () => {
		if (text) parts.push({ text });
		text = '';
	};
	while (at < template.length) {
		if (template.startsWith('\\{{', at)) {
			text += '{{';
			at += 3;
		} else if (template.startsWith('{{', at)) {
			const end = template.indexOf('}}', at + 2);
			flush();
			if (end < 0) {
				parts.push({ problem: 'A “{{” has no “}}” after it.', at });
				return parts;
			}
			const inner = parseRef(template.slice(at + 2, end));
			parts.push('ref' in inner ? { ref: inner.ref, at } : { problem: inner.problem, at });
			at = end + 2;
		} else {
			text += template[at];
			at += 1;
		}
	}
	flush();
	return parts;
}

/** The references in a template, in order; bad holes are left to validation. */
export function refsIn(template: string): Ref[] {
	return parseTemplate(template).flatMap((part) => ('ref' in part ? [part.ref] : []));
}

/** What a template may look at when it is filled in. `undefined` means: there is no such thing. */
export type Lookup = (ref: Ref) => Json | undefined;

/** Fills the holes. Text goes in as it is, anything else as JSON. Fails with every hole that has no value. */
export function renderTemplate(template: string, lookup: Lookup): Result<string> {
	const missing: string[] = [];
	const rendered = parseTemplate(template).map((part) => {
		if ('text' in part) return part.text;
		if ('problem' in part) {
			missing.push(part.problem);
			return '';
		}
		const value = lookup(part.ref);
		if (value === undefined || value === null) {
			missing.push(`Nothing is known about ${describe(part.ref)}.`);
			return '';
		}
		return typeof value === 'string' ? value : JSON.stringify(value);
	});
	if (missing.length === 0) return ok(rendered.join(''));
	return fail(
		failure('template.missing', `The text could not be filled in. ${missing.join(' ')}`, {
			details: { template, missing }
		})
	);
}

function describe(ref: Ref): string {
	switch (ref.root) {
		case 'inputs':
			return `the input “${ref.id}”`;
		case 'sources':
			return `the source “${ref.id}”`;
		case 'run':
			return `run.${ref.field}`;
		case 'item':
		case 'map':
		case 'loop':
			return sayRef(ref);
		case 'steps':
			return `the output of step “${ref.id}”${ref.path.length ? ` (${ref.path.join('.')})` : ''}`;
	}
}

/** Follows a path into JSON; undefined when it leads nowhere. Own members only. */
export function follow(value: Json | undefined, path: string[]): Json | undefined {
	let here = value;
	for (const name of path) {
		if (Array.isArray(here)) here = here[Number(name)];
		else if (here !== null && typeof here === 'object' && Object.hasOwn(here, name)) here = here[name];
		else return undefined;
	}
	return here;
}
