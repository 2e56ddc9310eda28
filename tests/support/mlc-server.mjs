/**
 * A host of one small WebLLM model, or of what people get instead. The first folder of an address says how it behaves:
 * `/ok/`, `/no-params_shard_1.bin/` (404 for that file), `/error-…/` (500), `/short-…/` (half of it, with 200), `/cut-…/`
 * (breaks off), `/page-…/` (a web page), `/wrong-…/` (the right length, other bytes), `/hang-…/` (never goes on).
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const SHARDS = 3;
const SHARD_BYTES = 200_000;

/** Half a megabyte of weights, in three files, with their sums. */
const shards = Array.from({ length: SHARDS }, (_, index) => Buffer.alloc(SHARD_BYTES, index + 1));

const config = {
	model_type: 'llama',
	vocab_size: 4,
	context_window_size: 2048,
	prefill_chunk_size: 512,
	sliding_window_size: -1,
	attention_sink_size: -1,
	temperature: 0.7,
	top_p: 0.95,
	repetition_penalty: 1,
	tokenizer_files: ['tokenizer.json'],
	conv_template: { system_template: '{system_message}', roles: { user: 'user', assistant: 'assistant' } }
};

const list = {
	metadata: { ParamSize: SHARDS },
	records: shards.map((bytes, index) => ({
		dataPath: `params_shard_${index}.bin`,
		format: 'raw-shard',
		nbytes: bytes.length,
		md5sum: createHash('md5').update(bytes).digest('hex'),
		records: [
			{
				name: `p${index}`,
				shape: [bytes.length / 4],
				dtype: 'float32',
				format: 'raw',
				nbytes: bytes.length,
				byteOffset: 0
			}
		]
	}))
};

/** A module that asks for a function of an older runtime: what a library for another version looks like to the browser. */
const otherVersion = (() => {
	const text = (/** @type {string} */ name) => [name.length, ...Buffer.from(name)];
	const imported = [1, ...text('env'), ...text('_ZN3tvm7runtime9threading15ResetThreadPoolEv'), 0, 0];
	return Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 2, imported.length, ...imported]);
})();

/** The model itself, by the names of its files. @type {Record<string, Buffer>} */
export const files = {
	'mlc-chat-config.json': Buffer.from(JSON.stringify(config)),
	'tokenizer.json': Buffer.from('{"version":"1.0","model":{"type":"BPE","vocab":{},"merges":[]}}'),
	'tensor-cache.json': Buffer.from(JSON.stringify(list)),
	'library.wasm': Buffer.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]),
	'library-v0_2_80.wasm': otherVersion,
	...Object.fromEntries(shards.map((bytes, index) => [`params_shard_${index}.bin`, bytes]))
};

/**
 * @returns {Promise<{ url: string, asked: string[], filesUrl: (how: string) => string, libraryUrl: (how: string, name?: string) => string, close: () => Promise<void> }>}
 * `asked`: what was asked for, in its order.
 */
export async function startMlcServer() {
	/** @type {string[]} */
	const asked = [];
	const server = createServer((request, response) => {
		const path = (request.url ?? '/').slice(1).split('/');
		const name = path.at(-1) ?? '';
		asked.push(name);
		response.setHeader('access-control-allow-origin', '*');
		const [how, about] = split(path[0] ?? '');
		const bytes = files[name];
		if (!bytes || (how === 'no' && about === name)) return response.writeHead(404).end('Entry not found');
		const type = name.endsWith('.json') ? 'application/json' : 'application/octet-stream';
		if (about !== name || how === 'ok') return send(bytes);
		if (how === 'error') return response.writeHead(500).end('not now');
		if (how === 'page')
			return response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Sign in</h1>');
		if (how === 'short') return send(bytes.subarray(0, bytes.length / 2));
		if (how === 'wrong') return send(Buffer.alloc(bytes.length, 9));
		response.writeHead(200, { 'content-type': type, 'content-length': bytes.length });
		response.write(bytes.subarray(0, bytes.length / 2));
		if (how === 'cut') setTimeout(() => response.destroy(), 20);

		/** @param {Buffer} body */
		function send(body) {
			response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
		}
	});
	await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
	const address = server.address();
	const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
	return {
		url,
		asked,
		filesUrl: (how) => `${url}/${how}/resolve/main/`,
		libraryUrl: (how, name = 'library.wasm') => `${url}/${how}/lib/${name}`,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			})
	};
}

/** `no-params_shard_1.bin` into what happens and to which file. @param {string} folder */
function split(folder) {
	const at = folder.indexOf('-');
	return at === -1 ? [folder, ''] : [folder.slice(0, at), folder.slice(at + 1)];
}
