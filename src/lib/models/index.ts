export { allowance, heldWhileLoading, type Allowance } from './allowance';
export { CHECKS, testConnection, type CheckId, type ConnectionCheck } from './connection';
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
export { browserOptions, type PageAsk, type PageModel, type PageReadiness } from './browser/page-model';
export { modelCalls, type ModelCalls } from './calls';
export { CATALOGUE, type CatalogueModel } from './local/catalogue';
export { deviceFacts, type Device } from './device';
export { judgeModel, memoryFor, tokenBytesOf, type Verdict } from './local/verdict';
export { modelFiles, type DownloadWish, type ModelFilesApi, type ModelState } from './local/files';
export { bytesHere, type DownloadRow, type LocalModel, type ModelNews, type ModelWork } from './local/model';
export { generate } from './generate';
export { originFor } from './keys';
export { readJson, type ReadJson } from './json';
export { providerOf, providers } from './registry';
export { isSpent } from './spent';
export { webllmDesk, type WebllmDesk, type WebllmDownloaded, type WebllmLook } from './webllm/desk';
export { keptModels, type Inventory } from './webllm/kept';
export { listedModels, type WebllmConfig } from './webllm/record';
