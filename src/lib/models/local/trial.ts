import type { ChatCompletionResponse, Wllama } from '@wllama/wllama/esm/index.js';
import { FORM, problemOf, QUESTION, SEED, WORDS_TOKENS, type Said } from '../soundness';
import type { Llama } from './llama';
import type { Trial } from './model';

/** Tokens of an answer in the form. */
const FORM_TOKENS = 64;

/**
 * Tries a model that was just loaded: asked the same twice it has to say the same. Once for each pair of file and device;
 * the earlier verdict is given back where it holds.
 */
export async function tryOut(
	llama: Llama,
	earlier: Trial | null,
	onBegin: () => void,
	onAnswer: () => void
): Promise<Trial> {
	const { Wllama: Runtime } = await import('@wllama/wllama/esm/index.js');
	const setting = `${Runtime.getLibllamaVersion()}, ${llama.graphics ? 'graphics' : 'processor'}, ${navigator.userAgent}`;
	if (earlier?.with === setting && earlier.problem === null) return earlier;
	onBegin();
	const first = await ask(llama.runtime, {});
	onAnswer();
	const second = await ask(llama.runtime, {});
	onAnswer();
	const formed = await ask(llama.runtime, {
		max_tokens: FORM_TOKENS,
		response_format: { type: 'json_schema', json_schema: { name: 'trial', schema: FORM, strict: true } }
	});
	// By chance alone a word would be taken with 1 / vocabulary.
	const chance = -Math.log(llama.info.n_vocab) + 0.5;
	const isSteady = second.text === first.text;
	return {
		at: Date.now(),
		with: setting,
		problem:
			problemOf(first, formed.text, chance) ??
			(isSteady ? null : 'it answers differently when asked the same in the same way'),
		said: first.text.slice(0, 80)
	};
}

async function ask(
	runtime: Wllama,
	more: Partial<Parameters<Wllama['createChatCompletion']>[0]>
): Promise<Said> {
	const answer: ChatCompletionResponse = await runtime.createChatCompletion({
		messages: [{ role: 'user', content: QUESTION }],
		max_tokens: WORDS_TOKENS,
		temperature: 0,
		seed: SEED,
		logprobs: true,
		top_logprobs: 1,
		...more,
		stream: false
	});
	const [choice] = answer.choices;
	return {
		text: choice?.message.content ?? '',
		sure: choice?.logprobs?.content?.map((token) => token.logprob) ?? []
	};
}
