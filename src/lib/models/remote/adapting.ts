import {
	APICallError,
	type LanguageModelV4,
	type LanguageModelV4CallOptions,
	type LanguageModelV4StreamPart,
	type SharedV4Warning
} from '@ai-sdk/provider';

/** Something that not every server takes, and the request without it. */
interface Adaptation {
	/** What a server says that does not take it. */
	complaint: RegExp;
	/** The weaker request, or null when this one does not use it. */
	weaken(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions | null;
	warning: string;
}

/** In the order of trying. A refusal without a word is put down to the first that applies. */
const ADAPTATIONS: Adaptation[] = [
	{
		complaint: /response_format|json_schema|schema|structured|grammar|^$/i,
		weaken: schemaIntoPrompt,
		warning: 'The server does not take a schema, so it was asked in words for JSON of that form.'
	},
	{
		complaint: /temperature/i,
		weaken: ({ temperature, ...rest }) => (temperature === undefined ? null : rest),
		warning: 'The model does not let its temperature be set, so the same question can get different answers.'
	},
	{
		complaint: /max_tokens|max_completion_tokens/i,
		weaken: ({ maxOutputTokens, ...rest }) =>
			maxOutputTokens === undefined
				? null
				: {
						...rest,
						providerOptions: { ...rest.providerOptions, remote: { max_completion_tokens: maxOutputTokens } }
					},
		warning: 'The length limit was sent under its newer name.'
	}
];

/** The request with its schema moved into the system prompt (unless it stands in the prompt already), or null. */
export function schemaIntoPrompt(options: LanguageModelV4CallOptions): LanguageModelV4CallOptions | null {
	const { responseFormat, prompt } = options;
	if (responseFormat?.type !== 'json' || !responseFormat.schema) return null;
	const schema = JSON.stringify(responseFormat.schema, null, 2);
	const isSaid = prompt.some(
		({ content }) =>
			typeof content !== 'string' &&
			content.some((part) => part.type === 'text' && part.text.includes(schema))
	);
	const words = `Answer with one JSON value that fits this JSON Schema, and nothing else:\n${schema}`;
	return {
		...options,
		responseFormat: { type: 'json' },
		prompt: isSaid ? prompt : [{ role: 'system', content: words }, ...prompt]
	};
}

/**
 * The model, but a request that the server refuses (400 or 422) because of one of the above is sent again without it,
 * once each. Says so in the warnings of the stream. Everything else is the model's own.
 */
export function adapting(model: LanguageModelV4): LanguageModelV4 {
	return {
		specificationVersion: 'v4',
		provider: model.provider,
		modelId: model.modelId,
		supportedUrls: model.supportedUrls,
		async doGenerate(options) {
			const { result, warnings } = await tryWeaker(options, (each) => model.doGenerate(each));
			return { ...result, warnings: [...result.warnings, ...warnings] };
		},
		async doStream(options) {
			const { result, warnings } = await tryWeaker(options, (each) => model.doStream(each));
			return { ...result, stream: result.stream.pipeThrough(withWarnings(warnings)) };
		}
	};
}

/** The model, given requests in another form. */
export function withOptions(
	model: LanguageModelV4,
	change: (options: LanguageModelV4CallOptions) => LanguageModelV4CallOptions
): LanguageModelV4 {
	return {
		specificationVersion: 'v4',
		provider: model.provider,
		modelId: model.modelId,
		supportedUrls: model.supportedUrls,
		doGenerate: (options) => model.doGenerate(change(options)),
		doStream: (options) => model.doStream(change(options))
	};
}

async function tryWeaker<T>(
	options: LanguageModelV4CallOptions,
	send: (options: LanguageModelV4CallOptions) => PromiseLike<T>
): Promise<{ result: T; warnings: SharedV4Warning[] }> {
	const warnings: SharedV4Warning[] = [];
	let left = ADAPTATIONS;
	for (;;) {
		try {
			return { result: await send(options), warnings };
		} catch (cause) {
			const said = complaintOf(cause);
			const found = left
				.filter((each) => said !== null && each.complaint.test(said))
				.map((each) => ({ each, weaker: each.weaken(options) }))
				.find(({ weaker }) => weaker !== null);
			if (!found?.weaker) throw cause;
			options = found.weaker;
			left = left.filter((each) => each !== found.each);
			warnings.push({ type: 'other', message: found.each.warning });
		}
	}
}

/** What the server said when it refused the form of the request; null for every other failure. */
function complaintOf(cause: unknown): string | null {
	if (!APICallError.isInstance(cause) || (cause.statusCode !== 400 && cause.statusCode !== 422)) return null;
	const body = cause.responseBody?.trim() ?? '';
	return body === '' ? '' : `${cause.message} ${body}`;
}

function withWarnings(
	warnings: SharedV4Warning[]
): TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart> {
	return new TransformStream({
		transform(part, controller) {
			controller.enqueue(
				part.type === 'stream-start' ? { ...part, warnings: [...part.warnings, ...warnings] } : part
			);
		}
	});
}
