import { ok } from '$lib/core';
import { defineExport, fileName } from '../contract';
import { documentOf } from '../document';
import { WORD_MEDIA, wordOf } from '../word';

export default defineExport({
	id: 'docx',
	purpose: 'document',
	title: 'Document (Word)',
	summary: 'The finished text with its headings, lists and tables, for Word and its kin.',
	extension: 'docx',
	example: 'PK',
	make: async (source) => {
		const markdown = documentOf(source);
		const { title } = source.state;
		return ok({
			name: fileName(title, 'docx'),
			media: WORD_MEDIA,
			content: await wordOf(markdown, title),
			plain: markdown
		});
	}
});
