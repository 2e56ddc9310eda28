export { defineProvider, type ModelAnswer, type ModelOutcome, type ModelRequest, type Provider, type ProviderTools } from './contract';
