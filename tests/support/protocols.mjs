/**
 * The three ways in which remote models are spoken to, as a server sees them: what a request says in common terms, and the
 * pieces of a streamed answer. Written after the public references of each, not after the library that talks to it.
 *
 * @typedef {object} Asked
 * @property {string} model
 * @property {{ role: string, content: string }[]} messages
 * @property {object | null} schema The JSON schema that the answer is to fit, where the request carries one.
 * @property {boolean} json JSON is asked for, with a schema or without.
 * @property {boolean} asTool The schema stands in a tool that has to be called.
 *
 * @typedef {object} Protocol
 * @property {string} id
 * @property {(pathname: string) => boolean} speaksAt
 * @property {(body: any, pathname: string) => Asked} read
 * @property {(headers: Record<string, any>) => string | undefined} key
 * @property {(model: string) => string} begin
 * @property {(text: string, model: string, asTool: boolean) => string} piece
 * @property {(name: string) => string} tool A call of a tool, instead of an answer.
 * @property {(reason: 'stop' | 'length' | 'filter' | 'tool', usage: { input: number, output: number } | null, model: string) => string} finish
 * @property {(message: string, code: number) => string} trouble An error inside a stream.
 * @property {(status: number, message: string) => object} refusal The body of an error status.
 * @property {(ids: string[]) => object} list
 */

const event = (data, name) => `${name ? `event: ${name}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
const textOf = (content) =>
	typeof content === 'string' ? content : (content ?? []).map((part) => part.text ?? '').join('\n');

/** @type {Protocol} */
const openai = {
	id: 'openai',
	speaksAt: (pathname) => pathname.endsWith('/chat/completions'),
	read: ({ model, messages, response_format: format }) => ({
		model: String(model),
		messages: messages.map(({ role, content }) => ({ role, content: textOf(content) })),
		schema: format?.type === 'json_schema' ? (format.json_schema?.schema ?? {}) : null,
		json: format !== undefined && format.type !== 'text',
		asTool: false
	}),
	key: (headers) => headers['authorization'],
	begin: (model) => chunk(model, { delta: { role: 'assistant', content: '' }, finish_reason: null }),
	piece: (content, model) => chunk(model, { delta: { content }, finish_reason: null }),
	tool: (name) =>
		chunk('tool', {
			delta: {
				tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name, arguments: '{"q":1}' } }]
			},
			finish_reason: null
		}),
	finish(reason, usage, model) {
		const named = { stop: 'stop', length: 'length', filter: 'content_filter', tool: 'tool_calls' }[reason];
		const told = usage && {
			prompt_tokens: usage.input,
			completion_tokens: usage.output,
			total_tokens: usage.input + usage.output
		};
		return (
			chunk(model, { delta: {}, finish_reason: named }) +
			(told ? event({ ...base(model), choices: [], usage: told }) : '') +
			'data: [DONE]\n\n'
		);
	},
	trouble: (message, code) => event({ ...base('x'), error: { message, code } }),
	refusal: (status, message) => ({ error: { message, type: 'test', code: status } }),
	list: (ids) => ({ object: 'list', data: ids.map((id) => ({ id, object: 'model' })) })
};

function base(model) {
	return { id: 'chatcmpl-test', object: 'chat.completion.chunk', created: 1, model: `${model}-2026-11` };
}

function chunk(model, choice) {
	return event({ ...base(model), choices: [{ index: 0, ...choice }] });
}

