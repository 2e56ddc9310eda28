import '$lib/core';
import { installGuard } from '$lib/egress';
import type { FileWorkerApi } from '$lib/engine';
import { drawFile, readFile, showFile } from '$lib/files';
import { expose } from 'comlink';

installGuard(globalThis);

const api: FileWorkerApi = {
	read: (file, onProgress) => readFile(file, onProgress ? { onProgress } : {}),
	show: (file) => showFile(file),
	draw: (file, page) => drawFile(file, page),
	ping: async () => true
};

expose(api);
