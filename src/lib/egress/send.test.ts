import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startOutsideServer, type OutsideServer } from '../../../tests/support/outside-server.mjs';
import { showNotification, type NotifyScope } from './notification';
import { send, type OutgoingRequest } from './send';
import { testAsking } from './testing';

let server: OutsideServer;
beforeAll(async () => {
	server = await startOutsideServer();
});
afterAll(() => server.close());
afterEach(() => void server.arrived.splice(0));

const out = (path: string, more: Partial<OutgoingRequest> = {}): OutgoingRequest => ({
	action: 'request',
	method: 'POST',
	url: `${server.url}${path}`,
	headers: { 'content-type': 'application/json' },
	body: '{"a":"ü"}',
	key: 'galley-1',
	answerLimit: 1_000,
	before: 10,
	...more
});
const sent = (request: OutgoingRequest, signal = new AbortController().signal) =>
	send(request, { fetch, asking: testAsking(), signal, now: () => 5 });

describe('a request', () => {
	it('arrives as it is, with its key, and brings back the answer and what left', async () => {
		const acted = await sent(out('/tickets?q=%C3%BC'));
		expect(acted).toEqual({
			how: 'answered',
			answer: {
				status: 200,
				headers: { 'content-type': 'application/json', etag: '"1"' },
				media: 'application/json',
				text: '{"number":1}',
				cut: false
			},
			egress: [{ origin: server.url, method: 'POST', status: 200, sent: 10, received: 12 }]
		});
		expect(server.arrived).toMatchObject([
			{
				method: 'POST',
				path: '/tickets?q=%C3%BC',
				body: '{"a":"ü"}',
				headers: { 'idempotency-key': 'galley-1' }
			}
		]);
		expect(server.arrived[0]?.headers).not.toHaveProperty('cookie');
		expect(server.arrived[0]?.headers).not.toHaveProperty('referer');
	});

	it('answered with another status is answered', async () => {
		expect(await sent(out('/status/503'))).toMatchObject({ how: 'answered', answer: { status: 503 } });
	});

	it('keeps no more of an answer than it may', async () => {
		const acted = await sent(out('/', { answerLimit: 4 }));
		expect(acted).toMatchObject({ how: 'answered', answer: { text: '{"nu', cut: true } });
	});

	it.each(['/redirect', '/cut'])(
		'is unknown after %s, follows nothing, and the row of what left is there',
		async (path) => {
			const acted = await sent(out(path));
			expect(acted).toMatchObject({
				how: 'unknown',
				egress: [{ status: path === '/redirect' ? 307 : null, sent: 10 }]
			});
			expect(acted.how === 'unknown' && acted.reason).toMatch(/redirect.*It may have arrived\.$/);
			expect(server.arrived.map((one) => one.path)).toEqual([path]);
		}
	);

	it('stopped while the server holds its answer is unknown', async () => {
		const stop = new AbortController();
		const acting = sent(out('/hold'), stop.signal);
		await expect.poll(() => server.arrived.length).toBe(1);
		stop.abort();
		expect((await acting).how).toBe('unknown');
		server.release();
	});

	it.each([
		['too late', { before: 4 }, 'request.late'],
		['to a place that is not encrypted', { url: 'http://example.org/' }, 'egress.insecure'],
		['with a header that is none', { headers: { 'a b': '1' } }, 'request.refused'],
		['with a body that its method cannot have', { method: 'GET' }, 'request.refused']
	])('%s is refused and surely not sent', async (_, more, code) => {
		const acted = await sent(out('/', more));
		expect(acted).toMatchObject({ how: 'refused', failure: { code }, egress: [] });
		expect(server.arrived).toEqual([]);
	});
});

describe('a notification', () => {
	const note = { action: 'notify' as const, title: 'Done', body: 'Week 47', key: 'galley-1', stay: false };
	const scope = (permission: NotificationPermission, ends: 'onshow' | 'onerror' | null) => {
		const shown: [string, NotificationOptions][] = [];
		class Notification {
			static permission = permission;
			onshow: (() => void) | null = null;
			onerror: (() => void) | null = null;
			constructor(title: string, options: NotificationOptions) {
				shown.push([title, options]);
				if (ends) setTimeout(() => this[ends]?.());
			}
		}
		return { shown, scope: { Notification } as unknown as NotifyScope };
	};

	it('is shown under its key, so that a copy would take its place', async () => {
		const { shown, scope: given } = scope('granted', 'onshow');
		expect((await showNotification(note, given)).how).toBe('answered');
		expect(shown).toEqual([['Done', { body: 'Week 47', tag: 'galley-1', requireInteraction: false }]]);
	});

	it.each(['default', 'denied'] as const)(
		'with permission %s is not shown, and says what to switch on',
		async (permission) => {
			const { shown, scope: given } = scope(permission, 'onshow');
			const acted = await showNotification(note, given);
			expect(acted).toMatchObject({ how: 'refused', failure: { code: 'notify.not-allowed' } });
			expect(acted.how === 'refused' && acted.failure.message).toContain('Allow them for this site');
			expect(shown).toEqual([]);
		}
	);

	it('that the system refuses, or says nothing about, or that there are none of', async () => {
		expect(await showNotification(note, scope('granted', 'onerror').scope)).toMatchObject({ how: 'refused' });
		expect(await showNotification(note, scope('granted', null).scope, 10)).toMatchObject({ how: 'unknown' });
		expect(await showNotification(note, {})).toMatchObject({ failure: { code: 'notify.unsupported' } });
	});
});
