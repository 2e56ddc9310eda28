import { failure } from '$lib/core';
import { FORM, problemOf, QUESTION, SEED, WORDS_TOKENS, type Said } from '../soundness';
import type { Engine } from './engine';
import { ModelRefused } from '../refused';
import { fileOf, keep, keptText } from './kept';
import type { Source } from './record';

/** Tokens of an answer in the form: this runtime’s grammar lets any number of blanks through. */
const FORM_TOKENS = 128;
/** Natural logarithm of a chance so small that no sound model writes its own words with it on average. */
const BY_CHANCE = -9;

/**
 * Tries a model that was just loaded, once for each model and `setting`, which is the graphics device with its browser.
 * Rejects with `model.unsound`.
 */
export async function tryOut(engine: Engine, source: Source, setting: string): Promise<void> {
	const note = fileOf(source, 'galley-trial.json', 'webllm/config');
	if ((await keptText(note)) === setting) return;
	const free = await ask(engine, { max_tokens: WORDS_TOKENS, logprobs: true, top_logprobs: 1 });
	const formed = await ask(engine, {
		max_tokens: FORM_TOKENS,
		response_format: { type: 'json_object', schema: JSON.stringify(FORM) }
	});
	const problem = problemOf(free, formed.text, BY_CHANCE);
	if (problem !== null) throw new ModelRefused(unsound(source.id, problem));
	const body = new Response(setting).body;
	if (body) await keep(note, body, 'text/plain');
}

async function ask(engine: Engine, more: object): Promise<Said> {
	const chunks = await engine.chat.completions.create({
		messages: [{ role: 'user', content: QUESTION }],
		temperature: 0,
		seed: SEED,
		stream: true,
		...more
	});
	const said: Said = { text: '', sure: [] };
	for await (const { choices } of chunks) {
		said.text += choices[0]?.delta.content ?? '';
		for (const { logprob } of choices[0]?.logprobs?.content ?? []) said.sure.push(logprob);
	}
	return said;
}

function unsound(title: string, problem: string) {
	return failure(
		'model.unsound',
		`${title} was tried out before it was used, and it does not do well on this device: ${problem}. Nothing was asked of it. ` +
			'Choose another model, or one that runs on the processor.',
		{ details: { problem } }
	);
}
