import { fail, failure, ok, type Failure, type Result } from '$lib/core';
import { changed } from './part';
import { chunkRange, type LocalModel } from './model';

/** A server's answer to the wish for one chunk. */
export interface RangeAnswer {
	/** Size of the whole file in bytes; null when the server does not say, or hides it. */
	size: number | null;
	/** What it calls this version of the file; null when it does not say. */
	version: string | null;
	/** True from a server that knows no ranges: the body is all of the file, from its beginning. */
	isWhole: boolean;
	body: ReadableStream<Uint8Array>;
}

/**
 * Asks for one chunk. No `If-Range`: across origins it would need the server's leave first, and many give none; the
 * version that each answer names is compared instead. Failures are `model-file.*`; `retryable` says whether asking again
 * can help. Rejects where the network does.
 */
export async function askRange(
	fetch: typeof globalThis.fetch,
	model: LocalModel & { url: string },
	index: number,
	signal: AbortSignal
): Promise<Result<RangeAnswer>> {
	const { start, length } = chunkRange(index, model.size);
	const response = await fetch(model.url, {
		headers: { Range: `bytes=${start}-${start + length - 1}` },
		signal
	});
	const answer = read(response, model, start);
	if (!answer.ok) await response.body?.cancel().catch(() => undefined);
	return answer;
}

function read(response: Response, model: LocalModel & { url: string }, start: number): Result<RangeAnswer> {
	const { status, headers } = response;
	if (status !== 200 && status !== 206) return fail(ofStatus(response, model));
	if (/text\/html|application\/xhtml/i.test(headers.get('content-type') ?? '')) return fail(webPage(model));
	const version = versionOf(headers);
	if (version && model.version && version !== model.version) return fail(changed());
	const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get('content-range') ?? '');
	const told = status === 200 ? headers.get('content-length') : (range?.[2] ?? null);
	const size = told === null || told === '*' || !/^\d+$/.test(told) ? null : Number(told);
	// A packed body is longer when it is unpacked than what is said of it.
	const known = headers.has('content-encoding') ? null : size;
	if (known !== null && model.size !== null && known !== model.size) return fail(changed());
	if (range && Number(range[1]) !== start) {
		return fail(wrongPart(model));
	}
	return response.body === null
		? fail(wrongPart(model))
		: ok({ size: known, version, isWhole: status === 200, body: response.body });
}

function versionOf(headers: Headers): string | null {
	const etag = headers.get('etag');
	// A weak one may stand for bytes that differ.
	if (etag && !etag.startsWith('W/')) return etag;
	return headers.get('last-modified');
}

function ofStatus(response: Response, model: LocalModel & { url: string }): Failure {
	const { status, headers } = response;
	const { host } = new URL(model.url);
	const details = { status, host };
	if (status === 416) {
		return failure(
			'model-file.changed',
			`${host} has less of this file than has already come, so it is not the same file any more. What came is of no use. Start again, or delete it.`,
			{ details }
		);
	}
	if (status === 401 || status === 403) {
		return failure(
			'model-file.refused',
			`${host} does not give this file to everybody (${status}). What had come is kept. Get the file there yourself, then bring it in from your disk.`,
			{ details }
		);
	}
	if (status === 404 || status === 410) {
		return failure(
			'model-file.not-found',
			`${host} has no such file (${status}). What had come is kept. Look whether it has moved, or choose another model.`,
			{ details }
		);
	}
	const wait = Number(headers.get('retry-after'));
	return failure(
		'model-file.server',
		`${host} has a problem of its own (${status}). What had come is kept; go on later.`,
		{ retryable: true, details: { ...details, ...(wait > 0 ? { retryAfterSeconds: wait } : {}) } }
	);
}

function webPage(model: { url: string }): Failure {
	const { host } = new URL(model.url);
	return failure(
		'model-file.web-page',
		`A web page came instead of the model from ${host}. Nothing of it was kept, and what had come before is. You may have to sign in to this network first; then go on.`,
		{ details: { host } }
	);
}

function wrongPart(model: { url: string }): Failure {
	return failure(
		'model-file.wrong-part',
		`${new URL(model.url).host} sent another part of the file than was asked for. Nothing of it was kept. Try again; if it stays so, get the file yourself and bring it in.`,
		{ retryable: true }
	);
}
