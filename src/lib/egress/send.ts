import { failure, type EgressRow, type Failure } from '$lib/core';
import type { Asking } from './asking';
import { guardedFetch } from './guard';
import { originOf } from './policy';
import { EgressRefused } from './refused';

/** One request as it was approved, with what it needs to be sent once. */
export interface OutgoingRequest {
	action: 'request';
	method: string;
	url: string;
	headers: Record<string, string>;
	body: string | null;
	/** The Idempotency-Key that goes with it; null: none. */
	key: string | null;
	/** Bytes of the answer that are kept. */
	answerLimit: number;
	/** Not sent after this time, ms since 1970: whoever held it up for so long may not be the one that acts any more. */
	before: number;
}

export interface Answer {
	status: number;
	headers: Record<string, string>;
	media: string;
	text: string;
	/** There was more than is kept, or the answer broke off. */
	cut: boolean;
}

/** How acting outside ended. `refused`: surely nothing went out. `unknown`: nobody can say. */
export type Acted = { egress: EgressRow[] } & (
	| { how: 'answered'; answer: Answer | null }
	| { how: 'refused'; failure: Failure }
	| { how: 'unknown'; reason: string }
);

/** What of an answer's headers is kept: facts about it, never a cookie. */
const KEPT_HEADERS = ['content-type', 'etag', 'last-modified', 'location', 'retry-after', 'x-request-id'];

export interface SendTools {
	/** The real one; it is wrapped for this request's origin and no other. */
	fetch: typeof globalThis.fetch;
	asking: Asking;
	signal: AbortSignal;
	now(): number;
}

/** Sends a request once. Settles always; what was handed to the browser and brought no answer is unknown. */
export async function send(out: OutgoingRequest, tools: SendTools): Promise<Acted> {
	const egress: EgressRow[] = [];
	const host = URL.canParse(out.url) ? new URL(out.url).host : out.url;
	if (tools.now() > out.before) return { how: 'refused', failure: late(host), egress };
	let went = false;
	const real: typeof globalThis.fetch = (input, init) => {
		went = true;
		return tools.fetch(input, init);
	};
	const fetch = guardedFetch(real, {
		allowed: [originOf(out.url) ?? ''],
		asking: tools.asking,
		onRow: (row) => egress.push(row)
	});
	const headers = out.key === null ? out.headers : { ...out.headers, 'idempotency-key': out.key };
	const { method, body } = out;
	try {
		const response = await fetch(out.url, { method, headers, body, signal: tools.signal });
		return { how: 'answered', answer: await read(response, out.answerLimit), egress };
	} catch (cause) {
		if (went) return { how: 'unknown', reason: silent(host), egress };
		return { how: 'refused', failure: refusal(cause, host), egress: [] };
	}
}

async function read(response: Response, limit: number): Promise<Answer> {
	const headers: Record<string, string> = {};
	for (const name of KEPT_HEADERS) {
		const value = response.headers.get(name);
		if (value !== null) headers[name] = value;
	}
	const media = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
	const { bytes, cut } = await start(response.body, limit);
	return { status: response.status, headers, media, text: new TextDecoder().decode(bytes), cut };
}

/** The first bytes of a body. The status is known by now, so that a body that breaks off is merely short. */
async function start(body: ReadableStream<Uint8Array> | null, limit: number) {
	const bytes = new Uint8Array(limit);
	let length = 0;
	let cut = false;
	const reader = body?.getReader();
	try {
		for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
			const fits = part.value.subarray(0, limit - length);
			bytes.set(fits, length);
			length += fits.byteLength;
			cut = fits.byteLength < part.value.byteLength;
			if (!cut) continue;
			await reader?.cancel();
			break;
		}
	} catch {
		cut = true;
	}
	return { bytes: bytes.subarray(0, length), cut };
}

function late(host: string): Failure {
	return failure(
		'request.late',
		`This device was held up before the request to ${host} went out, so it was not sent. Nothing else is lost; retry the step.`
	);
}

function refusal(cause: unknown, host: string): Failure {
	if (cause instanceof EgressRefused) return cause.failure;
	const why = cause instanceof Error ? cause.message : String(cause);
	return failure(
		'request.refused',
		`The browser would not make this request to ${host} (${why}). Nothing was sent; what was approved is kept.`
	);
}

/** A browser does not tell a page why there was no answer, and some of the reasons come after arrival. */
function silent(host: string): string {
	return (
		`There was no answer from ${host} that the browser lets Galley see. Either it could not be reached, or it answered ` +
		'and does not allow web pages to read that (CORS), or it wanted to redirect, which is not followed. It may have arrived.'
	);
}
