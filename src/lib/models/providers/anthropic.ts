import * as z from 'zod';
import { defineProvider } from '../contract';
import { adapting, withOptions } from '../remote/adapting';
import { addressSchema, trimmed } from '../remote/address';
import { contextSchema } from '../remote/context';
import { byId, readList } from '../remote/list';
import { wholeNumber } from '../whole-number';

const HOME = 'https://api.anthropic.com/v1';

/** Without it the API answers no web page. It says that a person's own key is used in a browser, which is what is done here. */
const FROM_A_PAGE = { 'anthropic-dangerous-direct-browser-access': 'true' };

const config = z.object({
	model: z
		.string()
		.trim()
		.min(1, 'Enter the model’s name.')
		.meta({ title: 'Model' })
		.describe('As Anthropic writes it, such as claude-sonnet-4-5.'),
	context: contextSchema,
	maxTokens: wholeNumber(1, 100_000_000)
		.default(8192)
		.meta({ title: 'Tokens at most' })
		.describe('Limit of an answer where a step sets none; this API always wants one.'),
	baseUrl: addressSchema(HOME)
		.default(HOME)
		.describe('Change it only for a server of your company that speaks the same protocol.')
});

export default defineProvider({
	id: 'anthropic',
	title: 'Anthropic',
	summary:
		'Claude, on Anthropic’s servers, with your own key. What a step is given is sent there; what happens to it there is up to them.',
	rung: 51,
	onDevice: false,
	takesKey: true,
	config,
	example: { model: 'claude-sonnet-4-5' },
	presets: [
		{
			id: 'anthropic',
			title: 'Anthropic',
			summary: 'On their servers, with your key.',
			config: { baseUrl: HOME },
			key: 'needed',
			keysAt: 'https://console.anthropic.com/settings/keys'
		}
	],
	origin: ({ baseUrl }) => new URL(baseUrl).origin,
	async create({ baseUrl, model, maxTokens }, tools) {
		const { createAnthropic } = await import('@ai-sdk/anthropic');
		const connect = createAnthropic({
			baseURL: trimmed(baseUrl),
			fetch: tools.fetch,
			headers: FROM_A_PAGE,
			apiKey: tools.key ?? ''
		});
		// Left to itself the library asks for as many tokens as it believes the model to have, and is refused.
		return withOptions(adapting(connect(model)), (options) => ({
			...options,
			maxOutputTokens: options.maxOutputTokens ?? maxTokens
		}));
	},
	list: ({ baseUrl }, { fetch, key }, signal) =>
		readList(
			fetch,
			`${trimmed(baseUrl)}/models?limit=1000`,
			{ 'x-api-key': key ?? '', 'anthropic-version': '2023-06-01', ...FROM_A_PAGE },
			signal,
			byId
		)
});
