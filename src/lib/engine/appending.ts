import { canonicalJson, fail, failure, ok, type Json, type Result, type Value } from '$lib/core';
import { nameOf } from '$lib/run';

/** Something that is to go to the end of what is there. */
export interface Addition {
	media: string;
	content: string | Uint8Array;
}

/**
 * What is there with something new at its end, as one whole of its form: texts one after the other, rows below rows of the
 * same columns, JSON as one list. Fails with `save.append` where that makes no sense; nothing is lost then.
 */
export function appendedTo(
	before: { path: string; content: Value['content'] },
	{ media, content }: Addition
): Result<string> {
	if (media === 'application/json') return asList(before, content);
	const there = typeof before.content === 'string' ? before.content : decoded(before.content);
	if (there === null || typeof content !== 'string' || media === 'text/html')
		return refused(before.path, 'is not a text that something can be added to');
	const start = there.replace(/\r\n/g, '\n').replace(/\n*$/, '\n');
	if (media !== 'text/csv') return ok(`${start}\n${content}`);
	const [names = '', ...rows] = content.split('\n');
	// A table has its names once.
	const [known = ''] = start.split('\n');
	if (known !== names)
		return refused(
			before.path,
			`has other columns (${known.slice(0, 80)}) than what is to be added (${names})`
		);
	return ok(`${start}${rows.join('\n')}`);
}

function asList(
	before: { path: string; content: Value['content'] },
	content: string | Uint8Array
): Result<string> {
	const isText = typeof before.content === 'string' || before.content instanceof Uint8Array;
	const there = isText ? parsed(before.content as string | Uint8Array) : ok(before.content as Json);
	const more = parsed(content);
	if (!there.ok || !more.ok) return refused(before.path, 'is not JSON that something can be added to');
	return ok(canonicalJson([...listOf(there.value), ...listOf(more.value)]));
}

function listOf(value: Json): Json[] {
	return Array.isArray(value) ? value : [value];
}

function parsed(content: string | Uint8Array): Result<Json, null> {
	try {
		const text = typeof content === 'string' ? content : (decoded(content) ?? '');
		return ok(JSON.parse(text) as Json);
	} catch {
		return { ok: false, failure: null };
	}
}

/** A file that a person brought in is bytes; null where they are no text. */
function decoded(content: Value['content']): string | null {
	if (!(content instanceof Uint8Array) || content.includes(0)) return null;
	try {
		return new TextDecoder('utf-8', { fatal: true }).decode(content);
	} catch {
		return null;
	}
}

function refused(path: string, why: string) {
	return fail(
		failure(
			'save.append',
			`“${nameOf(path)}” ${why}. Nothing was written, and what is there stays as it is; save it as a new file instead.`
		)
	);
}
