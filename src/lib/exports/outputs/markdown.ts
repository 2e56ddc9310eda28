import { ok } from '$lib/core';
import { defineOutput } from '../output-contract';

export default defineOutput({
	id: 'markdown',
	title: 'Markdown',
	extension: 'md',
	media: 'text/markdown',
	make: async ({ content }) =>
		ok(typeof content === 'string' ? content : `\`\`\`json\n${JSON.stringify(content, null, 2)}\n\`\`\`\n`)
});
