import { installGuard } from '$lib/egress';
import type { ModelWorkerApi, StepHosts, StepSpec, StepWorkerApi } from '$lib/engine';
import type { LoadingProgress } from '$lib/models';
import { answerSteps, runStep } from '$lib/steps';
import { expose, proxy, wrap, type Remote } from 'comlink';

installGuard(globalThis);

let model: Remote<ModelWorkerApi>, host: StepHosts;
const running = new Map<string, AbortController>();
const told = (id: string) => proxy((progress: LoadingProgress) => void host.loading(id, progress));

const api: StepWorkerApi = {
	async connect(models, hosts) {
		[model, host] = [wrap<ModelWorkerApi>(models), hosts];
	},
	abort: async (attemptId) => running.get(attemptId)?.abort(),
	ping: async () => true
};

expose(api);
answerSteps<StepSpec>(self, async ({ attemptId, ...spec }) => {
	const stop = new AbortController();
	running.set(attemptId, stop);
	stop.signal.addEventListener('abort', () => void model.abort(attemptId));
	return runStep(spec.step.kind, {
		...spec,
		signal: stop.signal,
		generate: (request, onText) => model.generate(attemptId, request, proxy(onText), told(attemptId)),
		readFile: (file) => host.readFile(attemptId, file),
		runCode: (request) => host.runCode(attemptId, request),
		prepared: (prompt) => host.prepared(attemptId, prompt),
		emit: (piece) => void host.emit(attemptId, piece)
	}).finally(() => running.delete(attemptId));
});
