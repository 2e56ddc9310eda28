import { fail, unexpected, type Result } from '$lib/core';
import type { ModelFilesApi } from '$lib/models';
import type { Engine } from './engine';
import { withDownloadPass } from './passes';

/** The model files of this device as pages see them. A worker that dies in the middle is a failure; what was noted stays. */
export function modelFilesOf(engine: Engine): ModelFilesApi {
	const { executor } = engine;
	const files = <T>(use: (api: ModelFilesApi) => Promise<T>) => executor.files(use);
	const settled = async <T>(work: Promise<Result<T>>): Promise<Result<T>> => {
		try {
			return await work;
		} catch (cause) {
			return fail(unexpected(cause, 'working on a model file'));
		}
	};
	return {
		listModels: () => files((api) => api.listModels()),
		downloadModel: (wish) => {
			const call = engine.ports.random.id();
			const origin = URL.canParse(wish.url) ? new URL(wish.url).origin : '';
			return withDownloadPass(call, [origin], engine.now(), () =>
				settled(files((api) => api.downloadModel({ ...wish, call })))
			);
		},
		stopModel: (key) => files((api) => api.stopModel(key)),
		checkModel: (key) => settled(files((api) => api.checkModel(key))),
		bringInModel: (file) => settled(files((api) => api.bringInModel(file))),
		removeModel: (key) => settled(files((api) => api.removeModel(key))),
		removeAllModels: () => settled(files((api) => api.removeAllModels())),
		allowModel: (key) => files((api) => api.allowModel(key)),
		modelDownloads: () => files((api) => api.modelDownloads())
	};
}
