import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serve } from '../../.ci/serve.mjs';
import { expect, test } from './fixtures';

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
