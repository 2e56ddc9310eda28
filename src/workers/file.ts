import '$lib/core';
import { installGuard } from '$lib/egress';
import type { FileWorkerApi } from '$lib/engine';
import { readFile, showFile } from '$lib/files';
import { expose } from 'comlink';

installGuard(globalThis);

const api: FileWorkerApi = {
	read: (file, onProgress) => readFile(file, onProgress ? { onProgress } : {}),
	show: (file) => showFile(file),
	ping: async () => true
};

expose(api);
