import type { LedgerEvent } from '$lib/core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startOutsideServer, type OutsideServer } from '../../../tests/support/outside-server.mjs';
import { isForeign, throughTheDoor } from './door';
import { dropPass, putPass, seal, type Pass } from './passes';
import { EGRESS_CHANNEL } from './report';
import { tagged, tagOf } from './tag';

let server: OutsideServer;
let heard: LedgerEvent[];
const listener = new BroadcastChannel(EGRESS_CHANNEL);
const NOW = Date.now();

beforeAll(async () => {
	server = await startOutsideServer();
	listener.onmessage = (event: MessageEvent<LedgerEvent>) => void heard.push(event.data);
});
afterAll(() => {
	listener.close();
	return server.close();
});
beforeEach(() => {
	heard = [];
	const kept = new Map<string, Response>();
	const cache = {
		put: async (key: string, value: Response) => void kept.set(key, value),
		match: async (key: string) => kept.get(key)?.clone(),
		delete: async (key: string) => kept.delete(key)
	};
	vi.stubGlobal('caches', { open: async () => cache, delete: async () => kept.clear() });
});
afterEach(() => {
	vi.unstubAllGlobals();
	server.arrived.splice(0);
});

const CALL = 'run-1/draft/1.1';
const pass = (more: Partial<Pass> = {}): Pass => ({
	origins: [server.url],
	follows: false,
	runId: 'run-1',
	until: NOW + 60_000,
	...more
});
const ask = (path: string, init: RequestInit = {}, call = CALL) => {
	const request = new Request(tagged(`${server.url}${path}`, { call, request: 'req-1' }), init);
	return throughTheDoor(request, new URL(request.url));
};
const stopped = (code: string) =>
	vi.waitFor(() =>
		expect(heard).toContainEqual(
			expect.objectContaining({ type: 'request.blocked', id: 'req-1', by: 'service-worker', code })
		)
	);

test('with a pass it arrives as it is, without the mark, and is counted both ways', async () => {
	await putPass(CALL, pass());
	const init = { method: 'POST', body: 'größe', headers: { 'x-a': '1' } };
	const answer = await ask('/tickets?q=1', init);
	expect(await answer.text()).toBe('{"number":1}');
	expect(server.arrived).toMatchObject([
		{ method: 'POST', path: '/tickets?q=1', body: 'größe', headers: { 'x-a': '1' } }
	]);
	for (const name of ['cookie', 'referer']) expect(server.arrived[0]?.headers).not.toHaveProperty(name);
	await vi.waitFor(() =>
		expect(heard).toMatchObject([{ type: 'request.seen', id: 'req-1', sent: 7, received: 12 }])
	);
});

test('without one nothing goes: none, taken back, run out, for elsewhere, no mark', async () => {
	expect((await ask('/a')).type).toBe('error');
	await stopped('egress.no-pass');
	const wrong: [Partial<Pass>, string][] = [
		[{ until: NOW - 1 }, 'egress.no-pass'],
		[{ origins: ['https://elsewhere.example'] }, 'egress.not-allowed']
	];
	for (const [more, code] of wrong) {
		heard = [];
		await putPass(CALL, pass(more));
		expect((await ask('/a')).type).toBe('error');
		await stopped(code);
	}
	await putPass(CALL, pass());
	await dropPass(CALL);
	expect((await ask('/a')).type).toBe('error');
	const bare = new Request(`${server.url}/a`);
	expect((await throughTheDoor(bare, new URL(bare.url))).type).toBe('error');
	expect(server.arrived).toEqual([]);
});

test('a sealed run has no way out, whatever pass there is; another run beside it has', async () => {
	await putPass(CALL, pass());
	await putPass('run-2/draft/1.1', pass({ runId: 'run-2' }));
	await seal('run-1');
	expect((await ask('/a')).type).toBe('error');
	await stopped('egress.sealed');
	expect((await ask('/b', {}, 'run-2/draft/1.1')).status).toBe(200);
	expect(server.arrived.map(({ path }) => path)).toEqual(['/b']);
});

test('a redirect is followed only for a public file', async () => {
	await putPass(CALL, pass());
	await expect(ask('/redirect')).rejects.toThrow();
	const manual = await ask('/redirect', { redirect: 'manual' });
	expect([307, 0]).toContain(manual.status);
	await putPass(CALL, pass({ follows: true }));
	await expect(ask('/redirect', { method: 'POST', body: 'x' })).rejects.toThrow();
	expect(server.arrived.map(({ path }) => path)).not.toContain('/elsewhere');
	expect((await ask('/redirect')).status).toBe(200);
	expect(server.arrived.at(-1)?.path).toBe('/elsewhere');
});

test('what answers cannot be read goes to this device only', async () => {
	await putPass(CALL, pass({ origins: ['https://far.example', server.url] }));
	const far = new Request(tagged('https://far.example/', { call: CALL, request: 'req-1' }), {
		mode: 'no-cors'
	});
	expect((await throughTheDoor(far, new URL(far.url))).type).toBe('error');
	await stopped('egress.unreadable');
});

test('the mark is in the fragment, comes back whole, and nothing else is taken for one', () => {
	const tag = { call: 'a/each[3]/b c&d/1.1', request: '5#%' };
	const marked = tagged('https://x.example/p?q=1#old', tag);
	expect(new URL(marked).href.split('#')[0]).toBe('https://x.example/p?q=1');
	expect(tagOf(new URL(marked).href)).toEqual(tag);
	for (const no of [
		'https://x/',
		'https://x/#galley=',
		'https://x/#galley=a',
		'https://x/#galley=%&b',
		'https://x/#a&b'
	])
		expect(tagOf(no)).toBeNull();
	const own = 'https://galley.test';
	expect(isForeign(new URL('https://x/'), own)).toBe(true);
	for (const near of [`${own}/a`, `blob:${own}/1`, 'data:text/plain,x'])
		expect(isForeign(new URL(near), own)).toBe(false);
});
