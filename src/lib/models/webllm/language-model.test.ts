import type { LanguageModelV4CallOptions, LanguageModelV4StreamPart } from '@ai-sdk/provider';
import { describe, expect, test, vi } from 'vitest';
import { MLCEngine } from '../../../../tests/support/fake-web-llm.mjs';
import { readJson } from '../json';
import type { Engine } from './engine';
import { webllmModel } from './language-model';
import { problemOf } from '../soundness';
import { tryOut } from './trial';

const fake = (context?: number) => new MLCEngine().pretendLoaded('fake', context) as unknown as Engine;
const modelOf = (engine: Engine, id = 'fake') => webllmModel(id, (_signal, use) => use(engine));
const prompt = (text: string): LanguageModelV4CallOptions['prompt'] => [
	{ role: 'system', content: 'You carry out one step.' },
	{ role: 'user', content: [{ type: 'text', text }] }
];

async function partsOf(engine: Engine, options: Partial<LanguageModelV4CallOptions> = {}) {
	const parts: LanguageModelV4StreamPart[] = [];
	const { stream } = await modelOf(engine).doStream({ prompt: prompt('Write.'), ...options });
	for await (const part of stream) parts.push(part);
	const text = parts.map((part) => (part.type === 'text-delta' ? part.delta : '')).join('');
	const finish = parts.find((part) => part.type === 'finish');
	return { parts, text, finish };
}

test('streams piece by piece, and takes usage from the chunk that has no choices', async () => {
	const { parts, text, finish } = await partsOf(fake());
	expect(parts.filter(({ type }) => type === 'text-delta').length).toBeGreaterThan(10);
	expect(text).toMatch(/^The figure to look at/);
	expect(finish).toMatchObject({
		finishReason: { unified: 'stop', raw: 'stop' },
		usage: { inputTokens: { total: 6 }, outputTokens: { total: 20 } }
	});
});

test('an answer that reached its limit says so', async () => {
	const { text, finish } = await partsOf(fake(), { maxOutputTokens: 4 });
	expect(text.split(' ')).toHaveLength(4);
	expect(finish).toMatchObject({
		finishReason: { unified: 'length' },
		usage: { outputTokens: { total: 4 } }
	});
});

test('stop sequences, seed and the rest of the settings arrive', async () => {
	const engine = fake();
	const create = vi.spyOn(engine.chat.completions, 'create');
	expect((await partsOf(engine, { stopSequences: [' one'] })).text).toMatch(/is the$/);
	const [first, second, again] = [
		await partsOf(engine, { seed: 1 }),
		await partsOf(engine, { seed: 2 }),
		await partsOf(engine, { seed: 1 })
	];
	expect(again.text).toBe(first.text);
	expect(second.text).not.toBe(first.text);
	await partsOf(engine, { temperature: 0, topP: 0.5, frequencyPenalty: 0.1, presencePenalty: 0.2 });
	expect(create.mock.lastCall?.[0]).toMatchObject({
		messages: [
			{ role: 'system', content: 'You carry out one step.' },
			{ role: 'user', content: 'Write.' }
		],
		temperature: 0,
		top_p: 0.5,
		frequency_penalty: 0.1,
		presence_penalty: 0.2,
		stream_options: { include_usage: true }
	});
	expect(create.mock.lastCall?.[0]).not.toHaveProperty('max_tokens');
});

test('what WebLLM cannot do is told as a warning', async () => {
	const { parts } = await partsOf(fake(), { topK: 5 });
	expect(parts[0]).toEqual({ type: 'stream-start', warnings: [{ type: 'unsupported', feature: 'topK' }] });
});

describe('a form', () => {
	const schema = {
		type: 'object' as const,
		properties: { revenue: { type: 'number' as const }, rows: { type: 'array' as const, items: {} } },
		required: ['revenue', 'rows'],
		additionalProperties: false
	};

	test('is handed on as text, and kept with all the blanks that it allows', async () => {
		const engine = fake();
		const create = vi.spyOn(engine.chat.completions, 'create');
		const { text, finish } = await partsOf(engine, {
			responseFormat: { type: 'json', name: 'totals', schema },
			maxOutputTokens: 10
		});
		expect(create.mock.lastCall?.[0]).toMatchObject({
			response_format: { type: 'json_object', schema: JSON.stringify(schema) },
			max_tokens: 143
		});
		expect(finish).toMatchObject({ finishReason: { unified: 'stop' } });
		expect(readJson(text, schema)).toMatchObject({ ok: true, value: { repaired: null } });
	});

	test('without a schema is any JSON', async () => {
		expect((await partsOf(fake(), { responseFormat: { type: 'json' } })).text).toBe('{}');
	});
});

