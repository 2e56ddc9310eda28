import { ok } from '$lib/core';
import { defineOutput } from '../output-contract';
import { WORD_MEDIA, wordOf } from '../word';

export default defineOutput({
	id: 'docx',
	title: 'Word (DOCX)',
	extension: 'docx',
	media: WORD_MEDIA,
	async make({ content }) {
		const text =
			typeof content === 'string' ? content : `\`\`\`\n${JSON.stringify(content, null, 2)}\n\`\`\``;
		return ok(await wordOf(text));
	}
});
