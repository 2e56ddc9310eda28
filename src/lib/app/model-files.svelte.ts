import { fail, MODELS_CHANNEL, ok, unexpected, type Failure, type Result } from '$lib/core';
import type { DownloadRow, DownloadWish, LocalModel, ModelNews, ModelState, ModelWork } from '$lib/models';
import { ask, tell } from './client.svelte';

/** Model files of this device as the page shows them, in whatever tab they are worked on. Make it while a component is set up. */
export class LocalModels {
	#models = $state.raw<ModelState[] | null>(null);
	#work = $state.raw<Record<string, ModelWork>>({});
	#rows = $state.raw<DownloadRow[]>([]);
	#failure = $state.raw<Failure | null>(null);

	constructor() {
		$effect(() => {
			const channel = new BroadcastChannel(MODELS_CHANNEL);
			channel.addEventListener('message', ({ data }: MessageEvent<ModelNews>) => {
				const { [data.key]: _, ...others } = this.#work;
				this.#work = data.work ? { ...others, [data.key]: data.work } : others;
				const isNew = !this.#models?.some(({ key }) => key === data.key);
				if (data.work === null || isNew) void this.#read();
			});
			void this.#read();
			return () => channel.close();
		});
	}

	/** Null until known. */
	get models(): ModelState[] | null {
		return this.#models;
	}

	/** What is being done just now, by key. */
	get work(): Record<string, ModelWork> {
		return this.#work;
	}

	/** What downloads took from where, the newest first. */
	get rows(): DownloadRow[] {
		return this.#rows;
	}

	get failure(): Failure | null {
		return this.#failure;
	}

	async #read(): Promise<void> {
		const found = await ask(async (api) => {
			try {
				return ok({ models: await api.listModels(), rows: await api.modelDownloads() });
			} catch (cause) {
				return fail(unexpected(cause, 'reading which models are on this device'));
			}
		});
		this.#failure = found.ok ? null : found.failure;
		if (!found.ok) return;
		this.#models = found.value.models;
		this.#rows = found.value.rows.toReversed();
	}
}

/** Begins a download or goes on with one; settles when it ends. The person's click is the leave for its host. */
export function downloadModel(wish: DownloadWish): Promise<Result<LocalModel>> {
	return ask((api) => api.downloadModel(wish));
}

/** Copies a model file that the person chose into Galley. */
export function bringInModel(file: File): Promise<Result<LocalModel>> {
	return ask((api) => api.bringInModel(file));
}

/** Holds a model's file against its hashes; what is damaged is mended by `downloadModel`. */
export function checkModel(key: string): Promise<Result<LocalModel>> {
	return ask((api) => api.checkModel(key));
}

export function removeModel(key: string): Promise<Result<void>> {
	return ask((api) => api.removeModel(key));
}

/** Stops what is being done with a model's file; what it had noted stays. */
export async function stopModel(key: string): Promise<void> {
	await tell((api) => api.stopModel(key));
}

/** The model ended a tab while it was loaded, and the person wants it loaded again. */
export async function allowModel(key: string): Promise<void> {
	await tell((api) => api.allowModel(key));
}
