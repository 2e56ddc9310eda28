import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4FinishReason,
	LanguageModelV4StreamPart,
	SharedV4Warning
} from '@ai-sdk/provider';
import type { ChatCompletionChunk, ChatCompletionRequestStreaming } from '@mlc-ai/web-llm';
import { chatModel, isGrammarRefused, messagesOf, ONLY_TOLD } from '../chat';
import { usageOf } from '../stream';
import type { Engine } from './engine';
import { ModelRefused } from '../refused';
import { answerFailure } from './failures';

/** Lends the engine for one call; see `withEngine`. */
export type Lend = <T>(signal: AbortSignal, use: (engine: Engine) => Promise<T>) => Promise<T>;

/** A grammar allows blanks wherever JSON does, and a model that writes them must not run out of room for the rest. */
const ROOM_FOR_BLANKS = { factor: 1.5, tokens: 128 };

/** A WebLLM model as a language model. It is loaded at the first call. */
export function webllmModel(id: string, lend: Lend): LanguageModelV4 {
	return chatModel('webllm', id, (options, signal, give) =>
		lend(signal, (engine) => answer(engine, id, options, signal, give))
	);
}

async function answer(
	engine: Engine,
	id: string,
	options: LanguageModelV4CallOptions,
	signal: AbortSignal,
	give: (part: LanguageModelV4StreamPart) => void
): Promise<void> {
	// Takes effect between two tokens. The flag is the engine's own, which is why calls come one after the other.
	const interrupt = () => void engine.interruptGenerate();
	signal.addEventListener('abort', interrupt, { once: true });
	const text = 'text';
	let finish: string | null = null;
	let usage: ChatCompletionChunk['usage'];
	try {
		const { first, chunks, warnings } = await ask(engine, requestOf(options, id));
		give({ type: 'stream-start', warnings: [...unsupported(options), ...warnings] });
		give({ type: 'response-metadata', modelId: id });
		give({ type: 'text-start', id: text });
		for (let next = first; !next.done; next = await chunks.next()) {
			const chunk = next.value;
			const [choice] = chunk.choices;
			if (choice?.delta.content) give({ type: 'text-delta', id: text, delta: choice.delta.content });
			finish = choice?.finish_reason ?? finish;
			// The chunk that has it has no choices.
			usage = chunk.usage ?? usage;
		}
	} catch (cause) {
		signal.throwIfAborted();
		const told = answerFailure(cause, id);
		throw told ? new ModelRefused(told) : cause;
	} finally {
		signal.removeEventListener('abort', interrupt);
	}
	signal.throwIfAborted();
	give({ type: 'text-end', id: text });
	give({
		type: 'finish',
		finishReason: finishOf(finish),
		usage: usageOf(usage?.prompt_tokens, usage?.completion_tokens)
	});
}

/** Where the runtime cannot make a grammar of the form, the model is asked without one. */
async function ask(engine: Engine, request: ChatCompletionRequestStreaming) {
	try {
		return { ...(await begin(engine, request)), warnings: [] };
	} catch (cause) {
		if (!request.response_format || !isGrammarRefused(cause)) throw cause;
		const { response_format: _, ...plain } = request;
		return { ...(await begin(engine, plain)), warnings: [ONLY_TOLD] };
	}
}

/** The grammar is made, and the prompt read, when the first chunk is asked for. */
async function begin(engine: Engine, request: ChatCompletionRequestStreaming) {
	const chunks = (await engine.chat.completions.create(request))[Symbol.asyncIterator]();
	return { first: await chunks.next(), chunks };
}

function requestOf(options: LanguageModelV4CallOptions, id: string): ChatCompletionRequestStreaming {
	const json = options.responseFormat?.type === 'json' ? options.responseFormat : null;
	const request: ChatCompletionRequestStreaming = {
		messages: messagesOf(options),
		stream: true,
		stream_options: { include_usage: true }
	};
	if (options.temperature !== undefined) request.temperature = options.temperature;
	if (options.topP !== undefined) request.top_p = options.topP;
	if (options.seed !== undefined) request.seed = options.seed;
	if (options.frequencyPenalty !== undefined) request.frequency_penalty = options.frequencyPenalty;
	if (options.presencePenalty !== undefined) request.presence_penalty = options.presencePenalty;
	if (options.stopSequences?.length) request.stop = options.stopSequences;
	if (options.maxOutputTokens !== undefined) {
		const { factor, tokens } = ROOM_FOR_BLANKS;
		const limit = options.maxOutputTokens;
		request.max_tokens = json ? Math.ceil(limit * factor) + tokens : limit;
	}
	if (json) {
		request.response_format = json.schema
			? { type: 'json_object', schema: JSON.stringify(json.schema) }
			: { type: 'json_object' };
	}
	// This family thinks aloud before it answers unless it is told not to; the thoughts would be taken for the answer.
	if (/^qwen3/i.test(id)) request.extra_body = { enable_thinking: false };
	return request;
}

function unsupported({ topK, tools }: LanguageModelV4CallOptions): SharedV4Warning[] {
	const warnings: SharedV4Warning[] = [];
	if (topK !== undefined) warnings.push({ type: 'unsupported', feature: 'topK' });
	if (tools?.length) warnings.push({ type: 'unsupported', feature: 'tools' });
	return warnings;
}

function finishOf(raw: string | null): LanguageModelV4FinishReason {
	if (raw === 'stop' || raw === 'length') return { unified: raw, raw };
	return { unified: raw === null || raw === 'abort' ? 'interrupted' : 'other', raw: raw ?? undefined };
}
