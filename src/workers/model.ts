import type { EgressRow } from '$lib/core';
import { guardedFetch, installGuard, knock } from '$lib/egress';
import type { ModelWorkerApi } from '$lib/engine';
import { gatherText, generate, keyRing, originFor } from '$lib/models';
import { expose } from 'comlink';

// Only this worker keeps the real fetch; each call gets it wrapped for the one origin that the person chose.
const realFetch = installGuard(globalThis);
const keys = keyRing();
const running = new Map<string, AbortController>();

const api: ModelWorkerApi = {
	setKey: async (provider, key) => keys.set(provider, key),
	async generate(callId, request, onText) {
		const stop = new AbortController();
		running.set(callId, stop);
		const rows: EgressRow[] = [];
		const text = gatherText(onText);
		const origin = originFor(request.provider);
		const allowed = origin ? [origin] : [];
		const rules = { allowed, onRow: (row: EgressRow) => void rows.push(row) };
		const fetch = guardedFetch(realFetch, rules);
		const key = keys.use(request.provider.id, origin);
		try {
			const at = () => knock(realFetch, origin ?? '', rules);
			const tools = { fetch, signal: stop.signal, onText: text.add, egress: () => rows, knock: at };
			return await generate(request, key ? { ...tools, key } : tools);
		} finally {
			text.flush();
			running.delete(callId);
		}
	},
	abort: async (callId) => running.get(callId)?.abort(),
	connect: async (port) => expose(api, port),
	ping: async () => true
};

expose(api);
