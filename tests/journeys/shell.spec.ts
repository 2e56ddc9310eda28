import { appendFileSync, cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { serve } from '../../.ci/serve.mjs';
import { BUILD, expect, offlineReady, test } from './fixtures';

/** What a person on a slow line waits for. The goal is 80; this is the limit that nobody may cross unseen. */
const LIMIT_KB = 90;
const WORKERS = '_app/immutable/workers';

test.describe('what the server answers', () => {
	test('a page carries the policy of its own meta element, and every hardening header', async ({
		app,
		request
	}) => {
		const response = await request.get('/');
		const headers = response.headers();
		const meta = /http-equiv="content-security-policy" content="([^"]+)"/.exec(await response.text())?.[1];
		expect(response.status()).toBe(200);
		expect(headers['content-security-policy']).toBe(`${meta}; frame-ancestors 'none'`);
		expect(headers['content-security-policy']).toContain("require-trusted-types-for 'script'");
		expect(headers['content-security-policy']).not.toContain("'unsafe-eval'");
		expect(headers).toMatchObject({
			'x-content-type-options': 'nosniff',
			'referrer-policy': 'no-referrer',
			'cross-origin-opener-policy': 'same-origin',
			'cache-control': 'no-cache'
		});
		expect(headers['permissions-policy']).toContain('camera=()');
		expect(app.url).toContain(String(app.port));
	});

	test('every worker script carries a policy, and only those that ask a model or act may reach other hosts', async ({
		request
	}) => {
		for (const name of workerScripts()) {
			const policy = (await request.get(`/${WORKERS}/${name}`)).headers()['content-security-policy'] ?? '';
			expect(policy, name).toContain("default-src 'none'");
			expect(policy.includes('https:'), name).toBe(/^(model|act)[.-]/.test(name));
		}
	});

	test('files are sent compressed and kept for good, the page is asked for again', async ({ request }) => {
		const html = await (await request.get('/')).text();
		const script = /\/_app\/immutable\/[^"]+\.js/.exec(html)?.[0] ?? '';
		const headers = (await request.get(script, { headers: { 'accept-encoding': 'br' } })).headers();
		expect(headers['content-encoding']).toBe('br');
		expect(headers['cache-control']).toContain('immutable');
		for (const path of ['/', '/service-worker.js', '/manifest.webmanifest', '/_app/version.json']) {
			expect((await request.get(path)).headers()['cache-control'], path).toBe('no-cache');
		}
	});

	test('a deep link is the app, a missing file is missing', async ({ request }) => {
		for (const path of ['/runs/some-run', '/a/b/c?d=e']) {
			expect((await request.get(path)).status(), path).toBe(200);
		}
		const asBrowser = { headers: { accept: 'text/html' } };
		expect((await request.get('/library/Reports/week.md', asBrowser)).status()).toBe(200);
		for (const path of ['/_app/immutable/none.js', '/none.png', '/library/none.md', '/icons/none']) {
			expect((await request.get(path)).status(), path).toBe(404);
		}
	});
});

test('the home screen asks no other host for anything, and violates no policy', async ({ app, page }) => {
	const foreign: string[] = [];
	const complaints: string[] = [];
	page.on('request', (request) => {
		if (!request.url().startsWith(app.url) && !/^(data|blob):/.test(request.url()))
			foreign.push(request.url());
	});
	page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
	page.on('pageerror', (error) => complaints.push(error.message));
	await page.goto('/');
	await expect(page.getByRole('main')).toBeVisible();
	await offlineReady(page);
	expect(foreign).toEqual([]);
	expect(complaints).toEqual([]);
});

test(`the home screen is usable after at most ${LIMIT_KB} kB of JavaScript`, async ({ page, context }) => {
	const sizes = new Map<string, number>();
	const uncompressed: string[] = [];
	context.on('response', (response) => {
		const headers = response.headers();
		if (!headers['content-type']?.includes('javascript')) return;
		sizes.set(new URL(response.url()).pathname, Number(headers['content-length']) / 1000);
		if (headers['content-encoding'] !== 'br') uncompressed.push(response.url());
	});
	await page.goto('/');
	await expect(page.getByRole('main')).toBeVisible();
	// The engine's worker loads beside the page, which does not wait for it: named, but another figure.
	const beside = [...sizes].filter(([path]) => path.startsWith(`/${WORKERS}/`));
	const before = [...sizes].filter((entry) => !beside.some(([path]) => path === entry[0]));
	const sum = (entries: [string, number][]) => entries.reduce((total, [, kb]) => total + kb, 0);
	const list = [...before].sort((a, b) => b[1] - a[1]).map(([path, kb]) => `${kb.toFixed(1)} kB ${path}`);
	console.log(`JavaScript before the home screen: ${sum(before).toFixed(1)} kB in ${before.length} files,`);
	console.log(`beside it in workers so far: ${sum(beside).toFixed(1)} kB`);
	expect(before.length).toBeGreaterThan(0);
	expect(uncompressed).toEqual([]);
	expect(sum(before), list.join('\n')).toBeLessThanOrEqual(LIMIT_KB);
});

