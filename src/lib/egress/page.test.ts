import { createServer, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
	allowAnyPage,
	startOutsideServer,
	type OutsideServer
} from '../../../tests/support/outside-server.mjs';
import { fetchPage } from './page';
import { EgressRefused } from './refused';
import { testAsking } from './testing';

let outside: OutsideServer;
let pages: Server;
let url = '';
/** What the page server answers with, by path. */
const ANSWERS: Record<string, { type: string; body: string | Buffer }> = {
	'/latin': { type: 'text/html; charset=iso-8859-1', body: Buffer.from('<p>Z\u00fcrich</p>', 'latin1') },
	'/odd': { type: 'text/html; charset=klingon', body: '<p>Bern</p>' },
	'/empty': { type: 'text/html', body: '' },
	'/huge': { type: 'text/html', body: Buffer.alloc(10 * 1024 * 1024 + 1, 'x') }
};
beforeAll(async () => {
	outside = await startOutsideServer();
	pages = createServer((request, response) => {
		allowAnyPage(request, response);
		const { type, body } = ANSWERS[request.url ?? ''] ?? { type: 'text/plain', body: 'none' };
		response.writeHead(200, { 'content-type': type }).end(body);
	});
	await new Promise<void>((done) => void pages.listen(0, '127.0.0.1', done));
	const address = pages.address();
	url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
	pages.closeAllConnections();
	pages.close();
	await outside.close();
});
afterEach(() => void outside.arrived.splice(0));

const get = (address: string, asking = testAsking()) => fetchPage(address, { fetch, asking });
const textOf = async (path: string) => {
	const fetched = await get(url + path);
	return fetched.ok ? new TextDecoder().decode(fetched.value.bytes) : fetched.failure.code;
};

test('asks once, with nothing of the person’s, and is in the ledger from its beginning to its end', async () => {
	const asking = testAsking();
	expect(await get(`${outside.url}/prices?week=46`, asking)).toMatchObject({
		ok: true,
		value: { media: 'application/json' }
	});
	expect(outside.arrived).toMatchObject([{ method: 'GET', path: '/prices?week=46', body: '' }]);
	for (const name of ['cookie', 'referer', 'authorization'])
		expect(outside.arrived[0]?.headers).not.toHaveProperty(name);
	expect(asking.told).toMatchObject([
		{ type: 'request.began', origin: outside.url, sent: 0 },
		{ type: 'request.ended', status: 200, received: 12 }
	]);
});

test('an encoding that only the answer names is UTF-8 afterwards; one that nobody knows changes nothing', async () => {
	expect(await textOf('/latin')).toBe('<p>Z\u00fcrich</p>');
	expect(await textOf('/odd')).toBe('<p>Bern</p>');
});

test('what cannot be had is told with what to do instead', async () => {
	expect(await textOf('/empty')).toBe('page.empty');
	expect(await textOf('/huge')).toBe('page.too-large');
	const codes = [
		['/status/404', 'page.status', /no such page/],
		['/status/401', 'page.status', /sign-in/],
		['/cut', 'page.unreadable', /CORS/]
	] as const;
	for (const [path, code, words] of codes) {
		const fetched = await get(outside.url + path);
		if (fetched.ok) throw new Error(`${path} was taken`);
		expect(fetched.failure.code).toBe(code);
		expect(fetched.failure.message).toMatch(words);
		expect(fetched.failure.message).toContain('save it as a file');
	}
});

test('what is not encrypted, or barred, is never asked', async () => {
	const plain = await get('http://example.org/');
	expect(plain).toMatchObject({ ok: false, failure: { code: 'page.insecure' } });
	const bar = { code: 'egress.sealed', message: '', retryable: false };
	const barred = await get(
		`${outside.url}/a`,
		testAsking(() => new EgressRefused(bar).failure)
	);
	expect(barred).toMatchObject({ ok: false, failure: { code: 'egress.sealed' } });
	expect(outside.arrived).toEqual([]);
});
