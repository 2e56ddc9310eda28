import { failure, fail, type Failure } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import { proxy, transfer } from 'comlink';
import type { ModelOutcome } from '$lib/models';
import actUrl from '../../workers/act?worker&url';
import codeUrl from '../../workers/code?worker&url';
import fileUrl from '../../workers/file?worker&url';
import modelUrl from '../../workers/model?worker&url';
import stepUrl from '../../workers/step?worker&url';
import { actRunner } from './act-runner';
import { codeRunner } from './code-runner';
import { fileRunner } from './file-runner';
import type { Executor, ModelWorkerApi, StepHost, StepHosts, StepSpec, StepWorkerApi } from './protocol';
import { WorkerDied, WorkerHandle } from './worker-handle';

/** How long a step may take to stop by itself before its worker is ended. */
const GRACE_MS = 2_000;

function start(url: string, name: string): Worker {
	return new Worker(trustedScriptUrl(url), { type: 'module', name });
}

/** Carries out attempts in real workers: one for steps, one for models, one for files, one that acts outside, and those for code. */
export function workerExecutor(): Executor {
	const keys = new Map<string, string>();
	const hosts = new Map<string, StepHost>();
	const act = actRunner(() => start(actUrl, 'act'));
	const code = codeRunner(() => start(codeUrl, 'code'));
	const files = fileRunner(() => start(fileUrl, 'file'));
	// A step waits on the port of the model worker, which falls silent when that dies: the step worker goes with it.
	const endStep = () => step.kill('a worker that it was waiting for ended');
	const model = new WorkerHandle<ModelWorkerApi>(
		() => start(modelUrl, 'model'),
		(api) => Promise.all([...keys].map(([provider, key]) => api.setKey(provider, key))),
		endStep
	);
	const step: WorkerHandle<StepWorkerApi> = new WorkerHandle<StepWorkerApi>(
		() => start(stepUrl, 'step'),
		async (api) => {
			const models = new MessageChannel();
			await model.call((one) => one.connect(transfer(models.port2, [models.port2])));
			await api.connect(
				transfer(models.port1, [models.port1]),
				proxy({
					// An attempt that was given up meanwhile may send nothing any more.
					prepared: (id, prompt) => hosts.get(id)?.prepared(prompt) ?? Promise.reject(new Error('stopped')),
					emit: (id, piece) => hosts.get(id)?.emit(piece),
					runCode: (id, request) => code.run(id, request),
					readFile: (id, file) => files.read(id, file)
				} satisfies StepHosts)
			);
		}
	);

	return {
		async run(spec: StepSpec, host: StepHost, signal: AbortSignal) {
			let grace: ReturnType<typeof setTimeout> | undefined;
			const stop = () => {
				code.stop(spec.attemptId);
				files.stop(spec.attemptId);
				void step.call((api) => api.abort(spec.attemptId)).catch(() => undefined);
				grace = setTimeout(() => step.kill('it did not stop when asked to'), GRACE_MS);
			};
			signal.addEventListener('abort', stop, { once: true });
			hosts.set(spec.attemptId, host);
			try {
				return await step.call((api) => api.run(spec));
			} catch (cause) {
				return { result: fail(told(cause)), egress: [], kept: '' };
			} finally {
				hosts.delete(spec.attemptId);
				// Still running when the step worker died under it.
				code.stop(spec.attemptId);
				files.stop(spec.attemptId);
				signal.removeEventListener('abort', stop);
				clearTimeout(grace);
			}
		},
		act: (id, out, signal) => act.act(id, out, signal),
		async setKey(provider, key) {
			if (key) keys.set(provider, key);
			else keys.delete(provider);
			await model.call((api) => api.setKey(provider, key));
		},
		async generate(request) {
			try {
				return await model.call<ModelOutcome>(async (api) =>
					api.generate(
						'try',
						request,
						proxy(() => undefined)
					)
				);
			} catch (cause) {
				return { ok: false, failure: told(cause), kept: '', egress: [] };
			}
		},
		close() {
			code.close();
			files.close();
			act.close();
			for (const handle of [step, model]) handle.kill('Galley was closed');
		}
	};
}

function told(cause: unknown): Failure {
	const why =
		cause instanceof WorkerDied ? cause.message : cause instanceof Error ? cause.message : String(cause);
	return failure(
		'worker.died',
		`The worker that ran this step ended: ${why}. Everything before it is kept; it can be tried again.`,
		{
			retryable: true
		}
	);
}