test('a second visit needs no network', async ({ page, context }) => {
	await page.goto('/');
	await offlineReady(page);
	await context.setOffline(true);
	await page.goto('/');
	await expect(page.getByRole('main')).toBeVisible();
	// Workers are what a precache list most easily forgets.
	for (const name of workerScripts()) {
		const status = await page.evaluate(async (url) => (await fetch(url)).status, `/${WORKERS}/${name}`);
		expect(status, name).toBe(200);
	}
});

test('a new version waits, and reloads nobody by itself', async ({ context }, info) => {
	// The next release, as a host would have it: one chunk is gone, and the service worker no longer lists it.
	const next = info.outputPath('next');
	cpSync(BUILD, next, { recursive: true });
	const gone = `/_app/immutable/nodes/${readdirSync(`${BUILD}/_app/immutable/nodes`).find((name) => /^1\..*\.js$/.test(name))}`;
	const script = readFileSync(`${next}/service-worker.js`, 'utf8');
	const shorter = script.replace(new RegExp(`\\{[^{}]*"${gone}"[^{}]*\\},?`), '');
	expect(shorter.length).toBeLessThan(script.length);
	writeFileSync(`${next}/service-worker.js`, shorter);
	appendFileSync(`${next}/service-worker.js`, '\n// next\n');
	for (const name of [
		`${gone}`,
		`${gone}.br`,
		`${gone}.gz`,
		'service-worker.js.br',
		'service-worker.js.gz'
	]) {
		rmSync(`${next}/${name}`);
	}

	let server = await serve({ dir: BUILD });
	const { port, url } = server;
	const tabs = [await context.newPage(), await context.newPage()] as const;
	for (const tab of tabs) {
		await tab.goto(url);
		await offlineReady(tab);
		await tab.evaluate(() => Reflect.set(globalThis, 'sameDocument', true));
	}
	await server.close();
	server = await serve({ dir: next, port });

	await tabs[0].evaluate(async () => {
		const registration = await navigator.serviceWorker.getRegistration();
		await registration?.update();
	});
	const waits = () =>
		navigator.serviceWorker.getRegistration().then((registration) => Boolean(registration?.waiting));
	await expect.poll(() => tabs[1].evaluate(waits)).toBe(true);

	await tabs[0].evaluate(async () => {
		const took = new Promise((resolve) =>
			navigator.serviceWorker.addEventListener('controllerchange', resolve)
		);
		(await navigator.serviceWorker.getRegistration())?.waiting?.postMessage({ type: 'SKIP_WAITING' });
		await took;
	});
	for (const tab of tabs) {
		expect(await tab.evaluate(() => Reflect.get(globalThis, 'sameDocument') as unknown)).toBe(true);
		// What the old version may still load lazily is kept for it, though the host has it no more.
		expect(await tab.evaluate(async (path) => (await fetch(path)).status, gone)).toBe(200);
	}
	expect((await fetch(url + gone)).status).toBe(404);
	await server.close();
});

test.describe('on a host that cannot set headers', () => {
	test.use({ plain: true });

	test('the service worker adds the policies', async ({ page, request }) => {
		expect((await request.get('/')).headers()['content-security-policy']).toBeUndefined();
		await page.goto('/');
		await offlineReady(page);
		const response = await page.reload();
		expect(response?.fromServiceWorker()).toBe(true);
		expect(response?.headers()['content-security-policy']).toContain("frame-ancestors 'none'");
		for (const name of workerScripts()) {
			const policy = await page.evaluate(
				async (url) => (await fetch(url)).headers.get('content-security-policy'),
				`/${WORKERS}/${name}`
			);
			expect(policy, name).toContain("default-src 'none'");
		}
	});
});

/** Entry points only: their chunks lie in a folder and inherit the policy of the worker that loads them. */
function workerScripts(): string[] {
	try {
		return readdirSync(`${BUILD}/${WORKERS}`).filter((name) => name.endsWith('.js'));
	} catch {
		return [];
	}
}
