import type { EgressRow, Json, Result } from '$lib/core';
import { guardedFetch, knock, type Asking } from '$lib/egress';
import { generate, readJson, type ModelOutcome, type ModelRequest } from '$lib/models';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startModelServer, type ModelServer } from '../../../tests/support/model-server.mjs';

// Scripted conversations with a real server on the loopback, for each way in which remote models are spoken to. Real: the
// libraries, our guard, HTTP and its streams. Each ends in the right value, or in the right failure with its sentence.

const KEY = 'sk-canary-8c1f/9+x';
const SCHEMA: Record<string, Json> = {
	type: 'object',
	properties: { revenue: { type: 'number' } },
	required: ['revenue'],
	additionalProperties: false
};

let server: ModelServer;
beforeAll(async () => {
	server = await startModelServer({ slowMs: 60 });
});
afterAll(() => server.close());
afterEach(() => server.reset());

const PROTOCOLS = [
	{ id: 'openai-compatible', model: 'tester', path: '/v1', key: 'authorization' },
	{ id: 'anthropic', model: 'claude-sonnet-4-5', path: '/v1', key: 'x-api-key' },
	{ id: 'google', model: 'gemini-2.5-flash', path: '/v1beta', key: 'x-goog-api-key' }
];
type Protocol = (typeof PROTOCOLS)[number];

interface Held {
	outcome: ModelOutcome;
	/** What a step makes of it. */
	value: Result<Json>;
	rows: EgressRow[];
	seen: string;
}

async function converse(
	{ id, model, path }: Protocol,
	behaviour: string,
	more: Partial<ModelRequest> = {},
	address = server.url
): Promise<Held> {
	server.behaviour = behaviour;
	const rows: EgressRow[] = [];
	const asking: Asking = { purpose: 'model', call: 'c', report: () => undefined, barred: async () => null };
	const rules = { allowed: [address], asking, onRow: (row: EgressRow) => void rows.push(row) };
	let seen = '';
	const request: ModelRequest = {
		provider: { id, title: 'The server', onDevice: false, config: { baseUrl: `${address}${path}`, model } },
		system: 'Rules.\n\nCorrections to obey:\n1. Be brief.\n2. No decimals.',
		user: 'Revenue was 48210 this week.',
		timeoutSeconds: 20,
		...more
	};
	const outcome = await generate(request, {
		fetch: guardedFetch(fetch, rules),
		key: KEY,
		signal: new AbortController().signal,
		onText: (piece) => (seen += piece),
		egress: () => rows,
		knock: () => knock(fetch, address, rules)
	});
	expect(JSON.stringify(outcome)).not.toContain(KEY);
	const read = outcome.ok && more.json ? readJson(outcome.value.text, SCHEMA) : null;
	const value: Result<Json> = !outcome.ok
		? outcome
		: read === null
			? { ok: true, value: outcome.value.text }
			: read.ok
				? { ok: true, value: read.value.value }
				: read;
	return { outcome, value, rows, seen };
}

const json = { json: { name: 'totals', schema: SCHEMA } };
/** Only the limit at hand is short: a busy machine must not reach the other one first. */
const SOON = { patience: { start: 0.3, stall: 20 } };
const STEADILY = { patience: { start: 20, stall: 0.3 } };
const KEPT_EARLIER = /[Ee]very earlier step/;
const KEPT_PART = /What had arrived is kept/;

interface Ending {
	name: string;
	behaviour: string;
	request?: Partial<ModelRequest>;
	code: string;
	retryable: boolean;
	says: RegExp[];
	/** Part of an answer is kept. */
	begun?: boolean;
	details?: Record<string, unknown>;
}

