import { expect, test, vi } from 'vitest';
import { EgressRefused, installGuard } from './index';

function scope() {
	const real = vi.fn<typeof fetch>(async () => new Response('x'));
	const proto = { importScripts: () => undefined };
	class Cache {
		add() {
			return 'added';
		}
		addAll() {
			return 'added';
		}
		match() {
			return 'found';
		}
	}
	const made = Object.assign(Object.create(proto) as object, {
		fetch: real,
		location: { href: 'https://galley.test/_app/worker.js', origin: 'https://galley.test' },
		navigator: Object.create({ sendBeacon: () => true }) as object,
		XMLHttpRequest: class {},
		WebSocket: class {},
		EventSource: class {},
		WebTransport: class {},
		RTCPeerConnection: class {},
		Cache: class extends Cache {}
	});
	return { made: made, proto, real };
}

test('fetch reaches the own origin only, without following a redirect', async () => {
	const { made, real } = scope();
	installGuard(made);
	await made.fetch('/models/tiny.bin');
	await made.fetch(new URL('https://galley.test/a'));
	await made.fetch('blob:https://galley.test/1');
	expect(real.mock.calls.map((call) => call[0])).toEqual([
		'https://galley.test/models/tiny.bin',
		'https://galley.test/a',
		'blob:https://galley.test/1'
	]);
	expect(real.mock.calls[0]?.[1]).toEqual({ redirect: 'error' });
	for (const url of [
		'https://evil.example/x',
		'//evil.example',
		'data:text/plain,x',
		'http://galley.test/a'
	]) {
		await expect(made.fetch(url)).rejects.toBeInstanceOf(EgressRefused);
		await expect(made.fetch(url)).rejects.toMatchObject({ failure: { code: 'egress.not-allowed' } });
	}
	expect(real).toHaveBeenCalledTimes(3);
});

test.each(['XMLHttpRequest', 'WebSocket', 'EventSource', 'WebTransport', 'RTCPeerConnection'])(
	'%s refuses, also for those who extend it',
	(name) => {
		const { made } = scope();
		installGuard(made);
		const Refusing = (made as unknown as Record<string, new (url: string) => object>)[name];
		if (!Refusing) throw new Error('It is gone.');
		expect(() => new Refusing('wss://evil.example')).toThrow(EgressRefused);
		expect(() => new (class extends Refusing {})('wss://evil.example')).toThrow(/Nothing was sent/);
	}
);

test('functions that load or send refuse, also by way of the prototype', () => {
	const { made, proto } = scope();
	installGuard(made);
	const named = made as unknown as { importScripts(url: string): void; navigator: Navigator };
	expect(() => named.importScripts('https://evil.example/x.js')).toThrow(EgressRefused);
	expect(() => proto.importScripts()).toThrow(EgressRefused);
	expect(() => named.navigator.sendBeacon('https://evil.example')).toThrow(EgressRefused);
	expect(() => (Object.getPrototypeOf(named.navigator) as Navigator).sendBeacon('x')).toThrow(EgressRefused);
	const cache = new made.Cache();
	expect(() => cache.add()).toThrow(EgressRefused);
	expect(() => cache.addAll()).toThrow(EgressRefused);
	expect(cache.match()).toBe('found');
});

test('nothing can be put back, and nothing is invented', () => {
	const { made } = scope();
	installGuard(made);
	expect(() => Object.assign(made, { fetch: () => undefined })).toThrow(TypeError);
	expect(() => Object.defineProperty(made, 'WebSocket', { value: class {} })).toThrow(TypeError);
	expect('WebSocketStream' in made).toBe(false);
});

test('the real fetch is handed out, and a second time the same', async () => {
	const { made, real } = scope();
	const first = installGuard(made);
	expect(installGuard(made)).toBe(first);
	await first('https://api.example.com/v1');
	expect(real).toHaveBeenCalledWith('https://api.example.com/v1');
});

test('workers are started from the files of the app only, and the class can be put aside by one of ours', () => {
	const { made } = scope();
	const started: string[] = [];
	class Worker {
		constructor(url: string | URL) {
			started.push(String(url));
		}
	}
	const self = Object.assign(made, { Worker });
	installGuard(self);
	new self.Worker('/_app/immutable/workers/step.js');
	for (const url of ['blob:https://galley.test/1', 'data:text/javascript,1', 'https://evil.example/x.js'])
		expect(() => new self.Worker(url)).toThrow(EgressRefused);
	expect(started).toEqual(['/_app/immutable/workers/step.js']);
	self.Worker = Worker;
	expect(self.Worker).toBe(Worker);
});
