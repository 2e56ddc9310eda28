import {
	fail,
	failure,
	ok,
	stricter,
	whereInSource,
	type Evidence,
	type Json,
	type Labels,
	type Result,
	type Value
} from '$lib/core';
import type { CollectedDocument, Collection, StepContext } from './contract';

/** One thing that a step looks at: a document of a collection, a text, or typed data. */
export type Material =
	| { kind: 'document'; input: string; document: CollectedDocument }
	| { kind: 'text'; input: string; name: string; media: string; text: string }
	| { kind: 'data'; input: string; data: Json };

/** The collection that a `collect` step handed on, or null when the value is something else. */
export function collectionOf(content: Value['content']): Collection | null {
	if (content === null || typeof content !== 'object' || !('documents' in content)) return null;
	const { documents } = content;
	if (!Array.isArray(documents) || !documents.every(isDocument)) return null;
	return { documents: documents as unknown as CollectedDocument[] };
}

function isDocument(item: unknown): boolean {
	if (item === null || typeof item !== 'object') return false;
	const { source, name, text } = item as Record<string, unknown>;
	return typeof source === 'string' && typeof name === 'string' && typeof text === 'string';
}

/**
 * Everything in a step's inputs, in the order of the definition. Of collections, only the documents of the named
 * sources (none named: all). Files that come straight from a source are read here; a bad one is a failure.
 */
export async function materialsOf(
	context: Pick<StepContext, 'inputs' | 'readFile'>,
	sources: readonly string[] = []
): Promise<Result<Material[]>> {
	const found: Material[] = [];
	for (const [input, values] of Object.entries(context.inputs)) {
		for (const value of values) {
			const { content } = value;
			const collection = collectionOf(content);
			if (content instanceof Uint8Array) {
				const read = await context.readFile({ name: value.name ?? input, bytes: content });
				if (!read.ok) return fail(named(read.failure, value.name ?? input, { input }));
				found.push({
					kind: 'text',
					input,
					name: read.value.name,
					media: read.value.media,
					text: read.value.text
				});
			} else if (collection) {
				for (const document of collection.documents) {
					if (sources.length > 0 && !sources.includes(document.source)) continue;
					found.push({ kind: 'document', input, document });
				}
			} else if (typeof content === 'string') {
				found.push({ kind: 'text', input, name: value.name ?? input, media: value.media, text: content });
			} else {
				found.push({ kind: 'data', input, data: content });
			}
		}
	}
	return ok(found);
}

/**
 * Evidence with what only the document knows: the hash of the file behind it, and what the file itself calls the place.
 * Models and rules know a document by its name and a place by its lines.
 */
export function placed(item: Evidence, material: readonly Material[]): Evidence {
	const found = material.find(
		(one) =>
			one.kind === 'document' &&
			one.document.name === item.document &&
			(!item.hash || one.document.hash === item.hash)
	);
	if (found?.kind !== 'document') return item;
	const { hash, spans, text } = found.document;
	const where = whereInSource(text, spans, item.place, item.claim);
	return { ...item, hash, ...(where ? { where } : {}) };
}

/** A reader's failure with the file's name in front, and facts by which the cell can offer another file. */
export function named(
	inner: { code: string; message: string; retryable: boolean; details?: Record<string, unknown> },
	file: string,
	facts: Record<string, unknown>
) {
	return failure(inner.code, `“${file}” could not be read. ${inner.message}`, {
		retryable: inner.retryable,
		details: { ...inner.details, ...facts, file }
	});
}

/** Labels of what is made from inputs: never more trusted or more open than any of them. */
export function derivedLabels(inputs: Record<string, Value[]>): Labels {
	return stricter(
		Object.values(inputs)
			.flat()
			.map((value) => value.labels)
	);
}
