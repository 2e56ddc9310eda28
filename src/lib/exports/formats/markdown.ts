import { ok } from '$lib/core';
import { defineExport, fileName } from '../contract';
import { documentOf } from '../document';

export default defineExport({
	id: 'markdown',
	purpose: 'document',
	title: 'Document (Markdown)',
	summary: 'The finished text as it was approved, to go on with in any editor.',
	extension: 'md',
	example: '#',
	make: async (source) =>
		ok({
			name: fileName(source.state.title, 'md'),
			media: 'text/markdown',
			content: documentOf(source)
		})
});