describe('a call that is given up', () => {
	test('ends between two tokens, and the next one is untouched by it', async () => {
		const engine = fake();
		const stop = new AbortController();
		const { stream } = await modelOf(engine).doStream({
			prompt: prompt('Write 50 times.'),
			abortSignal: stop.signal
		});
		let pieces = 0;
		await expect(
			(async () => {
				for await (const part of stream) {
					if (part.type === 'text-delta') pieces += 1;
					if (pieces === 3) stop.abort();
				}
			})()
		).rejects.toThrow(/abort/i);
		expect(pieces).toBeLessThan(10);
		expect((await partsOf(engine)).finish).toMatchObject({ finishReason: { unified: 'stop' } });
	});

	test('by somebody else is told as interrupted, not as the end', async () => {
		const engine = fake();
		const { stream } = await modelOf(engine).doStream({ prompt: prompt('Write 50 times.') });
		let finish: LanguageModelV4StreamPart | undefined;
		for await (const part of stream) {
			if (part.type === 'text-delta') void engine.interruptGenerate();
			if (part.type === 'finish') finish = part;
		}
		expect(finish).toMatchObject({ finishReason: { unified: 'interrupted', raw: 'abort' } });
	});
});

test('a prompt that is too long, and a device that is gone, are told in our words', async () => {
	await expect(partsOf(fake(3))).rejects.toMatchObject({
		failure: { code: 'model.too-long', message: expect.stringContaining('6 tokens; it takes 3') as string }
	});
	const engine = fake();
	await (engine as unknown as MLCEngine).unload();
	await expect(partsOf(engine)).rejects.toMatchObject({
		failure: { code: 'model.device-lost', retryable: true, details: { worker: 'spent' } }
	});
});

test('a form that the runtime makes no grammar of is asked for without one, and the answer says so', async () => {
	const engine = fake();
	const create = vi.spyOn(engine.chat.completions, 'create');
	// It is made when the first chunk is asked for.
	const failing = (message: string) => async () =>
		({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error(message)) }) }) as never;
	create.mockImplementationOnce(failing('Failed to convert JSON schema to grammar'));
	const schema = { type: 'object' as const };
	const { parts } = await partsOf(engine, { responseFormat: { type: 'json', schema } });
	expect(create.mock.calls.map(([request]) => 'response_format' in request)).toEqual([true, false]);
	expect(parts[0]).toMatchObject({ type: 'stream-start', warnings: [{ type: 'other' }] });
	create.mockImplementationOnce(failing('something else'));
	await expect(partsOf(engine, { responseFormat: { type: 'json', schema } })).rejects.toThrow(
		'something else'
	);
});

test('models of a family that thinks aloud are told not to', async () => {
	const engine = fake();
	const create = vi.spyOn(engine.chat.completions, 'create');
	await modelOf(engine, 'Qwen3-0.6B-q4f16_1-MLC').doGenerate({ prompt: prompt('Write.') });
	expect(create.mock.lastCall?.[0]).toMatchObject({ extra_body: { enable_thinking: false } });
	await modelOf(engine, 'Qwen2.5-0.5B').doGenerate({ prompt: prompt('Write.') });
	expect(create.mock.lastCall?.[0]).not.toHaveProperty('extra_body');
});

describe('the trial of a model', () => {
	const fine = { text: 'Red', sure: [-0.1] };
	const form = '{ "fine": true, "word": "red" }';

	test.each([
		[fine, form, null],
		[{ text: ' ', sure: [] }, form, 'answers with nothing'],
		[{ text: '\uFFFD\uFFFDa', sure: [] }, form, 'no text'],
		[{ text: 'a', sure: [Number.NaN] }, form, 'numbers that are none'],
		[{ text: 'xq zz', sure: [-10, -11] }, form, 'by chance'],
		[fine, 'red', 'does not hold to a form']
	])('%j and %j: %s', (free, formed, problem) => {
		const found = problemOf(free, formed, -9);
		if (problem === null) expect(found).toBeNull();
		else expect(found).toContain(problem);
	});

	test('asks for the words and how sure they are', async () => {
		const kept = new Map<string, Response>();
		vi.stubGlobal('caches', {
			open: async () => ({
				match: async (key: string) => kept.get(key)?.clone(),
				put: async (key: string, response: Response) => void kept.set(key, response)
			})
		});
		const engine = fake();
		const create = vi.spyOn(engine.chat.completions, 'create');
		const source = { id: 'fake', files: 'https://a.test/', kept: { files: 'https://b.invalid/' } };
		const given = source as Parameters<typeof tryOut>[1];
		for (const device of ['one', 'one', 'other']) await tryOut(engine, given, device);
		// Two questions, and once is enough on one device.
		expect(create).toHaveBeenCalledTimes(4);
		vi.unstubAllGlobals();
	});
});
