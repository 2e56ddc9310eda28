import { canonicalJson, hashOf } from '$lib/core';
import type { ExportSource } from './contract';
import PROOF from './page/proof.js?raw';
import VERIFY from './page/verify.js?raw';

/** JSON as the text of a script element: nothing in it can end the element, and it parses to the same. */
export function inScript(json: string): string {
	return json.replaceAll('<', '\\u003c');
}

/**
 * A page that can check itself: what it shows, its data, all that stands around them, and a seal over that. The only
 * script that its own policy lets run is ours, by its hash, and nothing in it may ask any network for anything. Its text
 * is what a browser would write of it again, so that the page can hold itself against hashes.
 */
export function sealedPage(parts: {
	title: string;
	style: string;
	/** As a browser would write it. */
	main: string;
	/** JSON for a script element. */
	data: string;
	source: ExportSource;
}): string {
	const { title, style, main, data, source } = parts;
	const last = source.records[source.records.length - 1];
	const facts = {
		records: source.records.length,
		head: last?.hash ?? '',
		values: source.values.size,
		data: hashOf(data),
		page: hashOf(main)
	};
	const redacted = source.records.filter(({ event }) => event.type === 'redacted').length;
	const around = (inside: { main: string; words: string; data: string; seal: string }) =>
		`<html lang="en">${pageHead(title, style, [PROOF + VERIFY])}
<body>
<main>${inside.main}</main>
<div class="seal">
<p><button type="button" id="verify" hidden="">Verify</button></p>
<p id="verified" role="status"></p>
<p class="soft">Seal <span id="seal-words">${inside.words}</span>${redacted > 0 ? ` · the content of ${redacted} records was taken out; their hashes were kept, and such a page cannot be imported` : ''}</p>
</div>
<script type="application/json" id="galley-data">${inside.data}</script>
<script type="application/json" id="galley-seal">${inside.seal}</script>
</body></html>`;
	const all = { ...facts, frame: hashOf(around({ main: '', words: '', data: '', seal: '' })) };
	const seal = hashOf(canonicalJson(all));
	const words = (seal.match(/.{8}/g) ?? []).join(' ');
	return `<!doctype html>\n${around({ main, words, data, seal: inScript(JSON.stringify({ ...all, seal })) })}`;
}

/** The head of a page of ours. It runs the scripts given and no other, and reaches nothing outside itself. */
export function pageHead(title: string, style: string, scripts: readonly string[]): string {
	const hashes = scripts.map((script) => `'sha256-${base64(hashOf(script))}'`).join(' ');
	return `<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${`sha256-${base64(hashOf(style))}`}'; script-src ${hashes}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${inTitle(title)}</title>
<style>${style}</style>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</head>`;
}

/** A text as a browser writes it in a title. */
function inTitle(text: string): string {
	const plain = text.replace(/[\s\0]+/g, ' ').replace(/\p{Surrogate}/gu, '\ufffd');
	return plain.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function base64(hex: string): string {
	return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16))));
}
