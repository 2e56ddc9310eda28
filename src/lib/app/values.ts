import { fail, failure, ok, type Json, type Result, type ValueRef } from '$lib/core';
import { readInline } from '$lib/storage';
import { ask } from './client.svelte';
import { database } from './database';

const KEEP = 200;
const recent = new Map<string, Result<string | Json | Uint8Array>>();

/** Content of a stored value: text media give text, JSON is parsed, anything else bytes. The last 200 are kept. */
export async function readValue(
	ref: Pick<ValueRef, 'hash' | 'media'>
): Promise<Result<string | Json | Uint8Array>> {
	const known = recent.get(ref.hash);
	if (known) return known;
	const result = await read(ref);
	if (result.ok) {
		recent.set(ref.hash, result);
		const [oldest] = recent.keys();
		if (recent.size > KEEP && oldest !== undefined) recent.delete(oldest);
	}
	return result;
}

async function read(ref: Pick<ValueRef, 'hash' | 'media'>): Promise<Result<string | Json | Uint8Array>> {
	const inline = await readInline(database(), ref.hash).catch(() => null);
	const stored = inline ? ok(inline) : await ask((api) => api.value(ref.hash));
	if (!stored.ok) return stored;
	const { content } = stored.value;
	if (ref.media !== 'application/json' || typeof content !== 'string') return ok(content);
	try {
		return ok(JSON.parse(content) as Json);
	} catch {
		return fail(failure('value.damaged', 'This stored value cannot be read. The rest of the run is kept.'));
	}
}
