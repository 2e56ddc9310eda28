import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4FinishReason,
	LanguageModelV4StreamPart,
	SharedV4Warning
} from '@ai-sdk/provider';
import type { ChatCompletionChunk } from '@wllama/wllama/esm/index.js';
import { chatModel, isGrammarRefused, messagesOf, ONLY_TOLD } from '../chat';
import type { LoadingProgress } from '../contract';
import { usageOf } from '../stream';
import { withLlama, type Llama, type LlamaWish } from './llama';
import { ModelRefused } from '../refused';
import { answerFailure } from './refused';

/** How the model is asked, beyond what a call says. */
export interface LlamaManner extends LlamaWish {
	/** Tokens of an answer for which the call names no limit. */
	answer: number;
	temperature: number;
	seed: number | undefined;
}

/** Without it nothing is said of tokens. The server in the runtime takes it; the package's types do not name it. */
const COUNTED = { stream_options: { include_usage: true } };

/** A GGUF model of this device as a language model. It is loaded at the first call. */
export function llamaModel(
	manner: LlamaManner,
	onLoading: (progress: LoadingProgress) => void
): LanguageModelV4 {
	return chatModel('wllama', manner.key, (options, signal, give) =>
		withLlama(manner, signal, onLoading, (llama) => answer(llama, manner, options, signal, give))
	);
}

async function answer(
	llama: Llama,
	manner: LlamaManner,
	options: LanguageModelV4CallOptions,
	signal: AbortSignal,
	give: (part: LanguageModelV4StreamPart) => void
): Promise<void> {
	const wants = options.responseFormat?.type === 'json' ? options.responseFormat : null;
	try {
		await stream(wants?.schema ? 'schema' : wants ? 'json' : 'text', []);
	} catch (cause) {
		if (!isGrammarRefused(cause)) throw refusedOr(cause, llama.context);
		await stream('json', [ONLY_TOLD]).catch((again: unknown) => {
			throw refusedOr(again, llama.context);
		});
	}

	async function stream(form: 'text' | 'json' | 'schema', warnings: SharedV4Warning[]): Promise<void> {
		const id = 'text';
		let finish: string | null = null;
		let usage: ChatCompletionChunk['usage'];
		let begun = false;
		const begin = () => {
			if (begun) return;
			begun = true;
			give({ type: 'stream-start', warnings });
			give({ type: 'response-metadata', modelId: llama.title });
			give({ type: 'text-start', id });
		};
		await llama.runtime.createChatCompletion({
			messages: messagesOf(options),
			stream: true,
			...COUNTED,
			temperature: options.temperature || manner.temperature,
			chat_template_kwargs: { enable_thinking: false },
			...seedOf(options.seed ?? manner.seed),
			max_tokens: options.maxOutputTokens ?? manner.answer,
			...(options.topP === undefined ? {} : { top_p: options.topP }),
			...(options.topK === undefined ? {} : { top_k: options.topK }),
			...(options.stopSequences?.length ? { stop: options.stopSequences } : {}),
			...(form === 'text' ? {} : formOf(form, wants)),
			abortSignal: signal,
			onData(chunk: ChatCompletionChunk) {
				begin();
				const [choice] = chunk.choices;
				const delta = choice?.delta.content;
				if (delta) give({ type: 'text-delta', id, delta });
				finish = choice?.finish_reason ?? finish;
				usage = chunk.usage ?? usage;
			}
		});
		begin();
		give({ type: 'text-end', id });
		give({
			type: 'finish',
			finishReason: finishOf(finish),
			usage: usageOf(usage?.prompt_tokens, usage?.completion_tokens)
		});
	}
}

function formOf(form: 'json' | 'schema', wants: { name?: string; schema?: unknown } | null) {
	if (form === 'json') return { response_format: { type: 'json_object' as const } };
	const json_schema = { name: wants?.name ?? 'answer', schema: wants?.schema, strict: true };
	return { response_format: { type: 'json_schema' as const, json_schema } };
}

const seedOf = (seed: number | undefined) => (seed === undefined ? {} : { seed });

function finishOf(raw: string | null): LanguageModelV4FinishReason {
	if (raw === 'stop' || raw === 'length') return { unified: raw, raw };
	return { unified: raw === null ? 'interrupted' : 'other', raw: raw ?? undefined };
}

function refusedOr(cause: unknown, context: number): unknown {
	const told = answerFailure(cause, context);
	return told ? Object.assign(new ModelRefused(told), { name: (cause as Error).name }) : cause;
}
