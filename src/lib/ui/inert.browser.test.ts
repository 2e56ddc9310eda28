/** Whatever a text tries, rendering it runs nothing and asks no server for anything: through every renderer there is. */
import { flushSync, mount, tick, unmount } from 'svelte';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { highlight } from './highlight';
import { renderMarkdown } from './markdown';
import TestingOutput from './notebook/TestingOutput.svelte';
import { prepareHighlight, prepareProse } from './prose';
import SUITE from '../../../tests/fixtures/dompurify/payloads.json';
import { PAYLOADS as OURS } from './testing-payloads';

const PAYLOADS: readonly string[] = [...OURS, ...SUITE];

const ALLOWED = /^(?:class|align|start|colspan|rowspan)$/;
let place: HTMLElement;
const world = globalThis as { hacked?: unknown };

beforeEach(async () => {
	await Promise.all([prepareProse(), prepareHighlight()]);
	place = document.body.appendChild(document.createElement('main'));
	delete world.hacked;
	globalThis.alert = () => void (world.hacked = 'alert');
	performance.clearResourceTimings();
	performance.setResourceTimingBufferSize(5000);
});
afterEach(() => {
	expect(world.hacked).toBeUndefined();
	const asked = performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin);
	expect(asked.filter((origin) => origin !== location.origin)).toEqual([]);
	place.remove();
});

/** Time for an image to fail, an animation to begin, an event to be handled. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 100));

describe('Markdown', () => {
	it.each(PAYLOADS.map((text, index) => [index, text] as const))('payload %i is inert', (_, text) => {
		const nodes = renderMarkdown(text, 2, text, highlight);
		const attributes = [...nodes.querySelectorAll('*')].flatMap((element) => [...element.attributes]);
		expect(attributes.map(({ name }) => name).filter((name) => !ALLOWED.test(name))).toEqual([]);
		for (const { name, value } of attributes) {
			if (name === 'class') expect(value).toMatch(/^hljs-/);
		}
		expect(
			nodes.querySelector(
				'script, style, link, meta, base, iframe, object, embed, img, image, svg, math, form, input, button, a, video, audio, template, dialog'
			)
		).toBeNull();
		place.append(nodes);
	});

	it('is inert when all of it is on the page, rendered twice over', async () => {
		for (const text of PAYLOADS) {
			const once = document.createElement('div');
			once.append(renderMarkdown(text, 2, text, highlight));
			place.append(once, renderMarkdown(once.innerHTML, 2), renderMarkdown(once.textContent, 2));
		}
		await settle();
	});
});

describe('outputs of steps', () => {
	const shapes = {
		Markdown: (text: string) => text,
		'plain text': (text: string) => text,
		fields: (text: string) => ({ title: text, [text]: 'value', list: [text, text] }),
		table: (text: string) => Array.from({ length: 9 }, () => ({ a: text, b: 1, [text]: text })),
		tree: (text: string) => [{ deep: { list: [{ [text]: text }] } }, text],
		flags: (text: string) => ({ flags: [{ kind: 'anomaly', text }] }),
		checks: (text: string) => ({ passed: false, results: [{ rule: text, passed: false, message: text }] })
	};
	it.each(Object.entries(shapes))('%s are inert', async (shape, make) => {
		const media = { Markdown: 'text/markdown', 'plain text': 'text/plain' }[shape] ?? 'application/json';
		const shown = PAYLOADS.map((text) => {
			const content = make(text);
			return mount(TestingOutput, { target: place, props: { content, media } });
		});
		flushSync();
		await tick();
		await settle();
		expect(place.textContent.length).toBeGreaterThan(1000);
		expect(
			place.querySelector('script, iframe, object, embed, img, form, a, video, [onerror], [style*="url"]')
		).toBeNull();
		for (const one of shown) await unmount(one);
	});

	it('are shown though two fields have one path, and a column has no name', async () => {
		const contents = [{ 'a.b': 1, a: { b: 2 } }, [{ '': 1, a: 2 }]];
		for (const content of contents) {
			const shown = mount(TestingOutput, { target: place, props: { content, media: 'application/json' } });
			flushSync();
			await tick();
			expect(place.querySelectorAll('td').length).toBeGreaterThan(1);
			await unmount(shown);
		}
	});

	it('would notice', async () => {
		place.innerHTML = PAYLOADS.find((text) => text.startsWith('<img src=x onerror=')) ?? '';
		await vi.waitFor(() => expect(world.hacked).toBe(1), { timeout: 5000 });
		delete world.hacked;
	});
});

describe('Markdown as people write it', () => {
	const htmlOf = (text: string) => {
		const div = document.createElement('div');
		div.append(renderMarkdown(text, 0, text, highlight));
		return div;
	};

	it('has footnotes: numbers in the text, a list at the end', () => {
		const div = htmlOf('Sales rose[^a] and fell[^b].\n\n[^a]: In *May*.\n[^b]: In June.\n');
		expect([...div.querySelectorAll('sup')].map((one) => one.textContent)).toEqual(['1', '2']);
		expect([...div.querySelectorAll('hr + ol > li')].map((one) => one.textContent.trim())).toEqual([
			'In May.',
			'In June.'
		]);
		expect(div.textContent).not.toContain('↩');
	});

	it('has coloured code where the language is known, and plain code else', () => {
		const div = htmlOf('```json\n{"a": 1}\n```\n\n```klingon\n<b>\n```\n');
		expect(div.querySelector('.hljs-number')?.textContent).toBe('1');
		expect([...div.querySelectorAll('pre')].map((one) => one.textContent.trim())).toEqual([
			'{"a": 1}',
			'<b>'
		]);
	});
});