const ENDINGS: Ending[] = [
	{
		name: 'prose where JSON was asked',
		behaviour: 'prose',
		request: json,
		code: 'model.not-json',
		retryable: true,
		says: [/its answer is prose/, /answer is kept/]
	},
	{
		name: 'a tool call',
		behaviour: 'tool',
		code: 'model.tool-call',
		retryable: false,
		says: [/wanted to use a tool \(“search”\)/, /none was used/]
	},
	{
		name: '401',
		behaviour: 'status-401',
		code: 'model.key-refused',
		retryable: false,
		says: [/did not accept the key \(401\)/, /Settings/, KEPT_EARLIER]
	},
	{
		name: '403',
		behaviour: 'status-403',
		code: 'model.key-refused',
		retryable: false,
		says: [/does not allow this with this key \(403\)/, KEPT_EARLIER]
	},
	{
		name: '404',
		behaviour: 'status-404',
		code: 'model.not-found',
		retryable: false,
		says: [/does not know this model/, KEPT_EARLIER]
	},
	{
		name: '408',
		behaviour: 'status-408',
		code: 'model.timeout',
		retryable: true,
		says: [/gave up waiting \(408\)/, KEPT_EARLIER]
	},
	{
		name: '429 with Retry-After',
		behaviour: 'status-429',
		code: 'model.rate-limited',
		retryable: true,
		says: [/no more requests for the moment \(429\)/, /Wait 7 seconds/],
		details: { retryAfterSeconds: 7 }
	},
	{
		name: '429 without Retry-After',
		behaviour: 'bare-429',
		code: 'model.rate-limited',
		retryable: true,
		says: [/no more requests for the moment \(429\)/, /Wait a little/]
	},
	{
		name: '500',
		behaviour: 'status-500',
		code: 'model.server-error',
		retryable: true,
		says: [/has a problem of its own \(500\)/, KEPT_EARLIER]
	},
	{
		name: 'a cut stream',
		behaviour: 'cut',
		code: 'model.cut',
		retryable: true,
		says: [/stopped in the middle of the answer/, KEPT_PART],
		begun: true
	},
	{
		name: 'no final chunk',
		behaviour: 'no-finish',
		code: 'model.cut',
		retryable: true,
		says: [/stopped in the middle of the answer/, KEPT_PART],
		begun: true
	},
	{
		name: 'a bad chunk',
		behaviour: 'bad-chunk',
		code: 'model.garbled',
		retryable: true,
		says: [/not a model’s answer/, KEPT_PART],
		begun: true
	},
	{
		name: 'an error in the stream',
		behaviour: 'error-chunk',
		code: 'model.server-error',
		retryable: true,
		says: [/has a problem of its own/, KEPT_PART],
		begun: true
	},
	{
		name: 'a web page with 200',
		behaviour: 'html',
		code: 'model.not-a-model',
		retryable: false,
		says: [/answered with a web page/, KEPT_EARLIER]
	},
	{
		name: 'no first byte',
		behaviour: 'late',
		request: SOON,
		code: 'model.timeout',
		retryable: true,
		says: [/had sent nothing after 0.3 seconds/, KEPT_EARLIER]
	},
	{
		name: 'headers and nothing after them',
		behaviour: 'hang',
		request: SOON,
		code: 'model.timeout',
		retryable: true,
		says: [/had sent nothing after 0.3 seconds/, KEPT_EARLIER]
	},
	{
		name: 'signs of life, but no answer in the whole time',
		behaviour: 'drip',
		request: { patience: { start: 0.8, stall: 20 }, timeoutSeconds: 2 },
		code: 'model.timeout',
		retryable: true,
		says: [/was not ready within 2 seconds/]
	},
	{
		name: 'a stall',
		behaviour: 'stall',
		request: STEADILY,
		code: 'model.stalled',
		retryable: true,
		says: [/fell silent for 0.3 seconds in the middle/, KEPT_PART],
		begun: true
	},
	{
		name: 'an answer without end',
		behaviour: 'huge',
		code: 'model.too-much',
		retryable: false,
		says: [/did not stop writing and was stopped/],
		begun: true
	},
	{
		name: 'a redirect',
		behaviour: 'redirect',
		code: 'egress.redirect',
		retryable: false,
		says: [/wanted to send the request on/, /not followed/, KEPT_EARLIER]
	}
];

