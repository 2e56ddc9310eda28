import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connections, pagePolicy, workerPolicy } from '../../.ci/hosting.mjs';
import { serve } from '../../.ci/serve.mjs';
import { BUILD, expect, test } from './fixtures';

/**
 * The worker policies in a real browser, on a tiny site of our own: whatever the app's workers do today, these are the
 * walls they stand behind. A header that is merely present proves nothing.
 */
const META = `default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'`;

/** Each probe says `open` or `shut`. The nested worker must load, or a step could never be run by the engine. */
const PROBE = `
	const reach = async (url) => { try { await fetch(url, { mode: 'no-cors' }); return 'open'; } catch { return 'shut'; } };
	const attempt = (act) => { try { act(); return 'open'; } catch { return 'shut'; } };
	const policy = trustedTypes.createPolicy('galley-script-url', { createScriptURL: (url) => url });
	const nested = () => new Promise((resolve) => {
		const worker = new Worker(policy.createScriptURL('/_app/immutable/workers/nested-1.js'), { type: 'module' });
		worker.onmessage = () => resolve('open');
		worker.onerror = () => resolve('shut');
	});
	const probe = async (foreign) => ({
		own: await reach('/_app/immutable/workers/nested-1.js'),
		foreign: await reach(foreign),
		nested: await nested(),
		eval: attempt(() => (0, eval)('1')),
		untrusted: attempt(() => new Worker('/_app/immutable/workers/nested-1.js')),
		chunk: await import('./chunks/x.js').then(() => 'open', () => 'shut')
	});
`;

let folder: string;
let foreign: { url: string; hits: number; close: () => void };

test.beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'galley-policies-'));
	const workers = join(folder, '_app/immutable/workers');
	mkdirSync(join(workers, 'chunks'), { recursive: true });
	const files: Record<string, string> = {
		'200.html': `<meta http-equiv="content-security-policy" content="${META}"><main>Ready</main>`,
		'_app/immutable/workers/engine-1.js': `${PROBE} onmessage = async ({ data }) => postMessage(await probe(data));`,
		'_app/immutable/workers/model-1.js': `${PROBE} onmessage = async ({ data }) => postMessage(await probe(data));`,
		'_app/immutable/workers/act-1.js': `${PROBE} onmessage = async ({ data }) => postMessage(await probe(data));`,
		'_app/immutable/workers/nested-1.js': `postMessage('here');`,
		'_app/immutable/workers/chunks/x.js': 'export default 1;'
	};
	for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

	const sink = createServer((_request, response) => {
		foreign.hits++;
		response.end('got you');
	});
	await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
	const { port } = sink.address() as AddressInfo;
	foreign = { url: `http://127.0.0.1:${port}/`, hits: 0, close: () => sink.close() };
});
test.afterAll(() => {
	foreign.close();
	rmSync(folder, { recursive: true, force: true });
});

for (const { worker, reaches } of [
	{ worker: 'engine', reaches: 'shut' },
	{ worker: 'model', reaches: 'open' },
	{ worker: 'act', reaches: 'open' }
]) {
	test(`the ${worker} worker: foreign hosts ${reaches}, no eval, nested workers and chunks work`, async ({
		page
	}) => {
		const site = await serve({ dir: folder });
		const before = foreign.hits;
		await page.goto(`${site.url}/some/page`);
		const found = await page.evaluate(
			([name, url]) =>
				new Promise((resolve, reject) => {
					const running = new Worker(`/_app/immutable/workers/${name}-1.js`, { type: 'module' });
					running.onmessage = ({ data }) => resolve(data);
					running.onerror = ({ message }) => reject(new Error(message || 'the worker did not load'));
					running.postMessage(url);
				}),
			[worker, foreign.url] as const
		);
		expect(found).toMatchObject({
			own: 'open',
			foreign: reaches,
			nested: 'open',
			eval: 'shut',
			untrusted: 'shut',
			chunk: 'open'
		});
		expect(foreign.hits - before).toBe(reaches === 'open' ? 1 : 0);
		await site.close();
	});
}

/** The one style attribute of the app, that of the framework's announcer for screen readers. */
const ANNOUNCER = "style-src-attr 'unsafe-hashes' 'sha256-S8qMpvofolR8Mpjy4kQvEm7m1q8clzU4dfDH0AmvZjo='";

/** Directives that say anything `unsafe` beyond WebAssembly and the announcer. */
function unsafe(policy: string): string[] {
	const directives = policy.split(';').map((directive) => directive.trim());
	return directives.filter(
		(directive) =>
			directive !== ANNOUNCER && directive.replaceAll("'wasm-unsafe-eval'", '').includes('unsafe')
	);
}

test('the built pages and workers: no inline script but the hashed boot, no eval, nothing unsafe', () => {
	const html = readFileSync(join(BUILD, '200.html'), 'utf8');
	const policy = pagePolicy(html);
	expect(unsafe(policy)).toEqual([]);
	const inline = [...html.matchAll(/<script(?![^>]*\bsrc=)[^>]*>([\s\S]*?)<\/script>/g)].map(
		([, code = '']) => code
	);
	expect(inline).toHaveLength(1);
	for (const code of inline)
		expect(policy).toContain(`'sha256-${createHash('sha256').update(code).digest('base64')}'`);
	expect(html).not.toMatch(/<[^>]+\son\w+\s*=/);
	for (const needed of ["require-trusted-types-for 'script'", "default-src 'none'", "connect-src 'self';"])
		expect(policy).toContain(needed);

	const workers = readdirSync(join(BUILD, '_app/immutable/workers')).filter((name) => name.endsWith('.js'));
	expect(workers.length).toBeGreaterThan(5);
	const scripts = [...workers.map((name) => `/_app/immutable/workers/${name}`), '/service-worker.js'];
	const reaching = scripts.filter((path) => {
		const policy = workerPolicy(path) ?? '';
		expect([path, unsafe(policy)]).toEqual([path, []]);
		expect(policy).toContain("require-trusted-types-for 'script'");
		return !/connect-src 'self'(;|$)/.test(policy);
	});
	// What may reach other hosts has no list of its own; everything else has one that names this origin alone.
	const names = reaching.map((path) =>
		path
			.split('/')
			.at(-1)
			?.replace(/[.-][^.-]*\.js$/, '')
	);
	expect(names.sort()).toEqual(['act', 'model', 'service']);
	for (const path of scripts) expect(connections(path, false) === null).toBe(reaching.includes(path));
});
