import { isStill } from '$lib/pass';
import { afterEach, expect, it, vi } from 'vitest';
import { pictureOf } from './picture';

const pause = vi.fn(async () => undefined);
const world = globalThis as { hacked?: unknown };
afterEach(() => {
	document.body.innerHTML = '';
	expect(world.hacked).toBeUndefined();
});

/** An element of the page with this in it. */
function shown(html: string): HTMLElement {
	const frame = document.body.appendChild(document.createElement('div'));
	frame.className = 'shell';
	frame.innerHTML = html;
	return frame;
}

const picture = (html: string, bottom = 1e6) => pictureOf(shown(html), bottom, pause);

it('has what is to be seen, in its classes, and nothing that does something', async () => {
	const html = await picture(
		`<main id="main" tabindex="-1"><article data-cell="draft" id="cell-draft" aria-labelledby="x">
			<h2><button type="button" aria-expanded="true" title="a" onclick="globalThis.hacked = 1">
				<svg class="lucide" viewBox="0 0 24 24" width="13"><path d="M1 2"></path></svg>Draft</button></h2>
			<a class="link" href="/settings">Settings</a><label><input type="radio" name="a" checked value="secret"></label>
			<p>Week &lt;47&gt; &amp; more</p><!-- nothing --></article></main>`
	);
	expect(html).toContain('<article data-pictured="draft">');
	expect(html).toContain('<button aria-expanded="true" type="button">');
	expect(html).toContain('<svg class="lucide" width="13" viewBox="0 0 24 24"><path d="M1 2"></path></svg>');
	expect(html).toContain('<a class="link">Settings</a>');
	expect(html).toContain('Week &lt;47&gt; &amp; more');
	for (const word of ['onclick', 'href', 'id=', 'name=', 'value', 'tabindex', 'title', 'labelledby', '<!--'])
		expect(html, word).not.toContain(word);
	expect(isStill(html ?? '')).toBe(true);
});

it('says by attributes of its own what stood in styles', async () => {
	const html = await picture(
		`<ol style="--size: 52px"><li style="--gap: 104px"></li><li><button style="--depth: 2"></button></li></ol>
			<span style="inline-size: 40%; background: url(https://evil.test/a)"></span>`
	);
	for (const said of ['data-size="52px"', 'data-gap="104px"', 'data-depth="2"', 'data-share="40%"'])
		expect(html).toContain(said);
	expect(html).not.toContain('evil.test');
});

it('leaves out what is of another moment, dialogs, and what is far below', async () => {
	const html = await picture(
		`<p>Here</p><p data-live>Saved 14:02</p><dialog open>Cancel?</dialog><article data-cell="a"><div style="height: 900px"></div>Whole</article><p>Below</p>`,
		800
	);
	for (const words of ['Here', 'Whole']) expect(html).toContain(words);
	for (const words of ['Saved', 'Cancel', 'Below']) expect(html).not.toContain(words);
});

it('is none where something cannot be shown in markup alone', async () => {
	for (const alive of ['<img alt="a">', '<textarea>a</textarea>', '<canvas></canvas>', '<iframe></iframe>'])
		expect(await picture(`<p>a</p>${alive}`), alive).toBeNull();
});

it('is none where another reading makes something else of it', async () => {
	const frame = shown('<pre></pre>');
	// Each reading of a text block takes the first line break for none.
	frame.querySelector('pre')?.append('\n\n\nwords');
	expect(await pictureOf(frame, 1e6, pause)).toBeNull();
});

it('makes nothing of a planted text, however it is read', async () => {
	const planted = [
		'<img src=x onerror=globalThis.hacked=1>',
		'<svg><style><img src=x onerror=globalThis.hacked=1></style></svg>',
		'<math><mtext><table><mglyph><style><img src=x onerror=globalThis.hacked=1>',
		'</div></div><script>globalThis.hacked=1</script>',
		'<noscript><p title="</noscript><img src=x onerror=globalThis.hacked=1>">',
		'<meta http-equiv="refresh" content="0;url=https://evil.test">',
		'&lt;img src=x onerror=globalThis.hacked=1&gt;'
	];
	for (const text of planted) {
		const frame = shown('<pre></pre>');
		frame.querySelector('pre')?.append(text);
		const html = (await pictureOf(frame, 1e6, pause)) ?? '';
		expect(isStill(html)).toBe(true);
		const served = document.body.appendChild(document.createElement('div'));
		served.innerHTML = html;
		expect(served.querySelectorAll('*')).toHaveLength(2);
		expect(served.textContent).toBe(text);
		served.innerHTML = new DOMParser().parseFromString(served.innerHTML, 'text/html').body.innerHTML;
		expect(served.querySelector('img, script, meta, style, noscript')).toBeNull();
	}
	await new Promise((resolve) => setTimeout(resolve, 100));
});
