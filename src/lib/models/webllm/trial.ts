import { failure, type Json } from '$lib/core';
import { readJson } from '../json';
import type { Engine } from './engine';
import { ModelRefused } from '../refused';
import { fileOf, keep, keptText } from './kept';
import type { Source } from './record';

const QUESTION = 'Name one colour of the rainbow. Answer with one word.';
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: { word: { type: 'string', enum: ['red', 'blue'] } },
	required: ['word'],
	additionalProperties: false
};
/** Natural logarithm of a chance so small that no sound model writes its own words with it on average. */
const BY_CHANCE = -9;

/** What a model said when it was first asked, as far as it is judged. */
export interface Said {
	text: string;
	/** Natural logarithms of how likely each word was. */
	sure: number[];
}

/**
 * Asks a model that was just loaded two small things. A driver that computes wrongly, or files that do not belong
 * together, show in text that is none; what was said is not judged. Once for each model and
 * `setting`, which is the graphics device with its browser. Rejects with `model.unsound`.
 */
export async function tryOut(engine: Engine, source: Source, setting: string): Promise<void> {
	const note = fileOf(source, 'galley-trial.json', 'webllm/config');
	if ((await keptText(note)) === setting) return;
	const free = await ask(engine, { max_tokens: 8, logprobs: true, top_logprobs: 1 });
	const formed = await ask(engine, {
		max_tokens: 128,
		response_format: { type: 'json_object', schema: JSON.stringify(SCHEMA) }
	});
	const problem = problemOf(free, formed);
	if (problem !== null) throw new ModelRefused(unsound(source.id, problem));
	const body = new Response(setting).body;
	if (body) await keep(note, body, 'text/plain');
}

/** What is wrong with two answers, in half a sentence; null when nothing is. */
export function problemOf(free: Said, formed: Said): string | null {
	if (free.text.trim() === '') return 'it answers with nothing';
	if ((free.text.match(/\uFFFD/g)?.length ?? 0) > free.text.length / 2) return 'it writes what is no text';
	if (free.sure.some((each) => Number.isNaN(each))) return 'it computes with numbers that are none';
	const mean = free.sure.reduce((sum, each) => sum + each, 0) / Math.max(1, free.sure.length);
	if (mean < BY_CHANCE) return 'it chooses its words by chance';
	return readJson(formed.text, SCHEMA).ok ? null : 'it does not hold to a form that it is given';
}

async function ask(engine: Engine, more: object): Promise<Said> {
	const chunks = await engine.chat.completions.create({
		messages: [{ role: 'user', content: QUESTION }],
		temperature: 0,
		seed: 7,
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
