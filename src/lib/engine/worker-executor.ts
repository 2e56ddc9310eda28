import { failure, fail, ok, type Failure } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import { proxy, transfer } from 'comlink';
import { isSpent, type ModelFilesApi } from '$lib/models';
import { stepCalls, type StepRun } from '$lib/steps';
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
	const keys = new Map<string, { key: string; origin: string | null }>();
	const hosts = new Map<string, StepHost>();
	const act = actRunner(() => start(actUrl, 'act'));
	const code = codeRunner(() => start(codeUrl, 'code'));
	const files = fileRunner(() => start(fileUrl, 'file'));
	// A step waits on the port of the model worker, which falls silent when that dies: the step worker goes with it.
	const endStep = () => step.kill('a worker that it was waiting for ended');
	let page: ((port: MessagePort) => void) | null = null;
	let modelStarted = false;
	const connectPage = async (api: Pick<ModelWorkerApi, 'connectPage'>) => {
		if (!page) return;
		const { port1, port2 } = new MessageChannel();
		page(port1);
		await api.connectPage(transfer(port2, [port2]));
	};
	const model = new WorkerHandle<ModelWorkerApi>(
		() => {
			modelStarted = true;
			return start(modelUrl, 'model');
		},
		(api) =>
			Promise.all([
				...[...keys].map(([name, { key, origin }]) => api.setKey(name, key, origin)),
				connectPage(api)
			]),
		endStep
	);
	/** Before anything else is asked of it: what failed in it would fail again. */
	const replaceIfSpent = (failed: Failure) => {
		if (isSpent(failed)) model.kill('it could not go on after what had happened in it');
	};
	let carryOut: (spec: StepSpec) => Promise<StepRun>;
	const step: WorkerHandle<StepWorkerApi> = new WorkerHandle<StepWorkerApi>(
		() => {
			const worker = start(stepUrl, 'step');
			carryOut = stepCalls(worker);
			return worker;
		},
		async (api) => {
			const models = new MessageChannel();
			await model.call((one) => one.connect(transfer(models.port2, [models.port2])));
			await api.connect(
				transfer(models.port1, [models.port1]),
				proxy({
					// An attempt that was given up meanwhile may send nothing any more.
					prepared: (id, prompt) => hosts.get(id)?.prepared(prompt) ?? Promise.reject(new Error('stopped')),
					emit: (id, piece) => hosts.get(id)?.emit(piece),
					loading: (id, progress) => hosts.get(id)?.loading(progress),
					runCode: (id, request) => code.run(id, request),
					readFile: (id, file) => {
						const tell = (more = '') => hosts.get(id)?.reading?.(`Reading “${file.name}”${more}`);
						tell();
						return files.read(id, file, ({ unit, done, total }) => tell(`, ${unit} ${done + 1} of ${total}`));
					}
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
				const run = await step.call(() => carryOut(spec));
				if (!run.result.ok) replaceIfSpent(run.result.failure);
				return run;
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
		page: (call, url) => act.page(call, url),
		setPage(open) {
			page = open;
			if (modelStarted) void model.call(connectPage).catch(() => undefined);
		},
		async setKey(name, key, origin) {
			// A worker that was never started has nothing to forget.
			if (!key && !keys.has(name)) return;
			if (key) keys.set(name, { key, origin });
			else keys.delete(name);
			await model.call((api) => api.setKey(name, key, origin));
		},
		async test(call, choice, onCheck) {
			try {
				// Of a first visit on a host without headers; by now the service worker may give a fresh one its policy.
				if (!(await model.call((api) => api.isGuarded()))) model.kill('its policy was not in place');
				const checks = await model.call((api) => api.test(call, choice, proxy(onCheck)));
				return ok(checks);
			} catch (cause) {
				return fail(told(cause));
			}
		},
		files: (use) => model.call((api) => use(api.files as unknown as ModelFilesApi)),
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
