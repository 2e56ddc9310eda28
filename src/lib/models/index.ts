export {
	defineProvider,
	type LoadingProgress,
	type ModelAnswer,
	type ModelOutcome,
	type ModelRequest,
	type ModelTools,
	type Preset,
	type Provider,
	type ProviderTools
} from './contract';
export { gatherText } from './gather';
export { CATALOGUE, type CatalogueModel } from './local/catalogue';
export { deviceFacts, type Device } from './local/device';
export { judgeModel, memoryFor, tokenBytesOf, type Verdict } from './local/verdict';
export { modelFiles, type DownloadWish, type ModelFilesApi, type ModelState } from './local/files';
export {
	MODELS_CHANNEL,
	bytesHere,
	type DownloadRow,
	type LocalModel,
	type ModelNews,
	type ModelWork
} from './local/model';
export { generate } from './generate';
export { keyRing, originFor } from './keys';
export { readJson, type ReadJson } from './json';
export { providerOf, providers } from './registry';
