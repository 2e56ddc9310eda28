import '$lib/core';
import { installGuard } from '$lib/egress';
import type { FileWorkerApi } from '$lib/engine';
import { readFile } from '$lib/files';
import { expose } from 'comlink';

installGuard(globalThis);

const api: FileWorkerApi = {
	read: (file) => readFile(file),
	connect: async (port) => expose(api, port),
	ping: async () => true
};

expose(api);
