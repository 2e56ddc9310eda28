import { fail, failure, ok, type Result } from '$lib/core';

/** What a GGUF file says of itself in its head. */
export interface Gguf {
	name: string | null;
	architecture: string;
	/** Longest context that it was trained for, tokens. */
	context: number | null;
	layers: number | null;
	embedding: number | null;
	/** Attention heads, and those that keep keys and values; the latter decide what a context costs. */
	heads: number | null;
	keyHeads: number | null;
	parameters: number;
	/** How big the file has to be at least, by the places of its tensors; a shorter one was cut. */
	bytes: number;
	/** Its largest tensor, bytes: so much a graphics processor has to take in one piece. Absent in notes of earlier releases. */
	largest?: number;
}

/** Bytes of a head that are read at most; vocabularies of 250,000 words fit. */
export const LARGEST_HEAD = 48 * 1024 * 1024;

/** Bytes in a block and elements in a block of ggml's tensor types. One that is not here leaves the size open. */
const TYPES: Record<number, [bytes: number, elements: number]> = {
	...{ 0: [4, 1], 1: [2, 1], 2: [18, 32], 3: [20, 32], 6: [22, 32], 7: [24, 32], 8: [34, 32], 9: [36, 32] },
	...{ 10: [84, 256], 11: [110, 256], 12: [144, 256], 13: [176, 256], 14: [210, 256], 15: [292, 256] },
	...{ 16: [66, 256], 17: [74, 256], 18: [98, 256], 19: [50, 256], 20: [18, 32], 21: [110, 256] },
	...{ 22: [82, 256], 23: [136, 256], 24: [1, 1], 25: [2, 1], 26: [4, 1], 27: [8, 1], 28: [8, 1] },
	...{ 29: [56, 256], 30: [2, 1], 34: [54, 256], 35: [66, 256], 39: [17, 32] }
};
const STRING = 8;
const ARRAY = 9;
const WIDTH: Record<number, number> = { 0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8 };

/** Thrown inside when the bytes end before the head does. */
class Ended extends Error {}

/**
 * Reads the head of a GGUF file from its first bytes. Null: the head is longer than these bytes. Fails with `gguf.split`
 * for a part of a model, and with `gguf.not-a-model` for anything else, a web page for instance, and says which.
 */
export function readGguf(bytes: Uint8Array): Result<Gguf> | null {
	const head = new TextDecoder('latin1').decode(bytes.subarray(0, 256));
	if (bytes.length < 4) return null;
	if (!head.startsWith('GGUF')) return fail(notAModel(head));
	try {
		return read(new Reader(bytes));
	} catch (cause) {
		if (cause instanceof Ended) return null;
		return fail(notAModel(''));
	}
}

function read(reader: Reader): Result<Gguf> {
	reader.at = 4;
	const version = reader.u32();
	if (version < 2 || version > 3) {
		return fail(
			failure(
				'gguf.version',
				`The file is a model in version ${version} of its format, and this Galley reads 2 and 3. Nothing was kept; look for a newer copy of the model.`
			)
		);
	}
	const tensors = reader.count();
	const pairs = reader.count();
	const facts = new Map<string, unknown>();
	for (let index = 0; index < pairs; index += 1) {
		const key = reader.string();
		facts.set(key, reader.value(reader.u32()));
	}
	const parts = facts.get('split.count');
	if (typeof parts === 'number' && parts > 1)
		return fail(inParts(Number(facts.get('split.no') ?? 0) + 1, parts));
	let parameters = 0;
	let end = 0;
	let largest = 0;
	for (let index = 0; index < tensors; index += 1) {
		reader.string();
		const shape = Array.from({ length: reader.u32() }, () => reader.count());
		const [blockBytes, blockElements] = TYPES[reader.u32()] ?? [0, 1];
		const elements = shape.reduce((product, each) => product * each, 1);
		parameters += elements;
		const size = (elements / blockElements) * blockBytes;
		largest = Math.max(largest, size);
		end = Math.max(end, reader.count() + size);
	}
	const text = (key: string) => (typeof facts.get(key) === 'string' ? String(facts.get(key)) : null);
	const number = (key: string) => (typeof facts.get(key) === 'number' ? Number(facts.get(key)) : null);
	const alignment = number('general.alignment') ?? 32;
	const architecture = text('general.architecture') ?? 'unknown';
	return ok({
		name: text('general.name'),
		architecture,
		context: number(`${architecture}.context_length`),
		layers: number(`${architecture}.block_count`),
		embedding: number(`${architecture}.embedding_length`),
		heads: number(`${architecture}.attention.head_count`),
		keyHeads: number(`${architecture}.attention.head_count_kv`),
		parameters,
		bytes: Math.ceil(reader.at / alignment) * alignment + end,
		largest
	});
}

class Reader {
	at = 0;
	readonly #view: DataView;
	readonly #text = new TextDecoder();

	constructor(private readonly bytes: Uint8Array) {
		this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	u32(): number {
		return this.#view.getUint32(this.#take(4), true);
	}

	/** A number of 64 bits that has to be an ordinary one. */
	count(): number {
		const value = Number(this.#view.getBigUint64(this.#take(8), true));
		if (!Number.isSafeInteger(value)) throw new RangeError('a number is too big');
		return value;
	}

	string(): string {
		const length = this.count();
		const start = this.#take(length);
		return this.#text.decode(this.bytes.subarray(start, start + length));
	}

	/** A number, text or truth; of a list its length. */
	value(type: number): unknown {
		if (type === STRING) return this.string();
		if (type === ARRAY) return this.#list();
		const width = WIDTH[type];
		if (width === undefined) throw new RangeError('an unknown type');
		const start = this.#take(width);
		if (type === 6) return this.#view.getFloat32(start, true);
		if (type === 12) return this.#view.getFloat64(start, true);
		if (width === 8) return Number(this.#view.getBigUint64(start, true));
		if (width === 4) return type === 5 ? this.#view.getInt32(start, true) : this.#view.getUint32(start, true);
		return width === 2 ? this.#view.getUint16(start, true) : this.#view.getUint8(start);
	}

	#list(): number {
		const type = this.u32();
		const length = this.count();
		const width = WIDTH[type];
		if (width !== undefined) this.#take(width * length);
		else if (type === STRING) for (let index = 0; index < length; index += 1) this.#take(this.count());
		else for (let index = 0; index < length; index += 1) this.value(type);
		return length;
	}

	/** Goes on by some bytes; the place where they begin. */
	#take(length: number): number {
		const start = this.at;
		if (start + length > this.bytes.length) {
			if (start + length > LARGEST_HEAD) throw new RangeError('the head has no end');
			throw new Ended();
		}
		this.at += length;
		return start;
	}
}

/** Each part is a file of the same format, with some of the model in it. */
function inParts(part: number, parts: number) {
	return failure(
		'gguf.split',
		`This is part ${part} of ${parts} of a model, and Galley takes a model in one file. Nothing of it was kept. ` +
			'Look for a copy in one piece, or put the parts together with llama.cpp (llama-gguf-split --merge, then the name of the first part and one for the whole).',
		{ details: { part, parts } }
	);
}

function notAModel(head: string) {
	const isPage = /^\s*(<!doctype|<html|<\?xml|<head|<body)/i.test(head);
	return failure(
		'gguf.not-a-model',
		isPage
			? 'A web page came instead of a model. Nothing of it was kept. You may have to sign in to this network or to the host first; then try again.'
			: 'This is not a model in GGUF format. Nothing of it was kept. Choose a file whose name ends in .gguf.',
		{ details: { isPage } }
	);
}
