import '$lib/core';
import { installGuard } from '$lib/egress';
import type { CodeWorkerApi } from '$lib/engine';
import { openSandbox } from '$lib/sandbox';
import { expose } from 'comlink';

installGuard(globalThis);

let sandbox: ReturnType<typeof openSandbox> | undefined;

const api: CodeWorkerApi = {
	async open() {
		await (sandbox ??= openSandbox());
	},
	run: async (request) => (await (sandbox ??= openSandbox()))(request),
	ping: async () => true
};

expose(api);
