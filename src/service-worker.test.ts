import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

/** The worker's own scope, as far as the worker uses it. Caches and the real lifecycle are tested by the journeys. */
const listeners = new Map<string, (event: object) => void>();
const skipWaiting = vi.fn(async () => undefined);
const origin = 'https://galley.test';
const stored = new Map<string, Response>();
const inCache: { url: string }[] = [];
/** First views of runs, by their key. */
const views = new Map<string, Response>();
const put = vi.fn(async () => undefined);
const deleted = vi.fn(async () => true);

beforeAll(async () => {
	const cache = {
		match: async (key: string) => stored.get(new URL(key, origin).href)?.clone(),
		keys: async () => inCache,
		put,
		delete: deleted
	};
	vi.stubGlobal('location', new URL(`${origin}/service-worker.js`));
	vi.stubGlobal('registration', { scope: `${origin}/` });
	vi.stubGlobal('caches', {
		open: async () => cache,
		match: async (key: string) => views.get(key)?.clone(),
		delete: async () => true
	});
	vi.stubGlobal('self', {
		__WB_MANIFEST: [
			{ url: '/200.html', revision: null },
			{ url: '/_app/immutable/workers/step-1.js', revision: null },
			{ url: '/_app/immutable/workers/model-1.js', revision: null },
			{ url: '/_app/immutable/workers/act-1.js', revision: null },
			{ url: '/_app/immutable/workers/actor-1.js', revision: null }
		],
		__GALLEY_NOTEBOOK: {
			styles: '<link href="/notebook.css" rel="stylesheet">',
			scripts: '<link href="/notebook.js" rel="modulepreload">'
		},
		location: globalThis.location,
		caches: globalThis.caches,
		skipWaiting,
		addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener)
	});
	await import('./service-worker');
});

beforeEach(() => {
	stored.clear();
	views.clear();
	skipWaiting.mockClear();
});

/** What the worker answers, or undefined where it leaves the request to the browser. */
function answer(url: string, mode: RequestMode = 'cors', method = 'GET'): Promise<Response> | undefined {
	let response: Promise<Response> | undefined;
	listeners.get('fetch')?.({
		request: { url: new URL(url, origin).href, method, mode },
		respondWith: (given: Promise<Response>) => (response = given)
	});
	return response;
}

test('leaves alone what is not a file of this app', () => {
	expect(answer('/_app/version.json')).toBeUndefined();
	expect(answer('/runs/1', 'navigate', 'POST')).toBeUndefined();
	expect(answer('/none.png', 'navigate')).toBeUndefined();
});

test('lets nothing through to another origin without a pass', async () => {
	const refused = await answer('https://elsewhere.test/_app/immutable/x.js');
	expect(refused?.type).toBe('error');
});

