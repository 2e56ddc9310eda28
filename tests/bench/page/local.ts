import { installGuard } from '$lib/egress';
import type { StepSpec } from '$lib/engine/protocol';
import { workerExecutor } from '$lib/engine/worker-executor';
import { weightsOf } from '$lib/models/local/folder';
import { withOwnWorker } from '$lib/models/local/nested';
import type { ChatCompletionChunk, Wllama } from '@wllama/wllama/esm/index.js';
import { expose } from 'comlink';

installGuard(globalThis);

const CONTEXT = 2048;
const executor = workerExecutor();
let bare: Wllama | null = null;
let prompt = '';

/** Tokens a second, from the first piece of text to the end. */
interface Pace {
	tokens: number;
	perSecond: number;
}

const pace = (tokens: number, from: number): Pace => ({
	tokens,
	perSecond: ((tokens - 1) / (performance.now() - from)) * 1000
});

const api = {
	/** Takes a model in, as the app does; its key. */
	async bringIn(file: File): Promise<string> {
		const brought = await executor.files((files) => files.bringInModel(file));
		if (!brought.ok) throw new Error(brought.failure.message);
		return brought.value.key;
	},

	/** A whole model step: step worker, model worker, schema of settings, guard, queue, pieces on their way here. */
	async galley(key: string, tokens: number): Promise<Pace> {
		let first = 0;
		const run = await executor.run(
			specOf(key, tokens),
			{
				prepared: async (text) => void (prompt = text),
				emit: () => void (first ||= performance.now()),
				loading: () => undefined
			},
			new AbortController().signal
		);
		if (!run.result.ok) throw new Error(run.result.failure.message);
		return pace(run.result.value.usage?.output ?? 0, first);
	},

	/** The runtime alone in this worker, asked the same with the same settings. */
	async bare(key: string, tokens: number): Promise<Pace> {
		bare ??= await load(key);
		let first = 0;
		let count = 0;
		await bare.createChatCompletion({
			messages: [{ role: 'user', content: prompt }],
			stream: true,
			temperature: 0,
			seed: 1,
			max_tokens: tokens,
			...{ stream_options: { include_usage: true } },
			onData(chunk: ChatCompletionChunk) {
				if (chunk.choices[0]?.delta.content) first ||= performance.now();
				count = chunk.usage?.completion_tokens ?? count;
			}
		});
		return pace(count, first);
	}
};

async function load(key: string): Promise<Wllama> {
	const { Wllama } = await import('@wllama/wllama/esm/index.js');
	const runtime = new Wllama({ default: '/' }, { suppressNativeLog: true });
	runtime.setCompat(null);
	const file = await weightsOf(key);
	if (!file) throw new Error('the model is not here');
	const size = { n_ctx: CONTEXT, n_batch: 128, n_ubatch: 128, n_parallel: 1 };
	await withOwnWorker(true, () =>
		runtime.loadModel([file], { ...size, n_gpu_layers: 0, jinja: true, reasoning_format: 'none' })
	);
	return runtime;
}

function specOf(model: string, maxTokens: number): StepSpec {
	return {
		attemptId: crypto.randomUUID(),
		run: { id: 'bench', number: 1, date: '2026-01-01', title: 'Bench', inputs: {} },
		step: {
			id: 'write',
			title: 'Write',
			kind: 'model',
			job: 'draft',
			instructions: 'Write.',
			inputs: {},
			with: { maxTokens },
			output: { type: 'text', media: 'text/markdown' },
			permissions: { model: 'any', write: [] },
			timeoutSeconds: 600
		} as unknown as StepSpec['step'],
		sources: [],
		inputs: {},
		evidence: {},
		schemas: {},
		instructions: 'Write.',
		notes: [],
		feedback: null,
		provider: {
			id: 'wllama',
			title: 'Bench',
			onDevice: true,
			config: { model, context: CONTEXT, graphics: false, temperature: 0, seed: 1 }
		},
		marker: 'bench'
	};
}

export type LocalBench = typeof api;

expose(api);
