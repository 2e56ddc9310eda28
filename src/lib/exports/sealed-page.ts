import { canonicalJson, hashOf } from '$lib/core';
import type { ExportSource } from './contract';
import { escapeHtml } from './markdown';
import PROOF from './page/proof.js?raw';
import VERIFY from './page/verify.js?raw';

/** JSON as the text of a script element: nothing in it can end the element, and it parses to the same. */
export function inScript(json: string): string {
	return json.replaceAll('<', '\\u003c');
}

/**
 * A page that can check itself: what it shows, its data, and a seal over both. The only script that its own policy lets
 * run is ours, by its hash, and nothing in it may ask any network for anything.
 */
export function sealedPage(parts: {
	/** HTML already. */
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
	const seal = hashOf(canonicalJson(facts));
	const redacted = source.records.filter(({ event }) => event.type === 'redacted').length;
	return `${pageHead(title, style, [PROOF + VERIFY])}
<body>
<main>${main}</main>
<div class="seal">
<p><button type="button" id="verify" hidden>Verify</button></p>
<p id="verified" role="status"></p>
<p class="soft">Seal ${escapeHtml((seal.match(/.{8}/g) ?? []).join(' '))}${redacted > 0 ? ` · the content of ${redacted} records was taken out; their hashes were kept, and such a page cannot be imported` : ''}</p>
</div>
<script type="application/json" id="galley-data">${data}</script>
<script type="application/json" id="galley-seal">${inScript(JSON.stringify({ ...facts, seal }))}</script>
</body>
</html>
`;
}

/** Everything before the body. A page of ours runs the scripts given and no other, and reaches nothing outside itself. */
export function pageHead(title: string, style: string, scripts: readonly string[]): string {
	const hashes = scripts.map((script) => `'sha256-${base64(hashOf(script))}'`).join(' ');
	return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '${`sha256-${base64(hashOf(style))}`}'; script-src ${hashes}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
<style>${style}</style>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</head>`;
}

function base64(hex: string): string {
	return btoa(String.fromCharCode(...(hex.match(/../g) ?? []).map((byte) => parseInt(byte, 16))));
}
