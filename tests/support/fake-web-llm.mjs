/**
 * Stands in for `@mlc-ai/web-llm` where no graphics device can run a model: the same calls, chunks, words and errors as
 * 0.2.86 has, measured on it; only the words of the answer are made up. It reads a model's files from the caches where the
 * real one looks, computes something on the real graphics device for each token where there is one, and loses it likewise.
 * Without imports, so that it can be served in the package's place.
 */

const WORDS =
	'The figure to look at is the one that nobody expected , and it stands in the second row .'.split(' ');

export class MLCEngine {
	#config;
	#onProgress;
	#loaded = null;
	#device = null;
	#interrupted = false;
	#lock = Promise.resolve();
	chat = { completions: { create: (request) => this.#create(request) } };

	constructor({ appConfig, initProgressCallback } = {}) {
		this.#config = appConfig;
		this.#onProgress = initProgressCallback ?? (() => undefined);
	}

	async reload(id) {
		await this.unload();
		const record = this.#config?.model_list.find((each) => each.model_id === id);
		if (!record) throw named('ModelNotFoundError', `Cannot find model record in appConfig for ${id}.`);
		const read = async (shelf, url) => {
			const cache = await caches.open(shelf);
			if (!(await cache.match(url))) await cache.add(url);
			return (await cache.match(url)).arrayBuffer();
		};
		const json = (bytes) => JSON.parse(new TextDecoder().decode(bytes));
		const chat = json(await read('webllm/config', new URL('mlc-chat-config.json', record.model).href));
		// Only for tests of a tab that ends while it loads.
		if (chat.hang) await new Promise(() => undefined);
		await WebAssembly.instantiate(await read('webllm/wasm', record.model_lib), {});
		const adapter = await globalThis.navigator?.gpu?.requestAdapter();
		if (!adapter)
			throw new Error(
				"Unable to find a compatible GPU. This issue might be because your computer doesn't have a GPU"
			);
		this.#device = await adapter.requestDevice();
		void this.#device.lost.then(() => this.unload());
		await read('webllm/model', new URL(chat.tokenizer_files[0], record.model).href);
		const { records } = json(await read('webllm/model', new URL('tensor-cache.json', record.model).href));
		for (const [index, { dataPath, nbytes }] of records.entries()) {
			const shard = await read('webllm/model', new URL(dataPath, record.model).href);
			if (shard.byteLength < nbytes) {
				throw new Error(`Tensor-cache record range [0, ${nbytes}) exceeds shard size ${shard.byteLength}`);
			}
			const done = (index + 1) / records.length;
			this.#onProgress({
				progress: done,
				timeElapsed: 0,
				text: `Loading model from cache[${index + 1}/${records.length}]: 1MB loaded. ${Math.floor(done * 100)}% completed, 0 secs elapsed.`
			});
		}
		this.#onProgress({
			progress: 1,
			timeElapsed: 0,
			text: 'Loading GPU shader modules[1/1]: 100% completed, 0 secs elapsed.'
		});
		this.#loaded = { id, context: chat.context_window_size ?? 4096 };
		this.#onProgress({ progress: 1, timeElapsed: 0.1, text: 'Finish loading on WebGPU - fake' });
	}

	/** For tests without files and graphics device. */
	pretendLoaded(id = 'fake', context = 4096) {
		this.#loaded = { id, context };
		return this;
	}

	async unload() {
		this.#loaded = null;
		this.#device?.destroy();
		this.#device = null;
	}

	async interruptGenerate() {
		this.#interrupted = true;
	}

	async #create(request) {
		if (!this.#loaded) {
			throw named('ModelNotLoadedError', 'Model not loaded before trying to complete ChatCompletionRequest.');
		}
		if (request.seed != null && !Number.isInteger(request.seed)) throw named('SeedTypeError', 'seed');
		return this.#stream(request);
	}

	async *#stream(request) {
		// One request after the other, as the real one's lock has it.
		const before = this.#lock;
		let free;
		this.#lock = new Promise((resolve) => (free = resolve));
		await before;
		try {
			this.#interrupted = false;
			const prompt = request.messages.map(({ content }) => content).join(' ');
			const promptTokens = prompt.split(/\s+/).length;
			if (promptTokens > this.#loaded.context) {
				throw named(
					'ContextWindowSizeExceededError',
					`Prompt tokens exceed context window size: number of prompt tokens: ${promptTokens}; context window size: ${this.#loaded.context}`
				);
			}
			const base = { id: 'fake', model: this.#loaded.id, object: 'chat.completion.chunk', created: 0 };
			const delta = (content) => ({
				...base,
				choices: [
					{
						index: 0,
						delta: { role: 'assistant', content },
						finish_reason: null,
						logprobs: request.logprobs ? { content: [{ logprob: -0.5 }] } : null
					}
				]
			});
			let text = '';
			let finish = 'stop';
			let count = 0;
			for (const token of tokensOf(request, prompt)) {
				if (this.#interrupted) {
					finish = 'abort';
					break;
				}
				if (request.max_tokens != null && count >= request.max_tokens) {
					finish = 'length';
					break;
				}
				await this.#compute();
				count += 1;
				text += token;
				const stop = [request.stop ?? []].flat().find((each) => text.includes(each));
				if (stop !== undefined) {
					yield delta(token.slice(0, Math.max(0, token.length - (text.length - text.indexOf(stop)))));
					break;
				}
				yield delta(token);
			}
			yield { ...base, choices: [{ index: 0, delta: {}, finish_reason: finish }] };
			if (request.stream_options?.include_usage) {
				const usage = {
					prompt_tokens: promptTokens,
					completion_tokens: count,
					total_tokens: promptTokens + count
				};
				yield { ...base, choices: [], usage };
			}
		} finally {
			free();
		}
	}

	/** Something real on the graphics device; without one, a moment. */
	async #compute() {
		const device = this.#device;
		if (!device) return new Promise((resolve) => setTimeout(resolve, 1));
		const usage = GPUBufferUsage;
		const out = device.createBuffer({ size: 4, usage: usage.STORAGE | usage.COPY_SRC });
		const back = device.createBuffer({ size: 4, usage: usage.MAP_READ | usage.COPY_DST });
		const code =
			'@group(0) @binding(0) var<storage, read_write> out: array<u32>; @compute @workgroup_size(1) fn main() { out[0] = 42u; }';
		const pipeline = await device.createComputePipelineAsync({
			layout: 'auto',
			compute: { module: device.createShaderModule({ code }), entryPoint: 'main' }
		});
		const group = device.createBindGroup({
			layout: pipeline.getBindGroupLayout(0),
			entries: [{ binding: 0, resource: { buffer: out } }]
		});
		const encoder = device.createCommandEncoder();
		const pass = encoder.beginComputePass();
		pass.setPipeline(pipeline);
		pass.setBindGroup(0, group);
		pass.dispatchWorkgroups(1);
		pass.end();
		encoder.copyBufferToBuffer(out, 0, back, 0, 4);
		device.queue.submit([encoder.finish()]);
		await back.mapAsync(GPUMapMode.READ);
		const [value] = new Uint32Array(back.getMappedRange());
		if (value !== 42) throw new Error('A valid external Instance reference no longer exists.');
		await new Promise((resolve) => setTimeout(resolve, 20));
	}
}

