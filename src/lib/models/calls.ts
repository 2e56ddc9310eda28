import type { EgressRow } from '$lib/core';
import { guardedFetch, knock } from '$lib/egress';
import type { PageModel } from './browser/page-model';
import type { LoadingProgress, ModelOutcome, ModelRequest } from './contract';
import { gatherText } from './gather';
import { generate } from './generate';
import { keyRing, originFor } from './keys';

/** What the model worker does for whoever asks it. */
export interface ModelCalls {
	/** Keys live in this worker's memory only. An empty key forgets. */
	setKey(provider: string, key: string): Promise<void>;
	/** `onText` gets pieces, gathered for about one frame each; `onLoading` is told of a model that is made ready first. */
	generate(
		callId: string,
		request: ModelRequest,
		onText: (piece: string) => void,
		onLoading?: (progress: LoadingProgress) => void
	): Promise<ModelOutcome>;
	abort(callId: string): Promise<void>;
}

/** `page` is asked for anew at each call: it may be connected later, or again. */
export function modelCalls(realFetch: typeof fetch, page: () => PageModel | null): ModelCalls {
	const keys = keyRing();
	const running = new Map<string, AbortController>();
	return {
		setKey: async (provider, key) => keys.set(provider, key),
		async generate(callId, request, onText, onLoading) {
			const stop = new AbortController();
			running.set(callId, stop);
			const rows: EgressRow[] = [];
			const text = gatherText(onText);
			const origin = originFor(request.provider);
			const allowed = origin ? [origin] : [];
			// Each call gets the real fetch wrapped for the one origin that the person chose.
			const rules = { allowed, onRow: (row: EgressRow) => void rows.push(row) };
			const fetch = guardedFetch(realFetch, rules);
			const key = keys.use(request.provider.id, origin);
			const connected = page();
			try {
				return await generate(request, {
					...{ fetch, signal: stop.signal, onText: text.add, egress: () => rows },
					knock: () => knock(realFetch, origin ?? '', rules),
					...(key ? { key } : {}),
					...(connected ? { page: connected } : {}),
					...(onLoading ? { onLoading: (progress) => void onLoading(progress) } : {})
				});
			} finally {
				text.flush();
				running.delete(callId);
			}
		},
		abort: async (callId) => running.get(callId)?.abort()
	};
}
