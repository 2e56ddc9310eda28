import { canonicalJson } from '$lib/core';
import {
	APICallError,
	type LanguageModelV4,
	type LanguageModelV4CallOptions,
	type LanguageModelV4StreamPart
} from '@ai-sdk/provider';
import * as z from 'zod';
import { defineProvider } from '../contract';
import { streamOf, usageOf, wholeOf } from '../stream';

const reply = z.object({
	/** Used for every prompt that has this text in it. Without one, replies are used in their order. */
	match: z.string().optional(),
	text: z.string().default(''),
	/** Answered instead of `text`, as JSON. */
	json: z.json().optional(),
	/** Pause before each word, in milliseconds. */
	deltaMs: z.number().min(0).default(0),
	finish: z.enum(['stop', 'length', 'content-filter']).default('stop'),
	/** `cut` breaks off half-way, `hang` never ends, a status is what a server would refuse with. */
	fail: z
		.union([z.enum(['cut', 'hang']), z.object({ status: z.int(), retryAfterSeconds: z.number().optional() })])
		.optional()
});

type Reply = z.output<typeof reply>;

const config = z.object({ script: z.array(reply).min(1) });

/** How often each script was asked without a match, so that a retry gets the next reply. Per worker. */
const turns = new Map<string, number>();

export default defineProvider({
	id: 'scripted',
	title: 'Scripted replies',
	summary: 'Says what it was told to say, word by word. For tests.',
	rung: 99,
	onDevice: true,
	hidden: true,
	takesKey: false,
	config,
	example: {
		script: [
			{ match: 'JSON Schema', json: { revenue: 48210 } },
			{ text: '# Week 12\n\nRevenue was 48,210.', deltaMs: 1 }
		]
	},
	origin: () => null,
	create: async ({ script }) => scripted(script)
});

function scripted(script: Reply[]): LanguageModelV4 {
	const doStream: LanguageModelV4['doStream'] = async (options) => {
		const chosen = replyTo(script, promptText(options));
		if (typeof chosen.fail === 'object') throw refusal(chosen.fail);
		return { stream: streamOf(partsOf(chosen, options)) };
	};
	return {
		specificationVersion: 'v4',
		provider: 'scripted',
		modelId: 'scripted',
		supportedUrls: {},
		doStream,
		doGenerate: async (options) => wholeOf(await doStream(options))
	};
}

/** The first reply whose `match` occurs in the prompt, else the next of those without; the last of them repeats. */
function replyTo(script: Reply[], prompt: string): Reply {
	const matched = script.find((each) => each.match !== undefined && prompt.includes(each.match));
	if (matched) return matched;
	const inOrder = script.filter((each) => each.match === undefined);
	const id = canonicalJson(script);
	const turn = turns.get(id) ?? 0;
	turns.set(id, turn + 1);
	return inOrder[Math.min(turn, inOrder.length - 1)] ?? reply.parse({});
}

async function* partsOf(
	chosen: Reply,
	options: LanguageModelV4CallOptions
): AsyncGenerator<LanguageModelV4StreamPart, void, undefined> {
	const text = chosen.json === undefined ? chosen.text : JSON.stringify(chosen.json);
	const words = text.match(/\s*\S+\s*$|\s*\S+/g) ?? [];
	const said = chosen.fail === 'cut' ? words.slice(0, Math.ceil(words.length / 2)) : words;
	const id = 'text';
	yield { type: 'stream-start', warnings: [] };
	yield { type: 'response-metadata', modelId: 'scripted' };
	yield { type: 'text-start', id };
	for (const delta of said) {
		await pause(chosen.deltaMs, options.abortSignal);
		yield { type: 'text-delta', id, delta };
	}
	if (chosen.fail === 'cut') return;
	if (chosen.fail === 'hang') await pause(null, options.abortSignal);
	yield { type: 'text-end', id };
	yield {
		type: 'finish',
		finishReason: { unified: chosen.finish, raw: chosen.finish },
		usage: usageOf(promptText(options).split(/\s+/).length, words.length)
	};
}

/** Waits some milliseconds, or for ever when there are none given; rejects as soon as the call is given up. */
function pause(ms: number | null, signal: AbortSignal | undefined): Promise<void> {
	if (ms === 0 && !signal?.aborted) return Promise.resolve();
	return new Promise((resolve, reject) => {
		const timer = ms === null ? undefined : setTimeout(resolve, ms);
		const giveUp = () => {
			clearTimeout(timer);
			reject(new DOMException('The call was given up.', 'AbortError'));
		};
		if (signal?.aborted) giveUp();
		signal?.addEventListener('abort', giveUp, { once: true });
	});
}

function refusal({
	status,
	retryAfterSeconds
}: {
	status: number;
	retryAfterSeconds?: number | undefined;
}): APICallError {
	return new APICallError({
		message: `The script says ${status}.`,
		url: 'about:blank',
		requestBodyValues: {},
		statusCode: status,
		responseHeaders: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
	});
}

function promptText({ prompt }: LanguageModelV4CallOptions): string {
	return prompt
		.flatMap(({ content }) =>
			typeof content === 'string'
				? [content]
				: content.flatMap((part) => (part.type === 'text' ? [part.text] : []))
		)
		.join('\n\n');
}
