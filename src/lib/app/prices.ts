import type { Price } from '$lib/core';

/** List prices that a person may take over for a model, as far as they are known for sure. None is applied by itself. */
export const LIST_PRICES: { asOf: string; models: { title: string; price: Price }[] } = {
	/** When they were read; prices change, so a screen says so and sends people to their provider's page. */
	asOf: 'January 2025',
	models: [
		{ title: 'OpenAI gpt-4o-mini', price: { input: 0.15, output: 0.6, currency: 'USD' } },
		{ title: 'OpenAI gpt-4o', price: { input: 2.5, output: 10, currency: 'USD' } },
		{ title: 'Anthropic Claude 3.5 Haiku', price: { input: 0.8, output: 4, currency: 'USD' } },
		{ title: 'Anthropic Claude 3.5 Sonnet', price: { input: 3, output: 15, currency: 'USD' } }
	]
};