test('answers any navigation with the app, under the policy of its meta element', async () => {
	const meta = `<meta http-equiv="content-security-policy" content="default-src 'none'">`;
	stored.set(`${origin}/200.html`, new Response(meta));
	const response = await answer('/library/Reports/week.md', 'navigate');
	expect(await response?.text()).toBe(meta);
	expect(response?.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
	expect(response?.headers.get('permissions-policy')).toContain('camera=()');
});

test('has the files of a notebook fetched along with its page, and with no other', async () => {
	const policy = `<meta http-equiv="content-security-policy" content="default-src 'none'">`;
	const head = `<head>${policy}<link href="/shell.css" rel="stylesheet"></head>`;
	stored.set(`${origin}/200.html`, new Response(head));
	const notebook = await answer('/runs/1', 'navigate');
	expect(await notebook?.text()).toBe(
		`<head>${policy}<link href="/shell.css" rel="stylesheet" disabled><link href="/notebook.css" rel="stylesheet"><link href="/notebook.js" rel="modulepreload"></head>`
	);
	for (const other of ['/', '/runs', '/runs/1/compare', '/workflows/runs'])
		expect(await (await answer(other, 'navigate'))?.text()).toBe(head);
});

test('a finished run comes with its first view, and with the policy of a page without', async () => {
	const policy = `default-src 'none'; script-src 'self'`;
	const link = '<link href="/_app/immutable/entry/app.now1.js" rel="modulepreload">';
	const shell = `<html><head><meta http-equiv="content-security-policy" content="${policy}">${link}</head><body><div class="app-root"></div></body></html>`;
	stored.set(`${origin}/200.html`, new Response(shell));
	const view = { build: 'app.now1.js', head: `3 ${'0'.repeat(64)}`, theme: 'system', fits: 'wide', day: '' };
	const keep = (html: string, build = view.build) =>
		views.set('/first-view/runs/1', Response.json({ ...view, build, html }));
	const opened = async (url: string) => {
		const response = await answer(url, 'navigate');
		expect(response?.headers.get('content-security-policy')).toBe(`${policy}; frame-ancestors 'none'`);
		return response?.text();
	};
	keep('<p>Week 47, http-equiv="content-security-policy" content="default-src *"</p>');
	expect(await opened('/runs/1')).toContain('Week 47');
	for (const other of ['/runs/2', '/runs/1?a=b', '/runs/1#draft', '/runs/1/compare', '/'])
		expect(await opened(other), other).not.toContain('Week 47');
	for (const spoilt of [
		'<script>Week 47</script>',
		'<meta http-equiv="refresh" content="0;url=https://evil.test">Week 47',
		'<base href="https://evil.test">Week 47',
		'<p>Week 47'
	]) {
		keep(spoilt);
		expect(await opened('/runs/1'), spoilt).not.toContain('Week 47');
	}
	keep('<p>Week 47</p>', 'app.old1.js');
	expect(await opened('/runs/1')).not.toContain('Week 47');
});

test('gives a worker script its policy, whatever its query, and keeps a host’s own', async () => {
	const step = `${origin}/_app/immutable/workers/step-1.js`;
	stored.set(step, new Response('1', { headers: { 'content-encoding': 'br' } }));
	const response = await answer('/_app/immutable/workers/step-1.js?step=3');
	expect(response?.headers.get('content-security-policy')).toContain("connect-src 'self';");
	expect(response?.headers.has('content-encoding')).toBe(false);

	stored.set(step, new Response('1', { headers: { 'content-security-policy': 'sandbox' } }));
	expect((await answer(step))?.headers.get('content-security-policy')).toBe('sandbox');
});

test('lets the model worker and the one that acts outside, and no other, reach other hosts', async () => {
	for (const name of ['model-1', 'act-1', 'actor-1', 'step-1']) {
		stored.set(`${origin}/_app/immutable/workers/${name}.js`, new Response('1'));
		const policy = (await answer(`/_app/immutable/workers/${name}.js`))?.headers.get(
			'content-security-policy'
		);
		expect(policy?.includes('https:'), name).toBe(/^(model|act)-1$/.test(name));
	}
});

test('takes over only when a page asks it to', () => {
	const waitUntil = vi.fn();
	listeners.get('message')?.({ data: { type: 'HELLO' }, waitUntil });
	listeners.get('message')?.({ data: null, waitUntil });
	expect(skipWaiting).not.toHaveBeenCalled();
	listeners.get('message')?.({ data: { type: 'SKIP_WAITING' }, waitUntil });
	expect(skipWaiting).toHaveBeenCalledOnce();
});

test('stores what is not in the list when it is first used, and one version of it', async () => {
	vi.stubGlobal('fetch', async (request: Request) => {
		const size = request.url.includes('web-llm') ? 3_000_001 : 10;
		return new Response(new Uint8Array(size), { headers: { 'content-type': 'text/javascript' } });
	});
	// What is not in the list stays, whatever its size: a reader of files is needed without a network, too.
	put.mockClear();
	expect((await answer('/_app/immutable/assets/late-12345678.js'))?.status).toBe(200);
	expect(put).toHaveBeenCalledOnce();
	put.mockClear();
	deleted.mockClear();
	inCache.push(
		{ url: `${origin}/_app/immutable/assets/web-llm-12345678.js` },
		{ url: `${origin}/other-12345678.js` }
	);
	const response = await answer('/_app/immutable/assets/web-llm-abcdefgh.js');
	expect((await response?.arrayBuffer())?.byteLength).toBe(3_000_001);
	expect(put).toHaveBeenCalledExactlyOnceWith(
		`${origin}/_app/immutable/assets/web-llm-abcdefgh.js`,
		expect.any(Response)
	);
	expect(deleted.mock.calls).toEqual([[inCache[0]]]);
	inCache.length = 0;
});
