export {
	defineProvider,
	type ModelAnswer,
	type ModelOutcome,
	type ModelRequest,
	type ModelTools,
	type Preset,
	type Provider,
	type ProviderTools
} from './contract';
export { gatherText } from './gather';
export { generate } from './generate';
export { keyRing, originFor } from './keys';
export { readJson, type ReadJson } from './json';
export { providerOf, providers } from './registry';
