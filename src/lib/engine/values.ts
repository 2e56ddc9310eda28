import {
	canonicalJson,
	digestOf,
	fail,
	failure,
	ok,
	type Json,
	type Result,
	type Value,
	type ValueRef
} from '$lib/core';
import type { Store, StoredValue } from '$lib/storage';

/** Bytes of content that are kept in memory beside the store, newest used last to go. */
const CACHE_BYTES = 32 * 1024 * 1024;

/** A value in its stored form and the reference that goes into the log. */
export function pack(value: Value): { ref: ValueRef; stored: StoredValue } {
	const content =
		value.content instanceof Uint8Array
			? value.content
			: value.media === 'application/json'
				? canonicalJson(value.content)
				: typeof value.content === 'string'
					? value.content
					: canonicalJson(value.content);
	const { hash, bytes } = digestOf(content);
	return {
		stored: { hash, media: value.media, content, bytes },
		ref: {
			hash,
			media: value.media,
			bytes,
			labels: value.labels,
			from: value.from,
			...(value.name === undefined ? {} : { name: value.name })
		}
	};
}

/** Parsed once: a map reads its list for each of a thousand items. Nobody changes what is handed out. */
const parsed = new WeakMap<StoredValue, Json>();

/** The value behind a reference and its stored content. JSON is parsed; damaged JSON is a failure. */
export function unpack(ref: ValueRef, stored: StoredValue): Result<Value> {
	const more = ref.name === undefined ? {} : { name: ref.name };
	const base = { media: ref.media, labels: ref.labels, from: ref.from, ...more };
	if (ref.media !== 'application/json' || typeof stored.content !== 'string') {
		return ok({ ...base, content: stored.content });
	}
	try {
		let content = parsed.get(stored);
		if (content === undefined) parsed.set(stored, (content = JSON.parse(stored.content) as Json));
		return ok({ ...base, content });
	} catch {
		return fail(
			failure(
				'value.damaged',
				'A stored value cannot be read as JSON. The rest of the run is kept; retry the step that made it.'
			)
		);
	}
}

/** Values by hash: recent ones in memory (also those not committed yet), the others from the store. */
export class ValueBook {
	#recent = new Map<string, StoredValue>();
	#size = 0;

	constructor(private readonly store: Store) {}

	/** Remembers a value and returns what to log and what to commit. */
	put(value: Value): { ref: ValueRef; stored: StoredValue } {
		const packed = pack(value);
		this.#remember(packed.stored);
		return packed;
	}

	async get(ref: ValueRef): Promise<Result<Value>> {
		const recent = this.#recent.get(ref.hash);
		if (recent) return unpack(ref, recent);
		const found = await this.store.value(ref.hash);
		if (!found.ok) return found;
		this.#remember(found.value);
		return unpack(ref, found.value);
	}

	#remember(stored: StoredValue): void {
		if (this.#recent.delete(stored.hash)) this.#size -= stored.bytes;
		this.#recent.set(stored.hash, stored);
		this.#size += stored.bytes;
		for (const [hash, old] of this.#recent) {
			if (this.#size <= CACHE_BYTES || hash === stored.hash) break;
			this.#recent.delete(hash);
			this.#size -= old.bytes;
		}
	}
}
