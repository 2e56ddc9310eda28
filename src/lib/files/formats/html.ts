import { ok, type Result } from '$lib/core';
import { defineFormat, type RawFile } from '../contract';
import { decode, type Decoded } from '../decode';
import { readHtml, type ReadableHtml } from '../html';
import type { Reading } from '../reading';
import { noText } from '../refusals';

export default defineFormat({
	id: 'html',
	title: 'Web page (HTML)',
	extensions: ['html', 'htm', 'xhtml'],
	media: 'text/markdown',
	example: {
		name: 'page.html',
		content:
			'<!doctype html><title>News</title><h1>Week 12</h1><p>Revenue <b>rose</b>.</p><script>x()</script>',
		expect: {
			text: '# Week 12\n\nRevenue rose.\n',
			unit: 'line',
			table: null,
			warnings: [],
			spans: [
				{ start: 2, end: 9, place: { in: 'paragraph', paragraph: 1 } },
				{ start: 11, end: 24, place: { in: 'paragraph', paragraph: 2 } }
			]
		}
	},
	recognises: (text) => /^\s*(?:<!doctype html\b|<html\b)/i.test(text),
	async read(file, reading) {
		const found = await readable(file, reading);
		if (!found.ok) return found;
		const { html, warnings } = found.value;
		if (html.spans.length === 0)
			throw noText(file.name, 'the page shows no text, or makes it with a program');
		if (html.hides) warnings.push('Text that the page hides from its readers was left out.');
		const { text, spans } = html;
		return ok({ name: file.name, media: 'text/markdown', text, unit: 'line', table: null, warnings, spans });
	},
	async show(file, reading) {
		const found = await readable(file, reading);
		return found.ok ? ok(found.value.html.marked) : found;
	}
});

async function readable(
	file: RawFile,
	reading: Reading
): Promise<Result<{ html: ReadableHtml; warnings: string[] }>> {
	const decoded = withDeclared(file, decode(file));
	if (!decoded.ok) return decoded;
	const { text, warnings } = decoded.value;
	return ok({ html: await readHtml(file, text, reading), warnings: [...warnings] });
}

/** A page that is no UTF-8 mostly says in its head what it is. */
function withDeclared(file: RawFile, decoded: Result<Decoded>): Result<Decoded> {
	if (!decoded.ok || !decoded.value.warnings.some((warning) => warning.includes('windows-1252')))
		return decoded;
	const label = /<meta[^>]+charset\s*=\s*["']?([\w-]+)/i.exec(decoded.value.text.slice(0, 4_096))?.[1];
	if (!label || /^utf-?8$/i.test(label)) return decoded;
	try {
		const text = new TextDecoder(label).decode(file.bytes).replace(/\r\n?/g, '\n');
		return ok({ text, warnings: [] });
	} catch {
		return decoded;
	}
}
