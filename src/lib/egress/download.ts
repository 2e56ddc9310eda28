import { count, once } from './guard';
import { mayReach, originOf } from './policy';
import { EgressRefused } from './refused';

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
		if (!reachable.ok) throw new EgressRefused(reachable.failure);
		const part: DownloadedPart = {
			asked: reachable.value.origin,
			answered: null,
			status: null,
			received: 0
		};
		const range = request.headers.get('range');
		const signal = init?.signal ?? null;
		const tell = once(() => rules.onPart(part));
		let response: Response;
		try {
			response = await fetch(request.url, {
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
