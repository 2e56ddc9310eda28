import { type Json } from '$lib/core';
import type { ChatCompletionResponse, Wllama } from '@wllama/wllama/esm/index.js';
import { readJson } from '../json';
import type { Llama } from './llama';
import type { Trial } from './model';

const QUESTION = 'Name one colour of the rainbow. Answer with one word.';
const TOKENS = 8;
const SEED = 7;
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: { fine: { type: 'boolean' }, word: { type: 'string', enum: ['red', 'blue'] } },
	required: ['fine', 'word'],
	additionalProperties: false
};

/**
 * Asks a model that was just loaded something small: twice the same, which has to give the same, and once in a form. A
 * broken file or a graphics driver that computes wrongly shows in numbers that are none, in words chosen by chance, or
 * in a form that is not kept. What was said is not judged: a small model may be no genius. Once for each pair of file and
 * device; the earlier verdict is given back where it holds.
 */
export async function tryOut(
	llama: Llama,
	earlier: Trial | null,
	graphics: boolean,
	onBegin: () => void
): Promise<Trial> {
	const { Wllama: Runtime } = await import('@wllama/wllama/esm/index.js');
	const setting = `${Runtime.getLibllamaVersion()}, ${graphics ? 'graphics' : 'processor'}, ${navigator.userAgent}`;
	if (earlier?.with === setting && earlier.problem === null) return earlier;
	onBegin();
	const first = await ask(llama.runtime, {});
	const second = await ask(llama.runtime, {});
	const formed = await ask(llama.runtime, {
		max_tokens: 64,
		response_format: { type: 'json_schema', json_schema: { name: 'trial', schema: SCHEMA, strict: true } }
	});
	return {
		at: Date.now(),
		with: setting,
		problem: problemOf(first, second, formed, llama.info.n_vocab),
		said: textOf(first).slice(0, 80)
	};
}

/** What is wrong with the three answers, in half a sentence; null when nothing is. */
export function problemOf(
	first: ChatCompletionResponse,
	second: ChatCompletionResponse,
	formed: ChatCompletionResponse,
	vocabulary: number
): string | null {
	const text = textOf(first);
	if (text.trim() === '') return 'it answers with nothing';
	if ((text.match(/\uFFFD/g)?.length ?? 0) > text.length / 2) return 'it writes what is no text';
	const sure = first.choices[0]?.logprobs?.content?.map((token) => token.logprob) ?? [];
	if (sure.some((each) => !Number.isFinite(each))) return 'it computes with numbers that are none';
	const mean = sure.reduce((sum, each) => sum + each, 0) / Math.max(1, sure.length);
	// By chance alone a word would be taken with 1 / vocabulary.
	if (sure.length > 0 && mean < -Math.log(vocabulary) + 0.5) return 'it chooses its words by chance';
	if (textOf(second) !== text) return 'it answers differently when asked the same in the same way';
	const read = readJson(textOf(formed), SCHEMA);
	return read.ok ? null : 'it does not hold to a form that it is given';
}

function textOf(answer: ChatCompletionResponse): string {
	return answer.choices[0]?.message.content ?? '';
}

function ask(
	runtime: Wllama,
	more: Partial<Parameters<Wllama['createChatCompletion']>[0]>
): Promise<ChatCompletionResponse> {
	return runtime.createChatCompletion({
		messages: [{ role: 'user', content: QUESTION }],
		max_tokens: TOKENS,
		temperature: 0,
		seed: SEED,
		logprobs: true,
		top_logprobs: 1,
		...more,
		stream: false
	});
}
