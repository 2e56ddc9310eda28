import { fail, failure, isLoopback, ok, type Failure, type Result } from '$lib/core';
import type { Asking } from './asking';
import { downloadFetch } from './download';
import { originOf } from './policy';
import { EgressRefused } from './refused';

/** A web page as it came. */
export interface FetchedPage {
	/** A text whose encoding the server names is UTF-8 here. */
	bytes: Uint8Array;
	/** Media type as the server says it; empty where it says none. */
	media: string;
}

/** Bytes of a page that are taken, and how long it may take to come, ms. */
const LARGEST_BYTES = 10 * 1024 * 1024;
const PATIENCE_MS = 30_000;

/**
 * Fetches one public page that a person asked for: with nothing of theirs but its address. Redirects are followed, since
 * there is nothing that could leak by them. Fails with `page.insecure`, `page.status`, `page.empty`, `page.too-large`,
 * `page.unreadable`, or as the guard says.
 */
export async function fetchPage(
	url: string,
	{ fetch, asking }: { fetch: typeof globalThis.fetch; asking: Asking }
): Promise<Result<FetchedPage>> {
	const { host, hostname, protocol } = new URL(url);
	if (protocol !== 'https:' && !isLoopback(hostname)) return fail(insecure(host));
	const agreed = [originOf(url) ?? ''];
	const stop = new AbortController();
	const late = setTimeout(() => stop.abort(), PATIENCE_MS);
	try {
		const response = await downloadFetch(fetch, { agreed, asking, onPart: () => undefined })(url, {
			signal: stop.signal
		});
		if (!response.ok) {
			await response.body?.cancel();
			return fail(answeredBadly(host, response.status));
		}
		const bytes = await all(response, stop);
		if (bytes === null) return fail(tooLarge(host));
		if (bytes.byteLength === 0) return fail(empty(host));
		return ok(readable(bytes, response.headers.get('content-type') ?? ''));
	} catch (cause) {
		return fail(cause instanceof EgressRefused ? cause.failure : unreadable(host, stop.signal.aborted));
	} finally {
		clearTimeout(late);
	}
}

/** Null where there is more than is taken. */
async function all(response: Response, stop: AbortController): Promise<Uint8Array | null> {
	const parts: Uint8Array<ArrayBuffer>[] = [];
	let length = 0;
	const reader = response.body?.getReader();
	for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
		parts.push(new Uint8Array(part.value));
		length += part.value.byteLength;
		if (length <= LARGEST_BYTES) continue;
		stop.abort();
		return null;
	}
	return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The encoding stands in the answer's headers alone, which a file does not have. */
function readable(bytes: Uint8Array, type: string): FetchedPage {
	const media = type.split(';')[0]?.trim().toLowerCase() ?? '';
	const charset = /charset\s*=\s*"?([\w-]+)/i.exec(type)?.[1];
	if (charset === undefined || !media.startsWith('text/')) return { bytes, media };
	try {
		const decoder = new TextDecoder(charset);
		if (decoder.encoding === 'utf-8') return { bytes, media };
		return { bytes: new TextEncoder().encode(decoder.decode(bytes)), media };
	} catch {
		// An encoding that nobody knows says nothing.
		return { bytes, media };
	}
}

const INSTEAD =
	'Open it in your browser and save it as a file, or copy its text, and give that here instead.';

function insecure(host: string): Failure {
	return failure(
		'page.insecure',
		`The address of ${host} is not encrypted (http), so anybody on the way could change the page. Nothing was sent. Use https in the workflow. ${INSTEAD}`
	);
}

function answeredBadly(host: string, status: number): Failure {
	const why =
		{ 401: 'it asks for a sign-in', 403: 'it does not hand it out', 404: 'there is no such page' }[status] ??
		'it could not hand it out';
	return failure(
		'page.status',
		`${host} answered ${status}: ${why}. Galley signs in nowhere. Check the address in the workflow. ${INSTEAD}`,
		{ details: { status } }
	);
}

function empty(host: string): Failure {
	return failure('page.empty', `${host} answered with an empty page (0 bytes). ${INSTEAD}`);
}

function tooLarge(host: string): Failure {
	return failure(
		'page.too-large',
		`What ${host} answers with is larger than ${LARGEST_BYTES / (1024 * 1024)} MB, so it was stopped and nothing of it kept. ${INSTEAD}`
	);
}

/** A browser does not tell the reasons apart. */
function unreadable(host: string, isLate: boolean): Failure {
	if (isLate)
		return failure(
			'page.unreadable',
			`${host} did not send the page within ${PATIENCE_MS / 1000} seconds. Try it again. ${INSTEAD}`
		);
	return failure(
		'page.unreadable',
		`The browser got nothing from ${host} that it lets Galley read. Either you are offline, or it could not be reached, or, ` +
			`as with most sites, it does not allow other pages to read it (CORS); there is no way around that in a browser. ${INSTEAD}`
	);
}
