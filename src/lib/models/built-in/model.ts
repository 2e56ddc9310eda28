import type { Evidence, Json } from '$lib/core';
import type {
	LanguageModelV4,
	LanguageModelV4CallOptions,
	LanguageModelV4FinishReason,
	LanguageModelV4StreamPart,
	LanguageModelV4Usage,
	SharedV4Warning
} from '@ai-sdk/provider';
import { classify } from './classify';
import { draft } from './draft';
import { evaluate } from './evaluate';
import { extract } from './extract';
import { flag } from './flag';
import { readPrompt, type Reading } from './prompt';
import { summarize } from './summarize';

const MODEL_ID = 'galley-built-in-1';
const PIECE = 24;
/** Pieces between two turns of the event loop. */
const TURN = 8;

interface Reply {
	text: string;
	evidence: Evidence[];
	warnings: string[];
}

/** The built-in provider's model: the same prompt gives the same answer, and nothing leaves the device. */
export function builtInModel(): LanguageModelV4 {
	return {
		specificationVersion: 'v4',
		provider: 'galley.built-in',
		modelId: MODEL_ID,
		supportedUrls: {},
		async doGenerate(options) {
			options.abortSignal?.throwIfAborted();
			const reply = replyTo(options);
			return {
				content: [{ type: 'text', text: reply.text }],
				finishReason: FINISHED,
				usage: NO_TOKENS,
				warnings: reply.warnings.map(warning),
				providerMetadata: metadataOf(reply),
				response: { modelId: MODEL_ID }
			};
		},
		async doStream(options) {
			options.abortSignal?.throwIfAborted();
			return { stream: streamOf(replyTo(options), options.abortSignal) };
		}
	};
}

const FINISHED: LanguageModelV4FinishReason = { unified: 'stop', raw: undefined };

/** It does not count in tokens. */
const NO_TOKENS: LanguageModelV4Usage = {
	inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
	outputTokens: { total: undefined, text: undefined, reasoning: undefined }
};

function warning(message: string): SharedV4Warning {
	return { type: 'other', message };
}

function metadataOf({ evidence }: Reply) {
	return { galley: { evidence: evidence.map((item) => ({ ...item })) } };
}

function replyTo(options: LanguageModelV4CallOptions): Reply {
	const format = options.responseFormat;
	const schema = format?.type === 'json' ? ((format.schema ?? {}) as Record<string, Json>) : null;
	const reading = readPrompt(options.prompt, schema);
	if (reading.blocks.length === 0 && reading.schema === null && reading.sections.length === 0) {
		return plain('Ready. I select and arrange what documents say; give me some, and a task.');
	}
	return reading.schema ? typed(reading, reading.schema) : prose(reading);
}

function typed(reading: Reading, schema: Record<string, Json>): Reply {
	const properties = schema['properties'];
	const has = (name: string) => properties !== null && typeof properties === 'object' && name in properties;
	if (reading.job === 'flag' && has('flags'))
		return plain(asJson({ flags: flag(reading).map((item) => ({ ...item })) }));
	if (reading.job === 'evaluate' && has('results')) return plain(asJson(evaluate(reading).json));
	const { value, evidence, warnings } = extract(reading);
	return { text: asJson(value), evidence, warnings };
}

function prose(reading: Reading): Reply {
	switch (reading.job) {
		case 'draft':
			return draft(reading);
		case 'classify':
			return plain(classify(reading));
		case 'evaluate':
			return plain(evaluate(reading).text);
		default:
			return reading.sections.length > 0 ? draft(reading) : summarize(reading);
	}
}

function plain(text: string): Reply {
	return { text, evidence: [], warnings: [] };
}

function asJson(value: Json): string {
	return JSON.stringify(value, null, 2);
}

function streamOf(reply: Reply, signal: AbortSignal | undefined): ReadableStream<LanguageModelV4StreamPart> {
	const pieces = reply.text.match(new RegExp(`[\\s\\S]{1,${PIECE}}(?:\\S*\\s|$)|[\\s\\S]+`, 'g')) ?? [];
	let next = 0;
	return new ReadableStream<LanguageModelV4StreamPart>({
		start(controller) {
			controller.enqueue({ type: 'stream-start', warnings: reply.warnings.map(warning) });
			controller.enqueue({ type: 'response-metadata', modelId: MODEL_ID });
			controller.enqueue({ type: 'text-start', id: '0' });
		},
		async pull(controller) {
			if (signal?.aborted) {
				controller.error(signal.reason);
				return;
			}
			const piece = pieces[next];
			if (piece !== undefined) {
				if (next % TURN === TURN - 1) await turn();
				next += 1;
				controller.enqueue({ type: 'text-delta', id: '0', delta: piece });
				return;
			}
			controller.enqueue({ type: 'text-end', id: '0' });
			controller.enqueue({
				type: 'finish',
				usage: NO_TOKENS,
				finishReason: FINISHED,
				providerMetadata: metadataOf(reply)
			});
			controller.close();
		}
	});
}

/** Lets other work of this thread run, without the pause that a timer would add. */
function turn(): Promise<void> {
	return new Promise((resolve) => {
		const { port1, port2 } = new MessageChannel();
		port1.onmessage = () => {
			port1.close();
			resolve();
		};
		port2.postMessage(null);
	});
}