/** The answer in pieces: the same for the same seed. In a form where one is asked for, with the blanks a grammar allows. */
function tokensOf(request, prompt) {
	const format = request.response_format;
	if (format?.type === 'json_object') {
		const value = format.schema ? valueOf(JSON.parse(format.schema)) : {};
		return JSON.stringify(value, null, 8).match(/\s+|"[^"]*"|[^\s"]+/g) ?? ['{}'];
	}
	const times = /(\d+) times/.exec(prompt);
	const said = times ? Array.from({ length: Number(times[1]) }, () => WORDS).flat() : WORDS;
	const from = (request.seed ?? 0) % said.length;
	return [...said.slice(from), ...said.slice(0, from)].map((word, index) =>
		index === 0 ? word : ` ${word}`
	);
}

/** Some value that fits a JSON Schema of the kind that steps use. */
function valueOf(schema) {
	if (schema.const !== undefined) return schema.const;
	if (schema.enum) return schema.enum[0];
	const type = [schema.type].flat()[0];
	if (type === 'object') {
		const names = schema.required ?? Object.keys(schema.properties ?? {});
		return Object.fromEntries(names.map((name) => [name, valueOf(schema.properties?.[name] ?? {})]));
	}
	if (type === 'array')
		return Array.from({ length: schema.minItems ?? 1 }, () => valueOf(schema.items ?? {}));
	if (type === 'integer' || type === 'number') return schema.minimum ?? 7;
	if (type === 'boolean') return true;
	if (type === 'null') return null;
	return 'text';
}

function named(name, message) {
	return Object.assign(new Error(message), { name });
}
