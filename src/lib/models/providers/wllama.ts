import * as z from 'zod';
import { defineProvider } from '../contract';
import { wholeNumber } from '../whole-number';

const config = z.object({
	model: z
		.string()
		.trim()
		.min(1, 'Choose a model on the Models page.')
		.meta({ title: 'Model' })
		.describe('A model that is on this device. The Models page fills this in.'),
	context: wholeNumber(256, 131_072)
		.default(4096)
		.meta({ title: 'Context' })
		.describe('Tokens of prompt and answer together. More of it takes more memory.'),
	answer: wholeNumber(16, 32_768)
		.default(1500)
		.meta({ title: 'Longest answer' })
		.describe('Tokens, where a step names no limit of its own. A small model may repeat itself without end.'),
	graphics: z
		.boolean()
		.default(true)
		.meta({ title: 'Use the graphics processor' })
		.describe('Where this browser offers one that can; else the processor does it.'),
	temperature: z
		.number()
		.min(0)
		.max(2)
		.default(0)
		.meta({ title: 'Temperature' })
		.describe('0 gives the same answer every time.'),
	seed: wholeNumber(0, 4_294_967_294)
		.default(1)
		.meta({ title: 'Seed' })
		.describe('The same seed gives the same answer.')
});

export default defineProvider({
	id: 'wllama',
	title: 'Model on this device',
	summary:
		'A language model that was downloaded or brought to this device, run in the browser by llama.cpp. Nothing leaves the device; how good and how fast it is depends on both.',
	rung: 20,
	onDevice: true,
	needsModel: true,
	takesKey: false,
	config,
	example: { model: 'qwen3-0.6b-q8_0-1a2b3c4d' },
	origin: () => null,
	async create({ model, ...how }, { onLoading }) {
		const { llamaModel } = await import('../local/language-model');
		return llamaModel({ key: model, ...how }, onLoading ?? (() => undefined));
	}
});
