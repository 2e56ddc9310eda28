import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4StreamPart,
	SharedV4Warning
} from '@ai-sdk/provider';
import { wholeOf } from './stream';

/** What the runtimes of this device, which speak as chat servers do, have in common as language models. */

/** A message of a chat, as llama.cpp and WebLLM take it. */
export interface ChatMessage {
	role: 'system' | 'assistant' | 'user';
	content: string;
}

/** The schema is in the prompt too, and the answer is checked in any case. */
export const ONLY_TOLD: SharedV4Warning = {
	type: 'other',
	message: 'This form is more than the runtime can hold a model to, so the model was only told it.'
};

/** True for an error by which a runtime says that it cannot make a grammar of a schema. */
export function isGrammarRefused(cause: unknown): boolean {
	return cause instanceof Error && /grammar|json.?schema|samplers/i.test(cause.message);
}

/** The prompt of a call as messages; of parts only the text. */
export function messagesOf({ prompt }: LanguageModelV4CallOptions): ChatMessage[] {
	return prompt.map(({ role, content }) => ({
		role: role === 'system' || role === 'assistant' ? role : 'user',
		content:
			typeof content === 'string'
				? content
				: content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
	}));
}

/**
 * A language model of which `answer` makes one answer, part by part. It is made without regard to whether it is read: the
 * runtime must come free even if nobody does. What `answer` rejects with ends the stream.
 */
export function chatModel(
	provider: string,
	modelId: string,
	answer: (
		options: LanguageModelV4CallOptions,
		signal: AbortSignal,
		give: (part: LanguageModelV4StreamPart) => void
	) => Promise<void>
): LanguageModelV4 {
	const doStream: LanguageModelV4['doStream'] = async (options) => ({
		stream: new ReadableStream<LanguageModelV4StreamPart>({
			async start(controller) {
				const signal = options.abortSignal ?? new AbortController().signal;
				try {
					await answer(options, signal, (part) => controller.enqueue(part));
					controller.close();
				} catch (cause) {
					controller.error(cause);
				}
			}
		})
	});
	return {
		specificationVersion: 'v4',
		provider,
		modelId,
		supportedUrls: {},
		doStream,
		doGenerate: async (options) => wholeOf(await doStream(options))
	};
}
