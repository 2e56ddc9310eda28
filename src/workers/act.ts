import '$lib/core';
import { asking, fetchPage, installGuard, send, showNotification } from '$lib/egress';
import type { ActWorkerApi } from '$lib/engine';
import { expose } from 'comlink';

// Beside the model worker the only one with the real fetch; each request gets it wrapped for its own approved origin.
const fetch = installGuard(globalThis);
const running = new Map<string, AbortController>();

const api: ActWorkerApi = {
	async act(id, out) {
		if (out.action === 'notify') return showNotification(out, globalThis);
		const stop = new AbortController();
		running.set(id, stop);
		try {
			return await send(out, {
				fetch,
				asking: asking('act', id),
				signal: stop.signal,
				now: () => Date.now()
			});
		} finally {
			running.delete(id);
		}
	},
	page: (call, url) => fetchPage(url, { fetch, asking: asking('page', call) }),
	abort: async (id) => running.get(id)?.abort(),
	ping: async () => true
};

expose(api);