describe.each(PROTOCOLS.map((each) => [each.id, each] as const))('%s', (_, protocol) => {
	test('ok: text, piece by piece, with its tokens', async () => {
		const { outcome, rows, seen } = await converse(protocol, 'ok');
		if (!outcome.ok) throw new Error(outcome.failure.message);
		expect(outcome.value.text).toContain('48210');
		expect(outcome.value.text).toContain('Correction notes received: 2.');
		expect(seen).toBe(outcome.value.text);
		expect(outcome.value).toMatchObject({ finish: 'stop', warnings: [] });
		expect(outcome.value.usage.input).toBeGreaterThan(0);
		expect(outcome.value.usage.output).toBeGreaterThan(0);
		expect(rows).toMatchObject([{ origin: server.url, method: 'POST', status: 200 }]);
		expect(rows[0]?.sent).toBe(server.requests[0]?.bytes);
	});

	test('the key is in its header and nowhere else, and a web page may ask', async () => {
		await converse(protocol, 'ok');
		const [request] = server.requests;
		if (!request) throw new Error('Nothing arrived.');
		const { headers, path, body } = request;
		expect(headers[protocol.key]).toBe(protocol.id === 'openai-compatible' ? `Bearer ${KEY}` : KEY);
		expect(JSON.stringify({ ...headers, [protocol.key]: '', path, body })).not.toContain(KEY);
		if (protocol.id !== 'anthropic') return;
		expect(headers['anthropic-dangerous-direct-browser-access']).toBe('true');
		expect(body['max_tokens']).toBe(8192);
	});

	test('JSON: the schema goes along whole, the answer is held against it', async () => {
		const { value, outcome } = await converse(protocol, 'ok', json);
		expect(value).toEqual({ ok: true, value: { revenue: 48210 } });
		expect(outcome.ok && outcome.value.warnings).toEqual([]);
		expect(JSON.stringify(server.requests[0]?.body)).toContain('"revenue"');
	});

	test('fenced JSON is found', async () => {
		const { value } = await converse(protocol, 'fenced', json);
		expect(value).toEqual({ ok: true, value: { revenue: 48210 } });
	});

	test('flaky: the first try fails in a way that may be tried again, the second is an answer', async () => {
		const first = await converse(protocol, 'once-500');
		expect(first.value).toMatchObject({ ok: false, failure: { retryable: true } });
		expect(server.requests, 'tried once, by us').toHaveLength(1);
		expect((await converse(protocol, 'once-500')).value.ok).toBe(true);
	});

	test.each(ENDINGS.map((each) => [each.name, each] as const))('%s', async (_name, ending) => {
		const { value, outcome, rows, seen } = await converse(protocol, ending.behaviour, ending.request);
		if (value.ok) throw new Error(`It answered: ${JSON.stringify(value.value).slice(0, 200)}`);
		expect(value.failure).toMatchObject({ code: ending.code, retryable: ending.retryable });
		for (const says of ending.says) expect(value.failure.message).toMatch(says);
		expect(value.failure.message).toMatch(/\.$/);
		if (ending.details) expect(value.failure.details).toMatchObject(ending.details);
		expect(server.requests).toHaveLength(1);
		expect(rows, 'it is in the ledger once').toHaveLength(1);
		if (!ending.begun) return;
		expect(seen).not.toBe('');
		expect(!outcome.ok && outcome.kept).toBe(seen);
	});

	test('nobody there', async () => {
		const { value, rows } = await converse(protocol, 'ok', {}, 'http://127.0.0.1:1');
		expect(value).toMatchObject({ ok: false, failure: { code: 'model.unreachable', retryable: true } });
		expect(!value.ok && value.failure.message).toMatch(
			/^http:\/\/127\.0\.0\.1:1 could not be reached\. Nothing was lost/
		);
		expect(rows.map(({ method }) => method)).toEqual(['POST', 'GET']);
	});
});

test('a model of Anthropic’s protocol that nobody knows gets the schema as a tool, and answers all the same', async () => {
	const stranger = { id: 'anthropic', model: 'house-model', path: '/v1', key: 'x-api-key' };
	const { value } = await converse(stranger, 'ok', json);
	expect(value).toEqual({ ok: true, value: { revenue: 48210 } });
	expect(server.requests[0]?.body).toHaveProperty('tools');
});

test('seed, stop and limit go along where a protocol has them', async () => {
	const more = { seed: 7, stop: ['END'], maxTokens: 90 };
	for (const protocol of PROTOCOLS) await converse(protocol, 'ok', more);
	const [openai, anthropic, google] = server.requests.map(({ body }) => body);
	expect(openai).toMatchObject({ seed: 7, stop: ['END'], max_tokens: 90, temperature: 0 });
	expect(anthropic).toMatchObject({ stop_sequences: ['END'], max_tokens: 90 });
	expect(google).toMatchObject({
		generationConfig: { seed: 7, stopSequences: ['END'], maxOutputTokens: 90, temperature: 0 }
	});
});
