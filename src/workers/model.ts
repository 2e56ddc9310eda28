import type { ProviderChoice } from '$lib/core';
import { installGuard, wayTo } from '$lib/egress';
import type { ModelWorkerApi } from '$lib/engine';
import { gatherText, generate, keyRing, originFor, testConnection, type ModelTools } from '$lib/models';
import { expose } from 'comlink';

// Only this worker keeps the real fetch; each call gets it wrapped for the one origin that the person chose.
const realFetch = installGuard(globalThis);
const keys = keyRing();
const running = new Map<string, AbortController>();

function toolsFor(callId: string, choice: ProviderChoice, onText: (piece: string) => void): ModelTools {
	const stop = new AbortController();
	running.set(callId, stop);
	const origin = originFor(choice);
	const { rows, ...way } = wayTo(realFetch, origin);
	const key = keys.use(choice.key, origin);
	return { ...way, signal: stop.signal, onText, egress: () => rows, ...(key ? { key } : {}) };
}

const api: ModelWorkerApi = {
	setKey: async (name, key, origin) => keys.set(name, key, origin),
	async generate(callId, request, onText) {
		const text = gatherText(onText);
		const tools = toolsFor(callId, request.provider, text.add);
		return generate(request, tools).finally(() => (text.flush(), running.delete(callId)));
	},
	async test(callId, choice, onCheck) {
		const tools = toolsFor(callId, choice, () => undefined);
		return testConnection(choice, tools, onCheck).finally(() => running.delete(callId));
	},
	abort: async (callId) => running.get(callId)?.abort(),
	connect: async (port) => expose(api, port),
	ping: async () => true
};

expose(api);
