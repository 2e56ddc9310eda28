import { installGuard } from '$lib/egress';
import type { FileWorkerApi, ModelWorkerApi, StepHosts, StepWorkerApi } from '$lib/engine';
import type { LoadingProgress } from '$lib/models';
import { runStep } from '$lib/steps';
import { expose, proxy, wrap, type Remote } from 'comlink';

installGuard(globalThis);

let model: Remote<ModelWorkerApi>, file: Remote<FileWorkerApi>, host: StepHosts;
const running = new Map<string, AbortController>();
const told = (id: string) => proxy((progress: LoadingProgress) => void host.loading(id, progress));

const api: StepWorkerApi = {
	async connect(models, files, hosts) {
		[model, file, host] = [wrap<ModelWorkerApi>(models), wrap<FileWorkerApi>(files), hosts];
	},
	async run({ attemptId, ...spec }) {
		const stop = new AbortController();
		running.set(attemptId, stop);
		stop.signal.addEventListener('abort', () => void model.abort(attemptId));
		try {
			return await runStep(spec.step.kind, {
				...spec,
				signal: stop.signal,
				generate: (request, onText) => model.generate(attemptId, request, proxy(onText), told(attemptId)),
				readFile: (given) => file.read(given),
				runCode: (request) => host.runCode(attemptId, request),
				prepared: (prompt) => host.prepared(attemptId, prompt),
				emit: (piece) => void host.emit(attemptId, piece)
			});
		} finally {
			running.delete(attemptId);
		}
	},
	abort: async (attemptId) => running.get(attemptId)?.abort(),
	ping: async () => true
};

expose(api);
