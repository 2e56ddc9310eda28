import { fail, failure, ok, type Failure, type Result } from '$lib/core';
import { carriedFailure } from '../refused';
import { askRange, type RangeAnswer } from './ask-range';
import { finishPart, reopenPart } from './folder';
import { CHUNK_BYTES, bytesHere, chunkCount, chunkRange, type LocalModel, type ModelWork } from './model';
import { cutOff, openForWriting, type Part } from './part';
import { pause, speedometer } from './pace';

export interface DownloadTools {
	/** Guarded: it asks the host that the person chose and nobody else. */
	fetch: typeof globalThis.fetch;
	signal: AbortSignal;
	tell(work: ModelWork): void;
}

/** Failures of network and server in a row after which a download is left to the person, and the pauses between, ms. */
const TRIES = 8;
/** How often what was written may read back wrong. */
const TRIES_TO_WRITE = 3;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;

/**
 * Gets what is missing of a model, chunk by chunk, then reads all of it again before it counts as whole. May be stopped or
 * killed at any time and called again later: chunks that were noted stay. The file that it leaves is the right one, or it
 * is no model's file yet.
 */
export async function download(
	given: LocalModel & { url: string },
	tools: DownloadTools
): Promise<Result<LocalModel>> {
	// A chunk that was found damaged is put in its place, so the whole is a file being written again.
	await reopenPart(given.key);
	const opened = await openForWriting({ ...given, state: 'partial' });
	if (!opened.ok) return opened;
	const part = opened.value;
	try {
		const got = await getAll(part, given.url, tools);
		if (!got.ok) {
			if (got.failure.code !== 'model-file.paused')
				await part.note({ failure: got.failure }).catch(() => undefined);
			return got;
		}
		part.close();
		await finishPart(given.key);
		await part.note({ state: 'ready', failure: null });
		return ok(part.model);
	} finally {
		part.close();
	}
}

async function getAll(part: Part, url: string, tools: DownloadTools): Promise<Result<void>> {
	const pace = speedometer();
	const tell = (waiting: string | null, partly = 0) =>
		tools.tell({
			doing: 'downloading',
			done: bytesHere(part.model) + partly,
			total: part.model.size,
			speed: waiting === null ? pace.speed() : null,
			waiting
		});
	let failed = 0;
	let wrong = 0;
	for (;;) {
		const index = missing(part.model);
		if (index === null) {
			const checking = (done: number) =>
				tools.tell({ doing: 'checking', done, total: part.model.size, speed: null, waiting: null });
			const verified = await stoppable(() => part.verify(checking, tools.signal), part.model);
			if (!verified.ok) return verified;
			if (verified.value) return ok(undefined);
			wrong += 1;
			if (wrong === TRIES_TO_WRITE) return fail(badDisk());
			continue;
		}
		tell(null);
		const before = bytesHere(part.model);
		const got = await stoppable(() => getFrom(part, url, index, tools, pace.add, tell), part.model);
		if (bytesHere(part.model) > before) failed = 0;
		if (got.ok) continue;
		if (!got.failure.retryable) return got;
		failed += 1;
		if (failed >= TRIES) return got;
		const told = Number(got.failure.details?.['retryAfterSeconds'] ?? 0) * 1000;
		const wait = Math.max(told, Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failed - 1)));
		tell(
			got.failure.code === 'model-file.network'
				? 'No answer; it is asked again by itself'
				: 'The server is busy; it goes on by itself'
		);
		await pause(wait, tools.signal);
	}
}

/** The first chunk that is not here; null when all are. While the size is not known, one more is. */
function missing({ chunks, size }: LocalModel): number | null {
	const count = size === null ? chunks.length + 1 : chunkCount(size);
	for (let index = 0; index < count; index += 1) if (!chunks[index]) return index;
	return null;
}

