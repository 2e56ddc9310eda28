import { defineProvider } from '../contract';
import { webllmConfig } from '../webllm/record';

export default defineProvider({
	id: 'webllm',
	title: 'WebLLM',
	summary:
		'A language model on the graphics device of this computer, through WebGPU. Its files (0.4 to 6 GB) are downloaded once; then it works without a network.',
	rung: 10,
	onDevice: true,
	needsModel: true,
	takesKey: false,
	config: webllmConfig,
	example: { model: 'Qwen2.5-0.5B-Instruct-q4f16_1-MLC' },
	origin: () => null,
	async create(config, { onLoading }) {
		const [{ sourceOf }, { webllmModel }, { withEngine }, { ModelRefused }] = await Promise.all([
			import('../webllm/record'),
			import('../webllm/language-model'),
			import('../webllm/engine'),
			import('../refused')
		]);
		const source = await sourceOf(config);
		if (!source.ok) throw new ModelRefused(source.failure);
		return webllmModel(source.value.id, (signal, use) =>
			withEngine(source.value, signal, onLoading ?? (() => undefined), use)
		);
	}
});
