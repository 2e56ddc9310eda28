import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import * as z from 'zod';
import { defineProvider } from '../contract';
import { adapting, schemaIntoPrompt, withOptions } from '../remote/adapting';
import { addressSchema, trimmed } from '../remote/address';
import { contextSchema } from '../remote/context';
import { byId, readList } from '../remote/list';
import { PRESETS } from '../remote/presets';
import { isStrictSchema } from '../remote/strict';
import { usageOf } from '../stream';

const config = z.object({
	baseUrl: addressSchema('https://api.example.com/v1').describe('Up to and including /v1.'),
	model: z.string().trim().min(1, 'Enter the model’s name.').meta({ title: 'Model' }),
	context: contextSchema,
	supportsSchema: z
		.boolean()
		.default(true)
		.meta({ title: 'Takes a JSON schema' })
		.describe('Turn off for a server that does not hold its answers to a schema.')
});

export default defineProvider({
	id: 'openai-compatible',
	title: 'Server of your choice',
	summary:
		'A server that speaks the OpenAI protocol: a company’s, or one of your own such as Ollama, LM Studio or vLLM. ' +
		'What a step is given is sent to the address that you enter; what happens to it there is up to them.',
	rung: 50,
	onDevice: false,
	takesKey: true,
	config,
	example: { baseUrl: 'http://localhost:11434/v1', model: 'qwen3:8b' },
	presets: PRESETS,
	origin: ({ baseUrl }) => new URL(baseUrl).origin,
	async create({ baseUrl, model, supportsSchema }, tools) {
		const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
		const connect = createOpenAICompatible({
			name: 'remote',
			baseURL: rootOf(baseUrl),
			fetch: tools.fetch,
			includeUsage: true,
			supportsStructuredOutputs: true,
			// The SDK's own makes 0 of a count that a server leaves out.
			convertUsage: (usage) =>
				usageOf(usage?.prompt_tokens ?? undefined, usage?.completion_tokens ?? undefined),
			...(tools.key ? { apiKey: tools.key } : {})
		});
		return adapting(prepared(connect.chatModel(model), supportsSchema));
	},
	list: ({ baseUrl }, { fetch, key }, signal) =>
		readList(fetch, `${rootOf(baseUrl)}/models`, key ? { authorization: `Bearer ${key}` } : {}, signal, byId)
});

/** The address that everything hangs from, also where the whole path of the call was entered. */
function rootOf(baseUrl: string): string {
	return trimmed(baseUrl).replace(/\/chat\/completions$/, '');
}

/** The model, given requests in the form that servers take best. */
function prepared(model: LanguageModelV4, supportsSchema: boolean): LanguageModelV4 {
	const prepare = (options: LanguageModelV4CallOptions) =>
		supportsSchema ? withSchema(options) : (schemaIntoPrompt(options) ?? options);
	return withOptions(model, prepare);
}

/** Strict mode only for a schema that keeps its rules, else the request is refused; a name of the letters allowed. */
function withSchema(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions {
	const { responseFormat } = options;
	if (responseFormat?.type !== 'json' || !responseFormat.schema) return options;
	const name = (responseFormat.name ?? '').replace(/[^\w-]/g, '_').slice(0, 64) || 'answer';
	return {
		...options,
		responseFormat: { ...responseFormat, name },
		providerOptions: {
			...options.providerOptions,
			openaiCompatible: { strictJsonSchema: isStrictSchema(responseFormat.schema) }
		}
	};
}
