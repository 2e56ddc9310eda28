import { createServer } from 'node:http';
import { answerFor } from './model-answers.mjs';
import { anthropicBlock, listedAt, PROTOCOLS } from './protocols.mjs';

/**
 * A loopback server that speaks OpenAI's chat completions, Anthropic's messages and Google's `streamGenerateContent`, each
 * at its own path. The model's name chooses what it does:
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
 * | `bare-429` | 429 that does not say when to come again |
 * | `once-500` | 500 for the first request since the start or `reset()`, then `ok` |
 * | `empty`, `hang` | an answer without text; headers and then nothing |
 * | `late`, `stall` | nothing at all, not even headers; half an answer and then silence |
 * | `tool` | calls a tool instead of answering |
 * | `bad-chunk` | a piece that is no JSON, in the middle |
 * | `huge` | goes on and on, until the caller hangs up |
 * | `drip` | a sign of life every `slowMs`, no answer |
 *
 * @typedef {object} Recorded
 * @property {number} at Milliseconds since 1970.
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {string} protocol `openai`, `anthropic` or `google`.
 * @property {string} model
 * @property {{ role: string, content: string }[]} messages Of every protocol in the same form.
 * @property {Record<string, unknown>} body The body as sent.
 * @property {number} bytes Size of the body.
 * @property {number} answered Bytes of the answer's body, as far as they were written.
 * @property {number | null} status What was answered; null before that.
 * @property {boolean} finished True when the answer was sent to its end.
 * @property {boolean} aborted True when the caller hung up first.
 *
 * @typedef {object} ModelServer
 * @property {string} url Origin, such as `http://127.0.0.1:41234`; the base URL is this and `/v1`.
 * @property {string} baseUrl
 * @property {Recorded[]} requests Chat requests in order of arrival; preflights are not among them.
 * @property {string[]} preflights Origins that asked for permission.
 * @property {{ path: string, headers: Record<string, string | string[] | undefined> }[]} lists Requests for the list of models.
 * @property {boolean} closed Set, no web page is let in: no CORS header is sent.
 * @property {string | null} behaviour Set, it is done whatever model is asked for: a server that changes its mind.
 * @property {string} elsewhere Where `redirect` leads.
 * @property {() => void} reset Forgets all requests.
 * @property {() => Promise<void>} close
 */

/**
 * @param {{ port?: number, chunkMs?: number, slowMs?: number, models?: string[] }} [options] Milliseconds before each piece,
 * 0 and 150; ids of the list of models.
 * @returns {Promise<ModelServer>}
 */
