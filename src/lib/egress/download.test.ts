import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { downloadFetch, EgressRefused, type DownloadedPart } from './index';
import { testAsking } from './testing';

let host: Server;
let store: Server;
let asked: string;
let elsewhere: string;
const seen: { url: string; headers: Record<string, unknown> }[] = [];
const parts: DownloadedPart[] = [];

const listening = async (server: Server) => {
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

beforeAll(async () => {
	store = createServer((request, response) => {
		seen.push({ url: request.url ?? '', headers: request.headers });
		response.writeHead(206).end('weights');
	});
	elsewhere = await listening(store);
	host = createServer((request, response) => {
		seen.push({ url: request.url ?? '', headers: request.headers });
		if (request.url === '/moved') response.writeHead(302, { location: `${elsewhere}/blob` }).end();
		else if (request.url === '/endless') response.writeHead(200).write('12345');
		else response.writeHead(404).end('none');
	});
	asked = await listening(host);
});
afterAll(() => {
	for (const server of [host, store]) {
		server.closeAllConnections();
		server.close();
	}
});
afterEach(() => {
	seen.length = 0;
	parts.length = 0;
});

const fetched = () =>
	downloadFetch(fetch, { agreed: [asked], asking: testAsking(), onPart: (part) => parts.push(part) });

test('a host that hands its files out from elsewhere is followed there, and both are named', async () => {
	const response = await fetched()(`${asked}/moved`, { headers: { range: 'bytes=0-6', authorization: 'x' } });
	expect([response.status, await response.text()]).toEqual([206, 'weights']);
	expect(parts).toEqual([{ asked, answered: elsewhere, status: 206, received: 7 }]);
	expect(seen.map(({ url }) => url)).toEqual(['/moved', '/blob']);
	for (const { headers } of seen) {
		expect(headers).toMatchObject({ range: 'bytes=0-6' });
		expect(headers).not.toHaveProperty('authorization');
	}
});

test('an origin that nobody agreed to is refused before anything leaves', async () => {
	await expect(fetched()(`${elsewhere}/blob`)).rejects.toBeInstanceOf(EgressRefused);
	expect([seen, parts]).toEqual([[], []]);
});

test('what failed, broke off or was stopped is listed once', async () => {
	await (await fetched()(`${asked}/none`)).text();
	const stop = new AbortController();
	const reader = (await fetched()(`${asked}/endless`, { signal: stop.signal })).body?.getReader();
	await reader?.read();
	stop.abort();
	await expect(reader?.read()).rejects.toThrow();
	const nowhere = 'http://127.0.0.1:1';
	await expect(
		downloadFetch(fetch, { agreed: [nowhere], asking: testAsking(), onPart: (part) => parts.push(part) })(
			nowhere
		)
	).rejects.toThrow(TypeError);
	expect(parts).toEqual([
		{ asked, answered: asked, status: 404, received: 4 },
		{ asked, answered: asked, status: 200, received: 5 },
		{ asked: nowhere, answered: null, status: null, received: 0 }
	]);
});