/** @type {Protocol} */
const anthropic = {
	id: 'anthropic',
	speaksAt: (pathname) => pathname.endsWith('/v1/messages'),
	read: ({ model, system, messages, output_config: output, tools, tool_choice: choice }) => {
		const tool = choice?.type === 'tool' || choice?.type === 'any' ? tools?.[0] : undefined;
		return {
			model: String(model),
			messages: [
				...(system ? [{ role: 'system', content: textOf(system) }] : []),
				...messages.map(({ role, content }) => ({ role, content: textOf(content) }))
			],
			schema: output?.format?.schema ?? tool?.input_schema ?? null,
			json: output?.format !== undefined || tool !== undefined,
			asTool: tool !== undefined
		};
	},
	key: (headers) => headers['x-api-key'],
	begin: (model) =>
		event(
			{
				type: 'message_start',
				message: {
					id: 'msg_1',
					type: 'message',
					role: 'assistant',
					model: `${model}-2026-11`,
					content: [],
					stop_reason: null,
					stop_sequence: null,
					usage: { input_tokens: 12, output_tokens: 1 }
				}
			},
			'message_start'
		) + event({ type: 'ping' }, 'ping'),
	piece: (text, _model, asTool) =>
		event(
			{
				type: 'content_block_delta',
				index: 0,
				delta: asTool ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text }
			},
			'content_block_delta'
		),
	tool: (name) =>
		event(
			{
				type: 'content_block_start',
				index: 1,
				content_block: { type: 'tool_use', id: 't1', name, input: {} }
			},
			'content_block_start'
		) +
		event(
			{ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"q":1}' } },
			'content_block_delta'
		) +
		event({ type: 'content_block_stop', index: 1 }, 'content_block_stop'),
	finish(reason, usage, _model) {
		const named = { stop: 'end_turn', length: 'max_tokens', filter: 'refusal', tool: 'tool_use' }[reason];
		return (
			event({ type: 'content_block_stop', index: 0 }, 'content_block_stop') +
			event(
				{
					type: 'message_delta',
					delta: { stop_reason: named, stop_sequence: null },
					usage: { output_tokens: usage?.output ?? 1 }
				},
				'message_delta'
			) +
			event({ type: 'message_stop' }, 'message_stop')
		);
	},
	trouble: (message, code) =>
		event(
			{ type: 'error', error: { type: code === 429 ? 'rate_limit_error' : 'api_error', message } },
			'error'
		),
	refusal: (status, message) => ({ type: 'error', error: { type: anthropicType(status), message } }),
	list: (ids) => ({ data: ids.map((id) => ({ type: 'model', id, display_name: id })), has_more: false })
};

/** What an answer's first block is announced as. @param {boolean} asTool */
export function anthropicBlock(asTool) {
	const block = asTool
		? { type: 'tool_use', id: 'toolu_1', name: 'json', input: {} }
		: { type: 'text', text: '' };
	return event({ type: 'content_block_start', index: 0, content_block: block }, 'content_block_start');
}

function anthropicType(status) {
	const named = {
		400: 'invalid_request_error',
		401: 'authentication_error',
		403: 'permission_error',
		404: 'not_found_error',
		413: 'request_too_large',
		429: 'rate_limit_error',
		529: 'overloaded_error'
	};
	return named[status] ?? 'api_error';
}

/** @type {Protocol} */
const google = {
	id: 'google',
	speaksAt: (pathname) => /\/models\/[^/]+:streamGenerateContent$/.test(pathname),
	read: ({ systemInstruction, contents, generationConfig: config }, pathname) => ({
		model: decodeURIComponent(/\/models\/([^/]+):/.exec(pathname)?.[1] ?? ''),
		messages: [
			...(systemInstruction ? [{ role: 'system', content: textOf(systemInstruction.parts) }] : []),
			...contents.map(({ role, parts }) => ({ role, content: textOf(parts) }))
		],
		schema: config?.responseJsonSchema ?? config?.responseSchema ?? null,
		json: config?.responseMimeType === 'application/json',
		asTool: false
	}),
	key: (headers) => headers['x-goog-api-key'],
	begin: () => '',
	piece: (text, model) =>
		event({
			candidates: [{ index: 0, content: { role: 'model', parts: [{ text }] } }],
			modelVersion: `${model}-2026-11`,
			responseId: 'r1'
		}),
	tool: (name) =>
		event({
			candidates: [
				{ index: 0, content: { role: 'model', parts: [{ functionCall: { name, args: { q: 1 } } }] } }
			]
		}),
	finish(reason, usage, model) {
		const named = { stop: 'STOP', length: 'MAX_TOKENS', filter: 'SAFETY', tool: 'STOP' }[reason];
		return event({
			candidates: [{ index: 0, content: { role: 'model', parts: [{ text: '' }] }, finishReason: named }],
			...(usage && {
				usageMetadata: {
					promptTokenCount: usage.input,
					candidatesTokenCount: usage.output,
					totalTokenCount: usage.input + usage.output
				}
			}),
			modelVersion: `${model}-2026-11`
		});
	},
	trouble: (message, code) => event({ error: { code, message, status: 'UNAVAILABLE' } }),
	refusal: (status, message) => ({ error: { code: status, message, status: 'TEST' } }),
	list: (ids) => ({ models: ids.map((id) => ({ name: `models/${id}`, displayName: id })) })
};

export const PROTOCOLS = [openai, anthropic, google];

/** The protocol whose list of models lies at a path, or null. @param {string} pathname @param {Record<string, any>} headers */
export function listedAt(pathname, headers) {
	if (!pathname.endsWith('/models')) return null;
	if (pathname.includes('/v1beta')) return google;
	return headers['anthropic-version'] ? anthropic : openai;
}
