import type {
	LanguageModelV4GenerateResult,
	LanguageModelV4StreamPart,
	LanguageModelV4StreamResult
} from '@ai-sdk/provider';

/** For providers written by hand: their parts as the stream that the interface wants. Ends with the generator. */
export function streamOf(
	parts: AsyncGenerator<LanguageModelV4StreamPart, void, undefined>
): ReadableStream<LanguageModelV4StreamPart> {
	return new ReadableStream<LanguageModelV4StreamPart>({
		async pull(controller) {
			try {
				const { done, value } = await parts.next();
				if (done) controller.close();
				else controller.enqueue(value);
			} catch (cause) {
				controller.error(cause);
			}
		},
		cancel() {
			// Not awaited: a generator that waits for something would keep its canceller waiting.
			void parts.return();
		}
	});
}

/** `doGenerate` for a provider that only streams. Rejects with the first error in the stream. */
export async function wholeOf(streamed: LanguageModelV4StreamResult): Promise<LanguageModelV4GenerateResult> {
	let text = '';
	const whole: LanguageModelV4GenerateResult = {
		content: [],
		finishReason: { unified: 'interrupted', raw: undefined },
		usage: usageOf(undefined, undefined),
		warnings: []
	};
	for await (const part of streamed.stream) {
		if (part.type === 'stream-start') whole.warnings.push(...part.warnings);
		if (part.type === 'text-delta') text += part.delta;
		if (part.type === 'error') throw part.error;
		if (part.type !== 'finish') continue;
		whole.finishReason = part.finishReason;
		whole.usage = part.usage;
		if (part.providerMetadata) whole.providerMetadata = part.providerMetadata;
	}
	whole.content.push({ type: 'text', text });
	return whole;
}

/** Token counts in the interface's shape; undefined is unknown. */
export function usageOf(input: number | undefined, output: number | undefined) {
	return {
		inputTokens: { total: input, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
		outputTokens: { total: output, text: undefined, reasoning: undefined }
	};
}
