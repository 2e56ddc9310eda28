import '$lib/core';
import { installGuard, isPoliced } from '$lib/egress';
import type { ModelWorkerApi } from '$lib/engine';
import { modelCalls, modelFiles, webllmDesk, type PageModel } from '$lib/models';
import { expose, proxy, wrap } from 'comlink';

// Beside the worker that acts outside the only one that keeps the real fetch; it goes on wrapped only.
const realFetch = installGuard(globalThis);
let page: PageModel | null = null;

const api: ModelWorkerApi = {
	...modelCalls(realFetch, () => page),
	webllm: proxy(webllmDesk(realFetch)),
	files: modelFiles(realFetch),
	isGuarded: async () => isPoliced() !== false,
	connect: async (port) => expose(api, port),
	connectPage: async (port) => {
		page = wrap<PageModel>(port);
	},
	ping: async () => true
};

expose(api);
