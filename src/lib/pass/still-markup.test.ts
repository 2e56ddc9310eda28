import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isStill, STILL_ATTRIBUTES, STILL_TAGS } from './still-markup';

test('what a browser writes of a notebook is still', () => {
	for (const html of [
		'',
		'words &lt;script&gt; &amp; more',
		'<div class="row svelte-1x"><h2>A&nbsp;title</h2><br><input type="search" placeholder="Narrow"></div>',
		'<svg class="lucide" width="13" height="13" viewBox="0 0 24 24"><path d="M20 6 9 17l-5-5"></path></svg>',
		'<ol role="list"><li data-depth="2"><button type="button" aria-current="step">One</button></li></ol>',
		'<pre>\n  lines\n</pre>'
	])
		expect(isStill(html), html).toBe(true);
});

test('whatever could do something is not, nor what is not whole', () => {
	for (const html of [
		'<script src="/a.js"></script>',
		'<meta http-equiv="refresh" content="0;url=https://evil.test">',
		'<base href="https://evil.test/">',
		'<link rel="stylesheet" href="/a.css">',
		'<form><button>Go</button></form>',
		'<iframe></iframe>',
		'<template><p>x</p></template>',
		'<img src="/a.png">',
		'<a href="/settings">Settings</a>',
		'<p onclick="x()">a</p>',
		'<p style="color: red">a</p>',
		'<p id="main">a</p>',
		'<button formaction="/x">a</button>',
		'<svg><use></use></svg>',
		'<svg><style>a</style></svg>',
		'<math></math>',
		'<textarea>',
		'<plaintext>',
		'<!-- a -->',
		'<!doctype html>',
		'<![CDATA[a]]>',
		'<p>a',
		'a</p>',
		'<p><b>a</p></b>',
		'</div><div>',
		'<p class=a>a</p>',
		"<p class='a'>a</p>",
		'<p class="a>b">a</p>',
		'<p  class="a">a</p>',
		'<p class="a"/>',
		'<P class="a">a</P>',
		'a < b',
		'<p',
		'<>'
	])
		expect(isStill(html), html).toBe(false);
});

test('neither list has a word for what runs, loads, leads away or is sent', () => {
	const acts =
		/^(script|style|link|meta|base|iframe|frame|object|embed|form|img|image|use|math|template|video|audio)$/;
	expect(STILL_TAGS.filter((tag) => acts.test(tag))).toEqual([]);
	const does =
		/^(on|style$|src|href|xlink|action|form|id$|name$|for$|target$|popover|command|autofocus|ping$|http-)/;
	expect(STILL_ATTRIBUTES.filter((name) => does.test(name))).toEqual([]);
});

test('elements that close in their turn are still, and a tag more or less is not', () => {
	const tree = fc.letrec<{ node: string }>((tie) => ({
		node: fc.oneof(
			{ depthSize: 'small' },
			fc.constantFrom('words', '&lt;', '<br>'),
			fc
				.tuple(fc.constantFrom('p', 'div', 'span', 'li'), fc.array(tie('node'), { maxLength: 3 }))
				.map(([tag, parts]) => `<${tag} class="a b">${parts.join('')}</${tag}>`)
		)
	})).node;
	fc.assert(
		fc.property(tree, fc.constantFrom('<div>', '</div>', '<b>', '</p>'), (html, extra) => {
			expect(isStill(html)).toBe(true);
			expect(isStill(html + extra)).toBe(false);
			expect(isStill(extra + html)).toBe(false);
		})
	);
});
