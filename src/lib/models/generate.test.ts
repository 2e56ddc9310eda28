import { failure, type EgressRow, type Json } from '$lib/core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startModelServer, type ModelServer } from '../../../tests/support/model-server.mjs';
import { generate, readJson, type ModelOutcome, type ModelRequest, type ModelTools } from './index';

const CANARY = 'sk-canary-8c1f/9+x';
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: { revenue: { type: 'number' } },
	required: ['revenue']
};

let server: ModelServer;
beforeAll(async () => {
	server = await startModelServer({ slowMs: 40 });
});
afterAll(() => server.close());
afterEach(() => server.reset());

interface Asking {
	baseUrl?: string;
	supportsSchema?: boolean;
	request?: Partial<ModelRequest>;
	tools?: Partial<ModelTools>;
}

async function ask(
	model: string,
	{ baseUrl, supportsSchema, request, tools }: Asking = {}
): Promise<ModelOutcome> {
	return generate(
		{
			provider: {
				id: 'openai-compatible',
				title: 'My server',
				onDevice: false,
				config: { baseUrl: baseUrl ?? server.baseUrl, model, supportsSchema: supportsSchema ?? true }
			},
			system: 'Rules.\n\nCorrections to obey:\n1. Be brief.\n2. No decimals.',
			user: 'Revenue was 48210 this week.',
			timeoutSeconds: 20,
			...request
		},
		{ fetch, key: CANARY, signal: new AbortController().signal, onText: () => undefined, ...tools }
	);
}

function refusalOf(outcome: ModelOutcome) {
	if (outcome.ok) throw new Error(`It answered: ${outcome.value.text}`);
	expect(JSON.stringify(outcome)).not.toContain(CANARY);
	expect(JSON.stringify(outcome)).not.toContain(encodeURIComponent(CANARY));
	expect(outcome.failure.message).toMatch(/\.$/);
	return outcome.failure;
}

function answerOf(outcome: ModelOutcome) {
	if (!outcome.ok) throw new Error(outcome.failure.message);
	return outcome.value;
}

const json = { json: { name: 'totals', schema: SCHEMA } };

test.each([10, 145, 155, 285, 295])(
	'a key that a refusal quotes after %d characters is not told, nor a piece of it where the words are cut',
	async (before) => {
		const message = `${'x'.repeat(before)} ${CANARY} is wrong.`;
		const refuse: typeof fetch = async () => Response.json({ error: { message } }, { status: 403 });
		const told = JSON.stringify(refusalOf(await ask('ok', { tools: { fetch: refuse } })));
		expect(told).toContain('xxx');
		expect(told).not.toContain(CANARY.slice(0, 4));
	}
);

describe('an answer', () => {
	test('has text, finish, usage and the model’s own name', async () => {
		const pieces: string[] = [];
		const answer = answerOf(await ask('ok', { tools: { onText: (piece) => void pieces.push(piece) } }));
		expect(answer).toMatchObject({ finish: 'stop', model: 'ok-2026-11', warnings: [], evidence: [] });
		expect(answer.text).toContain('48210');
		expect(answer.text).toContain('Correction notes received: 2.');
		expect(pieces.length).toBeGreaterThan(3);
		expect(pieces.join('')).toBe(answer.text);
		expect(answer.usage.input).toBeGreaterThan(0);
		expect(answer.usage.output).toBeGreaterThan(0);
	});

	test('is asked for with the key, temperature 0, the limit, and both parts of the prompt', async () => {
		await ask('ok', { request: { maxTokens: 500 } });
		expect(server.requests).toHaveLength(1);
		expect(server.requests[0]).toMatchObject({
			path: '/v1/chat/completions',
			headers: { authorization: `Bearer ${CANARY}` },
			body: { temperature: 0, max_tokens: 500, stream: true, stream_options: { include_usage: true } },
			finished: true
		});
		expect(server.requests[0]?.messages.map((message) => message.role)).toEqual(['system', 'user']);
	});

	test('without a usage piece has unknown usage, not zero', async () => {
		expect(answerOf(await ask('no-usage')).usage).toEqual({ input: null, output: null });
	});

	test('that reached its length carries a warning', async () => {
		const answer = answerOf(await ask('length'));
		expect(answer.finish).toBe('length');
		expect(answer.warnings).toEqual([expect.stringContaining('limit of length')]);
	});

	test('lists what left the device', async () => {
		const row: EgressRow = { origin: server.url, method: 'POST', status: 200, sent: 5, received: 7 };
		expect(await ask('ok', { tools: { egress: () => [row] } })).toMatchObject({ egress: [row] });
		expect(await ask('status-500', { tools: { egress: () => [row] } })).toMatchObject({ egress: [row] });
	});
});

