import type { EgressRow } from '$lib/core';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { EgressRefused, guardedFetch, knock } from './index';
import { sealedRun } from './barred';
import { testAsking } from './testing';

let server: Server;
let origin: string;
const seen: { url: string; headers: Record<string, unknown>; body: string }[] = [];
const rows: EgressRow[] = [];

beforeAll(async () => {
	server = createServer((request, response) => {
		let body = '';
		request.on('data', (part: Buffer) => (body += part.toString()));
		request.on('end', () => {
			seen.push({ url: request.url ?? '', headers: request.headers, body });
			if (request.url === '/redirect') response.writeHead(302, { location: '/elsewhere' }).end();
			else if (request.url === '/none') response.writeHead(204).end();
			else if (request.url === '/refuse') response.writeHead(429, { 'retry-after': '3' }).end('slow down');
			else if (request.url === '/endless') response.writeHead(200).write('12345');
			else if (request.url === '/cut') {
				response.writeHead(200, { 'content-length': '100' }).write('12345');
				setTimeout(() => response.destroy(), 20);
			} else response.writeHead(200).end('hällo');
		});
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
	server.closeAllConnections();
	server.close();
});
afterEach(() => {
	rows.length = 0;
	seen.length = 0;
});

const guarded = (allowed = [origin], asking = testAsking()) =>
	guardedFetch(fetch, { allowed, asking, onRow: (row) => rows.push(row) });

describe('bytes and rows', () => {
	test('are counted in both directions', async () => {
		const response = await guarded()(`${origin}/a`, { method: 'POST', body: 'größe' });
		expect(rows).toEqual([]);
		expect(await response.text()).toBe('hällo');
		expect(rows).toEqual([{ origin, method: 'POST', status: 200, sent: 7, received: 6 }]);
		expect(seen[0]?.body).toBe('größe');
	});

	test('are counted for every kind of body', async () => {
		const bodies: [BodyInit, number][] = [
			[new Uint8Array(10), 10],
			[new Blob(['abc']), 3],
			[new URLSearchParams({ a: '1' }), 3]
		];
		for (const [body, size] of bodies) {
			await (await guarded()(new Request(`${origin}/a`, { method: 'PUT', body }))).text();
			expect(rows.at(-1)).toMatchObject({ method: 'PUT', sent: size });
		}
	});

	test('an answer without a body makes its row at once', async () => {
		expect((await guarded()(`${origin}/none`)).status).toBe(204);
		expect(rows).toEqual([{ origin, method: 'GET', status: 204, sent: 0, received: 0 }]);
	});

	test('status and headers of a refusal come through', async () => {
		const response = await guarded()(`${origin}/refuse`);
		expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3']);
		await response.text();
		expect(rows).toMatchObject([{ status: 429, received: 9 }]);
	});

	test('a cut answer makes one row with what arrived', async () => {
		const response = await guarded()(`${origin}/cut`);
		await expect(response.text()).rejects.toThrow();
		expect(rows).toEqual([{ origin, method: 'GET', status: 200, sent: 0, received: 5 }]);
	});

	test('a cancelled answer makes one row', async () => {
		const reader = (await guarded()(`${origin}/endless`)).body?.getReader();
		await reader?.read();
		await reader?.cancel();
		expect(rows).toEqual([{ origin, method: 'GET', status: 200, sent: 0, received: 5 }]);
	});

	test('an aborted answer makes one row, also when nobody reads it', async () => {
		const stop = new AbortController();
		await guarded()(`${origin}/endless`, { signal: stop.signal });
		stop.abort();
		expect(rows).toMatchObject([{ status: 200, received: 0 }]);
		const again = new AbortController();
		const reader = (await guarded()(`${origin}/endless`, { signal: again.signal })).body?.getReader();
		await reader?.read();
		again.abort();
		await expect(reader?.read()).rejects.toThrow();
		expect(rows).toHaveLength(2);
	});

	test('a server that is not there makes a row without status', async () => {
		const nowhere = 'http://127.0.0.1:1';
		await expect(guarded([nowhere])(nowhere, { method: 'POST', body: 'abc' })).rejects.toThrow(TypeError);
		expect(rows).toEqual([{ origin: nowhere, method: 'POST', status: null, sent: 3, received: null }]);
	});

	test('a request that was given up before it began sends nothing', async () => {
		await expect(
			guarded()(`${origin}/a`, { method: 'POST', body: 'abc', signal: AbortSignal.abort() })
		).rejects.toThrow();
		expect([rows, seen]).toMatchObject([[{ status: null, sent: 0 }], []]);
	});
});

describe('rules', () => {
	test('another origin is refused before anything leaves', async () => {
		const refused = guarded(['https://api.example.com'])(`${origin}/a`);
		await expect(refused).rejects.toBeInstanceOf(EgressRefused);
		await expect(refused).rejects.toMatchObject({ failure: { code: 'egress.private' } });
		expect([rows, seen]).toEqual([[], []]);
	});

	test('no redirect is followed, not even on the same origin', async () => {
		await expect(guarded()(`${origin}/redirect`)).rejects.toMatchObject({
			failure: { code: 'egress.redirect', retryable: false, details: { origin } }
		});
		expect(seen.map((each) => each.url)).toEqual(['/redirect']);
		expect(rows).toMatchObject([{ status: 302 }]);
	});

	test('callers cannot loosen the rules', async () => {
		const asked: RequestInit[] = [];
		const spy: typeof fetch = async (_, init) => {
			asked.push(init ?? {});
			return new Response('x');
		};
		const guard = guardedFetch(spy, { allowed: [origin], asking: testAsking(), onRow: () => undefined });
		await guard(`${origin}/a`, {
			redirect: 'follow',
			credentials: 'include',
			mode: 'no-cors',
			keepalive: true
		});
		expect(asked[0]).toMatchObject({
			redirect: 'manual',
			credentials: 'omit',
			referrerPolicy: 'no-referrer',
			mode: 'cors'
		});
		expect(asked[0]).not.toHaveProperty('keepalive');
	});

	test('headers go out as given', async () => {
		await (await guarded()(`${origin}/a`, { headers: { authorization: 'Bearer abc' } })).text();
		expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer abc' });
	});
});

describe('knocking', () => {
	const rules = (allowed: string[]) => ({
		allowed,
		asking: testAsking(),
		onRow: (row: EgressRow) => void rows.push(row)
	});

	test('tells who is there from who is not, and is in the ledger', async () => {
		expect(await knock(fetch, origin, rules([origin]))).toBe(true);
		expect(seen).toMatchObject([{ url: '/', body: '' }]);
		expect(await knock(fetch, 'http://127.0.0.1:1', rules(['http://127.0.0.1:1']))).toBe(false);
		expect(rows).toEqual([
			{ origin, method: 'GET', status: null, sent: 0, received: null },
			{ origin: 'http://127.0.0.1:1', method: 'GET', status: null, sent: 0, received: null }
		]);
	});

	test('is for this device and for what the person entered, and for nothing else', async () => {
		const spy = vi.fn<typeof fetch>();
		await expect(knock(spy, origin, rules([]))).rejects.toBeInstanceOf(EgressRefused);
		for (const each of ['https://api.example.com', 'https://192.168.1.5'])
			await expect(knock(spy, each, rules([each]))).rejects.toThrow('Only this device');
		expect(spy).not.toHaveBeenCalled();
	});
});

describe('the ledger', () => {
	const call = 'run/draft/1.1';

	test('is told before the request and after its answer, of its origin and never of its path', async () => {
		const asking = testAsking();
		await (await guarded([origin], asking)(`${origin}/a?secret=1`, { method: 'POST', body: 'abc' })).text();
		const [began, ended] = asking.told;
		expect(asking.told).toMatchObject([
			{ type: 'request.began', purpose: 'model', call, origin, method: 'POST', sent: 3, address: 11 },
			{ type: 'request.ended', id: began?.id, status: 200, received: 6 }
		]);
		expect(ended?.at).toBeGreaterThanOrEqual(began?.at ?? Infinity);
		expect(JSON.stringify(asking.told)).not.toContain('secret');
		// The mark for the service worker is in the fragment, which stays here.
		expect(seen[0]?.url).toBe('/a?secret=1');
	});

	test('hears of what is refused, of a redirect, and of an answer that breaks off', async () => {
		const asking = testAsking();
		await expect(guarded([], asking)(origin)).rejects.toThrow();
		await expect(guarded([origin], asking)(`${origin}/redirect`)).rejects.toThrow();
		await expect((await guarded([origin], asking)(`${origin}/cut`)).text()).rejects.toThrow();
		expect(asking.told).toMatchObject([
			{ type: 'request.blocked', by: 'guard', code: 'egress.private', origin },
			{ type: 'request.began', origin },
			{ type: 'request.ended', status: 302 },
			{ type: 'request.blocked', code: 'egress.redirect', origin: null },
			{ type: 'request.began', origin },
			{ type: 'request.ended', status: 200, received: 5 }
		]);
	});

	test('a call that is barred makes no request, whatever it may reach', async () => {
		const asking = testAsking(sealedRun);
		const spy = vi.fn<typeof fetch>();
		const rules = { allowed: [origin], asking, onRow: () => undefined };
		await expect(guardedFetch(spy, rules)(origin)).rejects.toMatchObject({
			failure: { code: 'egress.sealed' }
		});
		await expect(knock(spy, origin, rules)).rejects.toMatchObject({ failure: { code: 'egress.sealed' } });
		expect(spy).not.toHaveBeenCalled();
		expect(asking.told).toMatchObject([{ type: 'request.blocked', code: 'egress.sealed', origin }]);
	});
});
