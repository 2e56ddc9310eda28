import { blocked, opened, type Asking } from './asking';
import { count, once } from './guard';
import { mayReach, originOf } from './policy';

/** One request for a public file. */
export interface DownloadedPart {
	/** The origin that was asked. */
	asked: string;
	/** The origin that answered: hosts of files hand them out from elsewhere. Null where nobody did. */
	answered: string | null;
	status: number | null;
	/** Bytes of the answer's body that came. */
	received: number;
}

export interface DownloadRules {
	/** Origins that the person agreed to fetch from. */
	agreed: readonly string[];
	asking: Asking;
	/** Called once for each request that was let through, when its answer has ended in whatever way. */
	onPart(part: DownloadedPart): void;
}

/**
 * A `fetch` for public files such as models: nothing of the person's goes out with it (GET, no body, no cookie, no
 * referrer, no header but `range`). Unlike `guardedFetch` it follows redirects, since file hosts answer with them; where
 * the bytes came from in the end is told. Rejects with {@link EgressRefused} for an origin that was not agreed to.
 */
export function downloadFetch(fetch: typeof globalThis.fetch, rules: DownloadRules): typeof globalThis.fetch {
	return async (input, init) => {
		const request = new Request(input, init);
		const reachable = mayReach(request.url, rules.agreed);
		if (!reachable.ok) throw blocked(rules.asking, reachable.failure, request);
		const barred = await rules.asking.barred();
		if (barred) throw blocked(rules.asking, barred, request);
		const part: DownloadedPart = {
			asked: reachable.value.origin,
			answered: null,
			status: null,
			received: 0
		};
		const range = request.headers.get('range');
		const signal = init?.signal ?? null;
		const entry = opened(rules.asking, reachable.value, { method: 'GET', sent: 0 });
		const tell = once(() => {
			const { status, received, answered } = part;
			entry.ended({
				status,
				received: status === null ? null : received,
				...(answered === null || answered === part.asked ? {} : { answered })
			});
			rules.onPart(part);
		});
		let response: Response;
		try {
			response = await fetch(entry.address, {
				headers: range === null ? {} : { range },
				signal,
				redirect: 'follow',
				credentials: 'omit',
				referrerPolicy: 'no-referrer',
				cache: 'no-store',
				mode: 'cors'
			});
		} catch (cause) {
			tell();
			throw cause;
		}
		part.status = response.status;
		part.answered = originOf(response.url) ?? part.asked;
		if (response.body === null) {
			tell();
			return response;
		}
		signal?.addEventListener('abort', tell, { once: true });
		const { status, statusText, headers } = response;
		const counted = count(response.body, (bytes) => (part.received += bytes), tell);
		return new Response(counted, { status, statusText, headers });
	};
}
