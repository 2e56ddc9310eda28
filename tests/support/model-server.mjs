import { createServer } from 'node:http';
import { answerFor } from './model-answers.mjs';

/**
 * A loopback server that speaks OpenAI's chat completions. The model's name chooses what it does:
 *
 * | model | behaviour |
 * |---|---|
 * | `ok`, or any other name | a usable answer: JSON that fits the schema, else a short Markdown report |
 * | `slow` | the same, `slowMs` per piece |
 * | `prose` | prose, also where JSON was asked |
 * | `fenced` | JSON inside a code block, with a sentence before it |
 * | `no-schema` | refuses a `json_schema` with 400, takes `json_object` |
 * | `no-temperature`, `no-max-tokens` | refuses a temperature, or `max_tokens`, with 400 |
 * | `no-usage` | streams without a usage piece |
 * | `length`, `filter` | finishes with `length` or `content_filter` |
 * | `cut`, `no-finish` | breaks the socket, or ends properly but without a finish reason, half-way |
 * | `error-chunk` | an error inside a stream that began well |
 * | `html` | a web page with 200 |
 * | `redirect` | sends the caller elsewhere |
 * | `status-401` ... | that status, the key quoted in the message; 429 with `retry-after: 7` |
 * | `once-500` | 500 for the first request since the start or `reset()`, then `ok` |
 * | `empty`, `hang` | an answer without text; headers and then nothing |
 *
 * @typedef {object} Recorded
 * @property {number} at Milliseconds since 1970.
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {string} model
 * @property {{ role: string, content: string }[]} messages
 * @property {Record<string, unknown>} body The body as sent.
 * @property {number} bytes Size of the body.
 * @property {number | null} status What was answered; null before that.
 * @property {boolean} finished True when the answer was sent to its end.
 * @property {boolean} aborted True when the caller hung up first.
 *
 * @typedef {object} ModelServer
 * @property {string} url Origin, such as `http://127.0.0.1:41234`; the base URL is this and `/v1`.
 * @property {string} baseUrl
 * @property {Recorded[]} requests Chat requests in order of arrival; preflights are not among them.
 * @property {string[]} preflights Origins that asked for permission.
 * @property {string | null} behaviour Set, it is done whatever model is asked for: a server that changes its mind.
 * @property {() => void} reset Forgets all requests.
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ port?: number, chunkMs?: number, slowMs?: number }} [options] Milliseconds before each piece; 0 and 150.
 * @returns {Promise<ModelServer>}
 */
