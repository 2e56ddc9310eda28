// WebLLM's models by hand: a model worker of the page's own, so that nothing of a run waits for it, ended with the page.
import { fail, failure, type Json, type Result } from '$lib/core';
import { trustedScriptUrl } from '$lib/egress';
import { withDownloadPass, WorkerHandle, type ModelWorkerApi } from '$lib/engine';
import {
	isSpent,
	type Inventory,
	listedModels,
	type LoadingProgress,
	type ModelOutcome,
	type ModelRequest,
	type WebllmConfig,
	type WebllmDownloaded,
	type WebllmLook
} from '$lib/models';
import { proxy, type Remote } from 'comlink';
import { whileUnderWay } from './heard';
import modelUrl from '../../../workers/model?worker&url';

/** A model that WebLLM has a library for. */
export interface ListedModel {
	id: string;
	/** Memory on the graphics device, bytes; null is unknown. */
	memory: number | null;
}

export async function webllmList(): Promise<ListedModel[]> {
	return (await listedModels()).map(({ model_id: id, vram_required_MB: megabytes }) => ({
		id,
		memory: megabytes === undefined ? null : megabytes * 2 ** 20
	}));
}

export interface WebllmQuestion {
	system: string;
	user: string;
	maxTokens: number;
	json?: { name: string; schema: Record<string, Json> };
}

/** What a page does with WebLLM's models. Every method settles, also when the worker dies. */
export class WebllmWorker {
	readonly #worker = new WorkerHandle<ModelWorkerApi>(
		() => new Worker(trustedScriptUrl(modelUrl), { type: 'module', name: 'model-by-hand' })
	);
	#calls = 0;

	look(config: WebllmConfig): Promise<Result<WebllmLook>> {
		return this.#settled((api) => api.webllm.look(config));
	}

	async download(
		config: WebllmConfig,
		agreed: string[],
		onLoading: (progress: LoadingProgress) => void
	): Promise<WebllmDownloaded> {
		try {
			const call = crypto.randomUUID();
			return await whileUnderWay((heard) =>
				withDownloadPass(call, agreed, Date.now(), () =>
					this.#worker.call((api) => api.webllm.download(call, config, agreed, proxy(heard(onLoading))))
				)
			);
		} catch (cause) {
			return { result: fail(died(cause)), requests: 0, received: 0, origins: [] };
		}
	}

	bringIn(
		config: WebllmConfig,
		files: File[],
		onLoading: (progress: LoadingProgress) => void
	): Promise<Result<Inventory>> {
		return whileUnderWay((heard) =>
			this.#settled((api) => api.webllm.bringIn(config, files, proxy(heard(onLoading))))
		);
	}

	/** Stops a download, or the copying of a folder. */
	async stopDownload(): Promise<void> {
		await this.#worker.call((api) => api.webllm.stop()).catch(() => undefined);
	}

	forget(config: WebllmConfig): Promise<Result<void>> {
		return this.#settled((api) => api.webllm.forget(config));
	}

	allow(config: WebllmConfig): Promise<Result<void>> {
		return this.#settled((api) => api.webllm.allow(config));
	}

	/** Asks the model once; loads it first where it is not. The worker is replaced when it can't go on. */
	async ask(
		config: WebllmConfig,
		question: WebllmQuestion,
		on: { text: (piece: string) => void; loading: (progress: LoadingProgress) => void },
		signal: AbortSignal
	): Promise<ModelOutcome> {
		const id = String((this.#calls += 1));
		const request: ModelRequest = {
			provider: { id: 'webllm', title: 'WebLLM', onDevice: true, config: { ...config } },
			timeoutSeconds: 1800,
			...question
		};
		const stop = () => void this.#worker.call((api) => api.abort(id)).catch(() => undefined);
		signal.addEventListener('abort', stop, { once: true });
		try {
			const outcome = await whileUnderWay((heard) =>
				this.#worker.call<ModelOutcome>(async (api) =>
					api.generate(id, request, proxy(heard(on.text)), proxy(heard(on.loading)))
				)
			);
			if (!outcome.ok && isSpent(outcome.failure)) this.close();
			return outcome;
		} catch (cause) {
			return { ok: false, failure: died(cause), kept: '', egress: [] };
		} finally {
			signal.removeEventListener('abort', stop);
		}
	}

	/** Ends the worker and frees the graphics device; the next call starts a fresh one. */
	close(): void {
		this.#worker.kill('the page was left');
	}

	async #settled<T>(use: (api: Remote<ModelWorkerApi>) => Promise<Result<T>>): Promise<Result<T>> {
		try {
			return await this.#worker.call(use);
		} catch (cause) {
			return fail(died(cause));
		}
	}
}

function died(cause: unknown) {
	const why = cause instanceof Error ? cause.message : String(cause);
	return failure(
		'worker.died',
		`The worker with the model ended: ${why}. What was downloaded is kept; try again.`,
		{ retryable: true }
	);
}