export async function startModelServer({
	port = 0,
	chunkMs = 0,
	slowMs = 150,
	models = ['ok', 'tester']
} = {}) {
	/** @type {Recorded[]} */
	const requests = [];
	/** @type {string[]} */
	const preflights = [];
	/** @type {ModelServer['lists']} */
	const lists = [];
	let failed = false;
	const here = {
		behaviour: /** @type {string | null} */ (null),
		closed: false,
		elsewhere: 'https://elsewhere.example/v1'
	};

	const server = createServer(async (request, response) => {
		const { pathname } = new URL(request.url ?? '/', 'http://localhost');
		if (!here.closed) allowAnyOrigin(request, response);
		if (request.method === 'OPTIONS') {
			preflights.push(String(request.headers.origin ?? ''));
			response.writeHead(here.closed ? 403 : 204).end();
			return;
		}
		const listed = request.method === 'GET' ? listedAt(pathname, request.headers) : null;
		if (listed) {
			lists.push({ path: pathname, headers: { ...request.headers } });
			const refused = refusal(here.behaviour ?? 'ok', {}, listed.key(request.headers), here.elsewhere);
			if (refused) send(response, refused.status, listed.refusal(refused.status, refused.message));
			else send(response, 200, listed.list(models));
			return;
		}
		const protocol = PROTOCOLS.find((each) => each.speaksAt(pathname));
		if (request.method !== 'POST' || !protocol) {
			send(response, 404, { error: { message: `There is nothing at ${pathname}.` } });
			return;
		}
		const raw = await bodyOf(request);
		const body = JSON.parse(raw);
		const asked = protocol.read(body, pathname);
		/** @type {Recorded} */
		const recorded = {
			at: Date.now(),
			method: request.method,
			path: pathname,
			headers: { ...request.headers },
			protocol: protocol.id,
			model: asked.model,
			messages: asked.messages,
			body,
			bytes: Buffer.byteLength(raw),
			answered: 0,
			status: null,
			finished: false,
			aborted: false
		};
		requests.push(recorded);
		countBody(response, (bytes) => (recorded.answered += bytes));
		response.on('finish', () => (recorded.finished = true));
		response.on('close', () => (recorded.aborted = !recorded.finished));
		const wanted = here.behaviour ?? asked.model;
		const model = wanted === 'once-500' && !failed ? 'status-500' : wanted;
		if (wanted === 'once-500') failed = true;
		if (model === 'late') return;
		const refused = refusal(model, body, protocol.key(request.headers), here.elsewhere);
		recorded.status = refused?.status ?? 200;
		if (refused) {
			send(response, refused.status, protocol.refusal(refused.status, refused.message), refused.headers);
			return;
		}
		if (model === 'html') {
			response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
			return;
		}
		await stream(response, protocol, {
			model,
			asked,
			body,
			paceMs: model === 'slow' ? slowMs : chunkMs,
			slowMs
		});
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
		lists,
		reset() {
			requests.length = 0;
			preflights.length = 0;
			lists.length = 0;
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
function refusal(model, body, key, elsewhere) {
	if (model === 'no-schema' && body.response_format?.type === 'json_schema') {
		return { status: 400, message: "'response_format.type' must be 'json_object' or 'text'." };
	}
	if (model === 'no-temperature' && body.temperature !== undefined) {
		return { status: 400, message: "Unsupported value: 'temperature' can not be set for this model." };
	}
	if (model === 'no-max-tokens' && body.max_tokens !== undefined) {
		return { status: 400, message: "'max_tokens' is not supported. Use 'max_completion_tokens'." };
	}
	if (model === 'redirect') {
		return { status: 307, message: 'Moved.', headers: { location: elsewhere } };
	}
	if (model === 'bare-429') return { status: 429, message: 'Too many requests.' };
	const status = Number(/^status-(\d{3})$/.exec(model)?.[1] ?? 0);
	if (status === 0) return null;
	const message = `Status ${status} was asked for. Your authorization was: ${key ?? 'none'}.`;
	return { status, message, headers: status === 429 ? { 'retry-after': '7' } : {} };
}

async function stream(response, protocol, { model, asked, body, paceMs, slowMs }) {
	response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
	response.flushHeaders();
	if (model === 'hang') return;
	const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
	while (model === 'drip' && !response.destroyed) {
		response.write(': still here\n\n');
		await pause(slowMs);
	}
	const asTool = asked.asTool && model !== 'prose';
	const text = answerFor(model, asked);
	const pieces = text.match(/[\s\S]{1,12}/g) ?? [];
	const half = ['cut', 'no-finish', 'error-chunk', 'bad-chunk', 'stall'].includes(model);
	response.write(protocol.begin(model));
	if (model === 'tool') {
		response.end(protocol.tool('search') + protocol.finish('tool', null, model));
		return;
	}
	if (protocol.id === 'anthropic') response.write(anthropicBlock(asTool));
	while (model === 'huge' && !response.destroyed) {
		response.write(protocol.piece('and so on '.repeat(2000), model, asTool));
		await pause(0);
	}
	for (const piece of half ? pieces.slice(0, Math.ceil(pieces.length / 2)) : pieces) {
		if (response.destroyed) return;
		response.write(protocol.piece(piece, model, asTool));
		await pause(paceMs);
	}
	if (model === 'stall') return;
	if (model === 'cut') {
		// What was written has to arrive first, or the caller sees no beginning.
		setTimeout(() => response.destroy(), 20);
		return;
	}
	if (model === 'error-chunk') response.write(protocol.trouble('The model crashed.', 503));
	if (model === 'bad-chunk') response.write('data: {"choices":[{"delta"\n\n');
	if (!half) {
		const wantsUsage = protocol.id !== 'openai' || body.stream_options?.include_usage;
		const input = Math.ceil(JSON.stringify(asked.messages).length / 4);
		const usage = wantsUsage && model !== 'no-usage' ? { input, output: pieces.length } : null;
		const reasons = { length: 'length', filter: 'filter' };
		response.write(protocol.finish(reasons[model] ?? (asTool ? 'tool' : 'stop'), usage, model));
	}
	response.end();
}

/**
 * Tells of every piece of a body that is written.
 * @param {import('node:http').ServerResponse} response @param {(bytes: number) => void} onBytes
 */
function countBody(response, onBytes) {
	const [write, end] = [response.write.bind(response), response.end.bind(response)];
	const counted = (piece) => {
		if (typeof piece === 'string' || piece instanceof Uint8Array) onBytes(Buffer.byteLength(piece));
	};
	response.write = (piece, ...rest) => (counted(piece), write(piece, ...rest));
	response.end = (piece, ...rest) => (counted(piece), end(piece, ...rest));
}

function send(response, status, body, headers = {}) {
	response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

async function bodyOf(request) {
	const parts = [];
	for await (const part of request) parts.push(part);
	return Buffer.concat(parts).toString('utf8');
}