/** Asks for one chunk and takes what comes: that chunk, or from a server that knows no ranges all from the beginning. */
async function getFrom(
	part: Part,
	url: string,
	index: number,
	tools: DownloadTools,
	onBytes: (bytes: number) => void,
	tell: (waiting: null, partly: number) => void
): Promise<Result<void>> {
	const asked = await askRange(tools.fetch, { ...part.model, url }, index, tools.signal);
	if (!asked.ok) {
		// Nothing lies behind the last chunk, and nobody had said that it was the last.
		const isBehind = asked.failure.details?.['status'] === 416 && part.model.size === null && index > 0;
		return isBehind ? endsAt(part, index * CHUNK_BYTES) : asked;
	}
	const answer = asked.value;
	await part.note({
		size: part.model.size ?? answer.size,
		version: part.model.version ?? answer.version
	});
	const reader = answer.body.getReader();
	try {
		return await take(part, index, answer, {
			async next() {
				const { done, value } = await reader.read();
				if (done) return null;
				onBytes(value.byteLength);
				return value;
			},
			tell
		});
	} finally {
		await reader.cancel().catch(() => undefined);
	}
}

interface Source {
	next(): Promise<Uint8Array | null>;
	tell(waiting: null, partly: number): void;
}

async function take(part: Part, index: number, answer: RangeAnswer, source: Source): Promise<Result<void>> {
	let at = answer.isWhole ? 0 : index;
	let buffer = new Uint8Array(CHUNK_BYTES);
	let filled = 0;
	for (;;) {
		const { length } = chunkRange(at, part.model.size);
		const piece = await source.next();
		if (piece === null) break;
		for (let from = 0; from < piece.length;) {
			const room = Math.min(piece.length - from, length - filled);
			if (room === 0) break;
			buffer.set(piece.subarray(from, from + room), filled);
			from += room;
			filled += room;
			if (filled < length) continue;
			const put = await part.put(at, buffer.slice(0, length));
			if (!put.ok) return put;
			at += 1;
			filled = 0;
			buffer = new Uint8Array(CHUNK_BYTES);
			if (part.model.size !== null && at >= chunkCount(part.model.size)) return ok(undefined);
		}
		source.tell(null, filled);
	}
	return ended(part, at, buffer.slice(0, filled), answer.isWhole);
}

/** The body came to its end. Where nobody said how long the file is, that may be the file's end too. */
async function ended(
	part: Part,
	at: number,
	rest: Uint8Array<ArrayBuffer>,
	isWhole: boolean
): Promise<Result<void>> {
	const isFull = rest.length === 0 && Boolean(part.model.chunks[at - 1]);
	if (part.model.size !== null) return isFull && !isWhole ? ok(undefined) : fail(cutShort());
	if (isFull && !isWhole) return ok(undefined);
	const put = rest.length === 0 ? ok(undefined) : await part.put(at, rest);
	return put.ok ? endsAt(part, at * CHUNK_BYTES + rest.length) : put;
}

/** The file has this size, unless the model in it needs more. */
async function endsAt(part: Part, size: number): Promise<Result<void>> {
	const { gguf } = part.model;
	if (gguf === null || gguf.bytes > size) return fail(cutOff({ size, gguf }));
	await part.note({ size });
	return ok(undefined);
}

/** What `work` gives; a stop and a broken network as failures. */
async function stoppable<T>(work: () => Promise<Result<T>>, model: LocalModel): Promise<Result<T>> {
	try {
		return await work();
	} catch (cause) {
		const carried = carriedFailure(cause);
		if (carried) return fail(carried);
		if (cause instanceof DOMException && cause.name === 'AbortError') return fail(paused());
		if (cause instanceof TypeError) return fail(noNetwork(model));
		throw cause;
	}
}

function badDisk(): Failure {
	return failure(
		'model-file.write',
		'What is written to this device reads back wrong, again and again. The model is not used. The disk may be full or failing; free space, or look at the disk.'
	);
}

function cutShort(): Failure {
	return failure(
		'model-file.network',
		'The connection broke in the middle of the download. What had come is kept; go on when the network is there again.',
		{ retryable: true }
	);
}

function paused(): Failure {
	return failure('model-file.paused', 'The download is paused. What had come is kept; go on when you like.');
}

function noNetwork(model: LocalModel): Failure {
	const host = model.url ? new URL(model.url).host : 'the host';
	const begun = model.chunks.length > 0;
	return failure(
		'model-file.network',
		begun
			? `${host} cannot be reached. What had come is kept; go on when the network is there again.`
			: `${host} cannot be reached: there is no network, or the host does not let web pages take its files. Nothing came. Try again, or get the file yourself and bring it in.`,
		{ retryable: true, details: { host } }
	);
}
