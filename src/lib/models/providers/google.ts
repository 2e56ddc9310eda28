import * as z from 'zod';
import { defineProvider } from '../contract';
import { adapting } from '../remote/adapting';
import { addressSchema, trimmed } from '../remote/address';
import { contextSchema } from '../remote/context';
import { readList } from '../remote/list';

// The native path: the one that imitates OpenAI does not answer a browser's preflight.
const HOME = 'https://generativelanguage.googleapis.com/v1beta';

const config = z.object({
	model: z
		.string()
		.trim()
		.min(1, 'Enter the model’s name.')
		.meta({ title: 'Model' })
		.describe('As Google writes it, such as gemini-2.5-flash.'),
	context: contextSchema,
	baseUrl: addressSchema(HOME)
		.default(HOME)
		.describe('Change it only for a server of your company that speaks the same protocol.')
});

const listed = {
	schema: z.object({ models: z.array(z.object({ name: z.string() })) }),
	names: (list: { models: { name: string }[] }) =>
		list.models.map(({ name }) => name.replace(/^models\//, ''))
};

export default defineProvider({
	id: 'google',
	title: 'Google',
	summary:
		'Gemini, on Google’s servers, with your own key. What a step is given is sent there; what happens to it there is up to them.',
	rung: 52,
	onDevice: false,
	takesKey: true,
	config,
	example: { model: 'gemini-2.5-flash' },
	presets: [
		{
			id: 'google',
			title: 'Google',
			summary: 'On their servers, with your key.',
			config: { baseUrl: HOME },
			key: 'needed',
			keysAt: 'https://aistudio.google.com/apikey'
		}
	],
	origin: ({ baseUrl }) => new URL(baseUrl).origin,
	async create({ baseUrl, model }, tools) {
		const { createGoogle } = await import('@ai-sdk/google');
		const connect = createGoogle({ baseURL: trimmed(baseUrl), fetch: tools.fetch, apiKey: tools.key ?? '' });
		return adapting(connect(model));
	},
	list: ({ baseUrl }, { fetch, key }, signal) =>
		readList(
			fetch,
			`${trimmed(baseUrl)}/models?pageSize=1000`,
			key ? { 'x-goog-api-key': key } : {},
			signal,
			listed
		)
});