describe('JSON', () => {
	test('is asked for by schema', async () => {
		const answer = answerOf(await ask('ok', { request: json }));
		expect(readJson(answer.text, SCHEMA)).toEqual({
			ok: true,
			value: { value: { revenue: 48210 }, repaired: null }
		});
		expect(server.requests[0]?.body['response_format']).toEqual({
			type: 'json_schema',
			json_schema: { name: 'totals', schema: SCHEMA, strict: false }
		});
	});

	test('is strict where the schema keeps the rules of that', async () => {
		await ask('ok', {
			request: { json: { name: 'to tals', schema: { ...SCHEMA, additionalProperties: false } } }
		});
		expect(server.requests[0]?.body).toMatchObject({
			response_format: { json_schema: { name: 'to_tals', strict: true } }
		});
	});

	test('is asked for in words when the server takes no schema', async () => {
		const answer = answerOf(await ask('no-schema', { request: json }));
		expect(readJson(answer.text, SCHEMA)).toMatchObject({ ok: true });
		expect(answer.warnings).toEqual([expect.stringContaining('does not take a schema')]);
		expect(server.requests.map((each) => each.body['response_format'])).toMatchObject([
			{ type: 'json_schema' },
			{ type: 'json_object' }
		]);
		expect(JSON.stringify(server.requests[1]?.messages)).toContain('fits this JSON Schema');
	});

	test('is asked for in words at once when the settings say so', async () => {
		const answer = answerOf(await ask('no-schema', { supportsSchema: false, request: json }));
		expect(answer.warnings).toEqual([]);
		expect(server.requests).toHaveLength(1);
	});

	test('cut off at the limit is a failure', async () => {
		const refused = refusalOf(await ask('length', { request: { ...json, maxTokens: 5 } }));
		expect(refused).toMatchObject({ code: 'model.cut-short', retryable: false });
		expect(refused.message).toContain('5 tokens');
	});

	test('prose instead is an answer here; reading it says what is wrong', async () => {
		const answer = answerOf(await ask('prose', { request: json }));
		expect(readJson(answer.text, SCHEMA)).toMatchObject({ ok: false, failure: { code: 'model.not-json' } });
	});

	test('in a code block is found', async () => {
		const answer = answerOf(await ask('fenced', { request: json }));
		const read = readJson(answer.text, SCHEMA);
		expect(read).toMatchObject({ ok: true, value: { repaired: { how: 'taken-out' } } });
	});
});

test('a model that keeps its temperature is asked again without one', async () => {
	const answer = answerOf(await ask('no-temperature'));
	expect(answer.warnings).toEqual([expect.stringContaining('temperature')]);
	expect(server.requests.map((each) => 'temperature' in each.body)).toEqual([true, false]);
});

test('a model that wants the limit by its newer name gets it so', async () => {
	const answer = answerOf(await ask('no-max-tokens', { request: { maxTokens: 90 } }));
	expect(answer.warnings).toEqual([expect.stringContaining('newer name')]);
	expect(server.requests[1]?.body).toMatchObject({ max_completion_tokens: 90 });
	expect(server.requests[1]?.body).not.toHaveProperty('max_tokens');
});

