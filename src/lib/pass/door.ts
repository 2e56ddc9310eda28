import type { LedgerEvent } from '$lib/core';
import { leave, type Pass } from './passes';
import { broadcast } from './report';
import { tagOf, type Tag } from './tag';

/** The service worker's part: what goes to another origin goes through here, with a pass or not at all. */

/** True for a request that would leave this origin. Other schemes (`blob:`, `data:`) never get here. */
export function isForeign({ protocol, origin }: URL, own: string): boolean {
	return origin !== own && (protocol === 'https:' || protocol === 'http:');
}

/** Addresses of this device, the only ones that may be asked in a way whose answer nobody can read. */
const LOOPBACK = /^(localhost|127\.0\.0\.1|\[::1\])$/;

/**
 * The answer to a request for another origin, or an error where it has no pass. No cookie and no referrer go along; a
 * redirect is followed only where the pass says so; bytes are counted both ways and told to the ledger.
 */
export async function throughTheDoor(request: Request, url: URL): Promise<Response> {
	const tag = tagOf(request.url);
	const pass = await leave(tag?.call ?? null, url.origin, Date.now());
	if (typeof pass === 'string') return refuse(request, url, tag, pass);
	const isKnock = request.mode === 'no-cors';
	if (isKnock && (request.method !== 'GET' || !LOOPBACK.test(url.hostname)))
		return refuse(request, url, tag, 'egress.unreadable');
	const hasBody = request.method !== 'GET' && request.method !== 'HEAD';
	const body = hasBody ? await request.arrayBuffer() : null;
	const response = await fetch(url.origin + url.pathname + url.search, {
		method: request.method,
		headers: request.headers,
		body: body?.byteLength ? body : null,
		mode: isKnock ? 'no-cors' : 'cors',
		redirect: redirectOf(request, pass, isKnock),
		credentials: 'omit',
		referrerPolicy: 'no-referrer',
		cache: 'no-store',
		signal: request.signal
	});
	const seen = (received: number) => {
		if (!tag) return;
		const sent = body?.byteLength ?? 0;
		broadcast({ type: 'request.seen', at: Date.now(), id: tag.request, sent, received });
	};
	return counted(response, seen);
}

function redirectOf(request: Request, pass: Pass, isKnock: boolean): RequestRedirect {
	if (isKnock || (pass.follows && request.redirect === 'follow' && request.method === 'GET')) return 'follow';
	return request.redirect === 'manual' ? 'manual' : 'error';
}

function refuse(request: Request, { origin }: URL, tag: Tag | null, code: string): Response {
	const event: LedgerEvent = {
		type: 'request.blocked',
		at: Date.now(),
		id: tag?.request ?? crypto.randomUUID(),
		purpose: 'none',
		call: tag?.call ?? null,
		by: 'service-worker',
		code,
		what: `a request for ${request.destination || 'data'}`,
		origin,
		method: request.method
	};
	broadcast(event);
	return Response.error();
}

/** The same answer, its bytes counted as they are read. By hand, since a TransformStream is not told when its reader aborts. */
function counted(response: Response, onEnd: (bytes: number) => void): Response {
	if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.body === null) {
		onEnd(0);
		return response;
	}
	const reader = response.body.getReader();
	let bytes = 0;
	let ended = false;
	const end = () => {
		if (!ended) onEnd(bytes);
		ended = true;
	};
	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				try {
					const { done, value } = await reader.read();
					if (!done) {
						bytes += value.byteLength;
						controller.enqueue(value);
						return;
					}
					end();
					controller.close();
				} catch (cause) {
					end();
					controller.error(cause);
				}
			},
			cancel(reason) {
				end();
				return reader.cancel(reason);
			}
		},
		{ highWaterMark: 0 }
	);
	const { status, statusText, headers } = response;
	return new Response(body, { status, statusText, headers });
}
