import { canonicalJson, ok } from '$lib/core';
import { defineOutput } from '../output-contract';

export default defineOutput({
	id: 'json',
	title: 'JSON',
	extension: 'json',
	media: 'application/json',
	make: async ({ content }) => ok(canonicalJson(typeof content === 'string' ? { text: content } : content))
});
