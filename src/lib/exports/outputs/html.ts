import { ok } from '$lib/core';
import { STYLE } from '../html-style';
import { escapeHtml, markdownToHtml } from '../markdown';
import { defineOutput } from '../output-contract';

export default defineOutput({
	id: 'html',
	title: 'Web page (HTML)',
	extension: 'html',
	media: 'text/html',
	async make({ content, media }) {
		const text = typeof content === 'string' ? content : JSON.stringify(content, null, 2);
		const body =
			typeof content === 'string' && media === 'text/markdown'
				? markdownToHtml(text)
				: `<pre>${escapeHtml(text)}</pre>`;
		const title = /^#\s+(.+)$/m.exec(text)?.[1] ?? 'Galley';
		return ok(`<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`);
	}
});
