import { beforeEach, expect, test, vi } from 'vitest';
import {
	buildOf,
	dayOf,
	dropFirstView,
	firstViewOf,
	forgetFirstViews,
	forgetOtherBuilds,
	keepFirstView,
	withFirstView,
	type FirstView
} from './first-views';

const BUILD = 'app.AbC-1_2.js';
const NOW = Date.parse('2026-11-29T10:00');
const VIEW: FirstView = {
	build: BUILD,
	head: `12 ${'a'.repeat(64)}`,
	theme: 'system',
	fits: 'wide',
	day: dayOf(NOW),
	html: '<div class="shell"><h1>Week 47</h1></div>'
};
const SHELL = `<!doctype html><html lang="en"><head><link href="/_app/immutable/entry/${BUILD}" rel="modulepreload"></head><body><div class="app-root"></div></body></html>`;

let kept: Map<string, Response>;
let full: boolean;
beforeEach(() => {
	kept = new Map();
	full = false;
	const cache = {
		put: async (key: string, value: Response) => {
			if (full) throw new DOMException('no room', 'QuotaExceededError');
			kept.set(key, value);
		},
		delete: async (key: string | { url: string }) =>
			kept.delete(typeof key === 'string' ? key : new URL(key.url).pathname),
		keys: async () => [...kept.keys()].map((key) => ({ url: `https://galley.test${key}` }))
	};
	vi.stubGlobal('caches', {
		open: async () => cache,
		match: async (key: string) => kept.get(key)?.clone(),
		delete: async () => kept.clear()
	});
});

test('a first view is found again by its page and its build, until it is dropped', async () => {
	await keepFirstView('/runs/a', VIEW);
	expect(await firstViewOf('/runs/a', BUILD)).toEqual(VIEW);
	expect(await firstViewOf('/runs/b', BUILD)).toBeNull();
	expect(await firstViewOf('/runs/a', 'app.next.js')).toBeNull();
	await dropFirstView('/runs/a');
	expect(await firstViewOf('/runs/a', BUILD)).toBeNull();
});

test('the newest twenty are kept, and one that is made anew is the newest', async () => {
	for (let run = 0; run < 20; run++) await keepFirstView(`/runs/${run}`, VIEW);
	await keepFirstView('/runs/0', VIEW);
	await keepFirstView('/runs/20', VIEW);
	expect(kept.size).toBe(20);
	expect(await firstViewOf('/runs/0', BUILD)).not.toBeNull();
	expect(await firstViewOf('/runs/1', BUILD)).toBeNull();
});

test('what is too big or not still is not kept, and an earlier one does not stay in its place', async () => {
	for (const html of [`<p>${'a'.repeat(300_000)}</p>`, '<p onclick="x()">a</p>', '<p>a']) {
		await keepFirstView('/runs/a', VIEW);
		await keepFirstView('/runs/a', { ...VIEW, html });
		expect(kept.size).toBe(0);
	}
});

test('a full disk costs the first view alone', async () => {
	full = true;
	await keepFirstView('/runs/a', VIEW);
	expect(kept.size).toBe(0);
});

test('all go at once, and those of other builds with a new version', async () => {
	await keepFirstView('/runs/a', VIEW);
	await keepFirstView('/runs/b', { ...VIEW, build: 'app.old.js' });
	kept.set('/first-view/runs/c', new Response('not JSON'));
	await forgetOtherBuilds(BUILD);
	expect([...kept.keys()]).toEqual(['/first-view/runs/a']);
	await forgetFirstViews();
	expect(kept.size).toBe(0);
});

test('what lies in the cache is believed in nothing', async () => {
	const spoilt: object[] = [
		{ html: '<script>x()</script>' },
		{ html: '<meta http-equiv="refresh" content="0;url=https://evil.test">' },
		{ html: '<base href="https://evil.test">' },
		{ html: '</div><div>' },
		{ html: 7 },
		{ head: '"><script>x()</script>' },
		{ theme: '"><script>' },
		{ fits: 'wide" onclick="x()' },
		{ build: null }
	];
	for (const part of spoilt) {
		kept.set('/first-view/runs/a', Response.json({ ...VIEW, ...part }));
		expect(await firstViewOf('/runs/a', BUILD), JSON.stringify(part)).toBeNull();
	}
	for (const text of ['', 'null', '[]', '"text"', '{']) {
		kept.set('/first-view/runs/a', new Response(text));
		expect(await firstViewOf('/runs/a', BUILD), text).toBeNull();
	}
});

test('it is written before the app, for eyes only, in the colours that were chosen', () => {
	const html = withFirstView(SHELL, { ...VIEW, theme: 'dark' }, NOW);
	expect(html).toContain('<html data-theme="dark" lang="en">');
	expect(html).toContain(
		`<body><div class="first-view" inert aria-hidden="true" data-head="${VIEW.head}" data-fits="wide" data-day="same">${VIEW.html}</div><div class="app-root"></div></body>`
	);
	expect(withFirstView(SHELL, VIEW, NOW)).toContain('<html lang="en">');
	expect(withFirstView(SHELL, { ...VIEW, html: `<p>$& $' $1</p>` }, NOW)).toContain(`<p>$& $' $1</p>`);
});

test('from midnight on it does not say when', () => {
	expect(withFirstView(SHELL, VIEW, NOW + 13.9 * 3_600_000)).toContain('data-day="same"');
	expect(withFirstView(SHELL, VIEW, NOW + 14 * 3_600_000)).toContain('data-day="past"');
});

test('a shell names its build', () => {
	expect(buildOf(SHELL)).toBe(BUILD);
	expect(buildOf('<html></html>')).toBe('');
});