describe('a failure', () => {
	test.each([
		['status-400', 'model.refused-request', false],
		['status-401', 'model.key-refused', false],
		['status-403', 'model.key-refused', false],
		['status-404', 'model.not-found', false],
		['status-413', 'model.too-long', false],
		['status-429', 'model.rate-limited', true],
		['status-500', 'model.server-error', true],
		['status-503', 'model.server-error', true],
		['once-500', 'model.server-error', true],
		['empty', 'model.empty', true],
		['filter', 'model.filtered', false],
		['html', 'model.not-a-model', false],
		['redirect', 'model.unreachable', true]
	])('%s is %s, and the key is nowhere in it', async (model, code, retryable) => {
		const options: Asking =
			model === 'redirect'
				? { tools: { fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }) } }
				: {};
		const refused = refusalOf(await ask(model, options));
		expect(refused).toMatchObject({ code, retryable });
		expect(server.requests).toHaveLength(1);
	});

	test('429 says how long to wait', async () => {
		const refused = refusalOf(await ask('status-429'));
		expect(refused.details).toMatchObject({ retryAfterSeconds: 7, status: 429, origin: server.url });
		expect(refused.message).toContain('Wait 7 seconds');
	});

	test('401 without a key says that one is asked for', async () => {
		const outcome = await ask('status-401', { tools: { key: '' } });
		expect(outcome.ok || outcome.failure.message).toContain('asks for a key');
		expect(server.requests[0]?.headers['authorization']).toBeUndefined();
	});

	test('a second try after once-500 works', async () => {
		await ask('once-500');
		expect(answerOf(await ask('once-500')).finish).toBe('stop');
	});

	test.each([
		['cut', 'model.cut', true],
		['no-finish', 'model.cut', true],
		['error-chunk', 'model.server-error', true]
	])('%s keeps what had arrived', async (model, code, retryable) => {
		const pieces: string[] = [];
		const outcome = await ask(model, { tools: { onText: (piece) => void pieces.push(piece) } });
		const refused = refusalOf(outcome);
		expect(refused).toMatchObject({ code, retryable });
		expect(refused.message).toContain('What had arrived is kept');
		expect(outcome.ok ? '' : outcome.kept).toBe(pieces.join(''));
		expect(pieces.join('')).toContain('# Weekly');
	});

	test('nobody there says which address and that nothing was lost', async () => {
		const refused = refusalOf(await ask('ok', { baseUrl: 'http://127.0.0.1:1/v1' }));
		expect(refused).toMatchObject({ code: 'model.unreachable', retryable: true });
		expect(refused.message).toContain('http://127.0.0.1:1 could not be reached');
		expect(refused.message).toContain('Nothing was lost');
	});

	test.each(['Failed to fetch', 'NetworkError when attempting to fetch resource.', 'Load failed'])(
		'a browser that says “%s” means the same',
		async (message) => {
			const broken: typeof fetch = async () => {
				throw new TypeError(message);
			};
			expect(refusalOf(await ask('ok', { tools: { fetch: broken } })).code).toBe('model.unreachable');
		}
	);

	test('of the guard comes through in its own words', async () => {
		const told = failure('egress.not-allowed', `Nothing was sent with ${CANARY}.`);
		const guard: typeof fetch = async () => {
			throw Object.assign(new Error('no'), { failure: told });
		};
		expect(refusalOf(await ask('ok', { tools: { fetch: guard } }))).toMatchObject({
			code: 'egress.not-allowed',
			message: 'Nothing was sent with [key].'
		});
	});

	test('a server that hangs is given up in time', async () => {
		const started = performance.now();
		const refused = refusalOf(await ask('hang', { request: { timeoutSeconds: 0.3 } }));
		expect(refused).toMatchObject({ code: 'model.timeout', retryable: true });
		expect(performance.now() - started).toBeLessThan(3000);
		await vi.waitFor(() => expect(server.requests[0]?.aborted).toBe(true));
	});

	test('being stopped hangs up at once and keeps what had arrived', async () => {
		const stop = new AbortController();
		const outcome = await ask('slow', { tools: { signal: stop.signal, onText: () => stop.abort() } });
		expect(refusalOf(outcome)).toMatchObject({ code: 'model.stopped', retryable: false });
		expect(!outcome.ok && outcome.kept).not.toBe('');
		await vi.waitFor(() => expect(server.requests[0]?.aborted).toBe(true));
	});

	test('a fetch that never answers and ignores its signal is given up too', async () => {
		const deaf: typeof fetch = () => new Promise(() => undefined);
		const refused = refusalOf(await ask('ok', { tools: { fetch: deaf }, request: { timeoutSeconds: 0.1 } }));
		expect(refused.code).toBe('model.timeout');
	});

	test('a stranger as provider, or bad settings, send nothing', async () => {
		const provider = { id: 'nobody', title: 'Nobody', onDevice: true, config: {} };
		expect(refusalOf(await ask('ok', { request: { provider } })).code).toBe('model.unknown-provider');
		for (const baseUrl of [
			'api.example.com',
			'ftp://a.example',
			'https://u:p@a.example',
			'https://a.example?k=1'
		]) {
			const refused = refusalOf(await ask('ok', { baseUrl }));
			expect(refused.code).toBe('model.bad-settings');
			expect(refused.message).toContain('baseUrl');
		}
		expect(server.requests).toEqual([]);
	});
});