export async function startModelServer({ port = 0, chunkMs = 0, slowMs = 150 } = {}) {
	/** @type {Recorded[]} */
	const requests = [];
	/** @type {string[]} */
	const preflights = [];
	let failed = false;
	const here = { behaviour: /** @type {string | null} */ (null) };

	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		allowAnyOrigin(request, response);
		if (request.method === 'OPTIONS') {
			preflights.push(String(request.headers.origin ?? ''));
			response.writeHead(204).end();
			return;
		}
		if (request.method === 'GET' && pathname.endsWith('/models')) {
			send(response, 200, { object: 'list', data: [{ id: 'ok', object: 'model' }] });
			return;
		}
		if (request.method !== 'POST' || !pathname.endsWith('/chat/completions')) {
			send(response, 404, { error: { message: `There is nothing at ${pathname}.` } });
			return;
		}
		const raw = await bodyOf(request);
		const body = JSON.parse(raw);
		/** @type {Recorded} */
		const recorded = {
			at: Date.now(),
			method: request.method,
			path: pathname,
			headers: { ...request.headers },
			model: body.model,
			messages: body.messages,
			body,
			bytes: Buffer.byteLength(raw),
			status: null,
			finished: false,
			aborted: false
		};
		requests.push(recorded);
		response.on('finish', () => (recorded.finished = true));
		response.on('close', () => (recorded.aborted = !recorded.finished));
		const wanted = here.behaviour ?? String(body.model);
		const model = wanted === 'once-500' && !failed ? 'status-500' : wanted;
		if (wanted === 'once-500') failed = true;
		const refused = refusal(model, body, request.headers.authorization);
		recorded.status = refused?.status ?? 200;
		if (refused) {
			send(response, refused.status, { error: refused.error }, refused.headers);
			return;
		}
		if (model === 'html') {
			response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
			return;
		}
		await stream(response, model, body, model === 'slow' ? slowMs : chunkMs);
	});

	await new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, '127.0.0.1', () => resolve(undefined));
	});
	const address = server.address();
	const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : port}`;
	return Object.assign(here, {
		url,
		baseUrl: `${url}/v1`,
		requests,
		preflights,
		reset() {
			requests.length = 0;
			preflights.length = 0;
			failed = false;
		},
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	});
}

function allowAnyOrigin(request, response) {
	response.setHeader('access-control-allow-origin', '*');
	response.setHeader('access-control-allow-methods', 'GET, POST, OPTIONS');
	response.setHeader(
		'access-control-allow-headers',
		request.headers['access-control-request-headers'] ?? 'authorization, content-type'
	);
	response.setHeader('access-control-expose-headers', 'retry-after');
	if (request.headers['access-control-request-private-network']) {
		response.setHeader('access-control-allow-private-network', 'true');
	}
}

/** Why a request is not answered, or null. Real servers quote the key that they refuse, so this one does. */
function refusal(model, body, authorization) {
	if (model === 'no-schema' && body.response_format?.type === 'json_schema') {
		return { status: 400, error: { message: "'response_format.type' must be 'json_object' or 'text'." } };
	}
	if (model === 'no-temperature' && body.temperature !== undefined) {
		return {
			status: 400,
			error: { message: "Unsupported value: 'temperature' can not be set for this model." }
		};
	}
	if (model === 'no-max-tokens' && body.max_tokens !== undefined) {
		return { status: 400, error: { message: "'max_tokens' is not supported. Use 'max_completion_tokens'." } };
	}
	if (model === 'redirect') {
		return {
			status: 307,
			error: { message: 'Moved.' },
			headers: { location: 'https://elsewhere.example/v1' }
		};
	}
	const status = Number(/^status-(\d{3})$/.exec(model)?.[1] ?? 0);
	if (status === 0) return null;
	const message = `Status ${status} was asked for. Your authorization was: ${authorization ?? 'none'}.`;
	return { status, error: { message, type: 'test' }, headers: status === 429 ? { 'retry-after': '7' } : {} };
}

async function stream(response, model, body, paceMs) {
	response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
	response.flushHeaders();
	if (model === 'hang') return;
	const base = {
		id: 'chatcmpl-test',
		object: 'chat.completion.chunk',
		created: 1,
		model: `${model}-2026-11`
	};
	const chunk = (extra) => response.write(`data: ${JSON.stringify({ ...base, ...extra })}\n\n`);
	const delta = (content) => chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
	const text = answerFor(model, body);
	const pieces = text.match(/[\s\S]{1,12}/g) ?? [];
	const breaksOff = model === 'cut' || model === 'no-finish' || model === 'error-chunk';
	chunk({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
	for (const piece of breaksOff ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces) {
		if (response.destroyed) return;
		delta(piece);
		await new Promise((resolve) => setTimeout(resolve, paceMs));
	}
	if (model === 'cut') {
		// What was written has to arrive first, or the caller sees no beginning.
		setTimeout(() => response.destroy(), 20);
		return;
	}
	if (model === 'error-chunk') chunk({ error: { message: 'The model crashed.', code: 503 } });
	if (!breaksOff) {
		const reasons = { length: 'length', filter: 'content_filter' };
		chunk({ choices: [{ index: 0, delta: {}, finish_reason: reasons[model] ?? 'stop' }] });
		if (body.stream_options?.include_usage && model !== 'no-usage')
			chunk({ choices: [], usage: usage(body, pieces) });
	}
	response.end('data: [DONE]\n\n');
}

function usage(body, pieces) {
	const input = Math.ceil(JSON.stringify(body.messages).length / 4);
	return { prompt_tokens: input, completion_tokens: pieces.length, total_tokens: input + pieces.length };
}

function send(response, status, body, headers = {}) {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function bodyOf(request) {
	const parts = [];
	for await (const part of request) parts.push(part);
	return Buffer.concat(parts).toString('utf8');
}
