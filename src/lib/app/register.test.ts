import { beforeEach, expect, test, vi } from 'vitest';
import { registerServiceWorker, type ApplyUpdate } from './register';

/** Stands in for workbox-window: events are raised by the test, and what the page asked for is written down. */
const workbox = vi.hoisted(() => ({
	listeners: new Map<string, () => void>(),
	waiting: false,
	asked: [] as string[]
}));
vi.mock('workbox-window', () => ({
	Workbox: class {
		addEventListener = (type: string, listener: () => void) => workbox.listeners.set(type, listener);
		messageSkipWaiting = () => workbox.asked.push('skip waiting');
		register = async () => ({ waiting: workbox.waiting ? {} : null });
	}
}));
vi.mock('$lib/egress', () => ({ trustedScriptUrl: (url: string) => url }));

let updates: ApplyUpdate[] = [];
let busy = false;
const told: string[] = [];
/** The active service worker; what it is told is written down. */
const active = { postMessage: ({ type }: { type: string }) => told.push(type) };

/** A page that is loaded; `controlled`: an earlier visit has installed a service worker. */
async function open({ controlled = true, waiting = false } = {}) {
	workbox.waiting = waiting;
	vi.stubGlobal('navigator', {
		serviceWorker: { controller: controlled ? {} : null, ready: Promise.resolve({ active }) }
	});
	await registerServiceWorker(
		(apply) => updates.push(apply),
		() => busy
	);
}

beforeEach(() => {
	workbox.listeners.clear();
	workbox.asked = [];
	updates = [];
	busy = false;
	vi.stubEnv('DEV', false);
	vi.stubGlobal('document', { readyState: 'complete', addEventListener: () => undefined });
	vi.stubGlobal('location', { reload: () => workbox.asked.push('reload') });
	vi.stubGlobal('requestIdleCallback', (callback: () => void) => callback());
});

test('does nothing while developing', async () => {
	vi.stubEnv('DEV', true);
	await open();
	expect(workbox.listeners.size).toBe(0);
});

test('the first service worker of a browser is no update', async () => {
	await open({ controlled: false });
	workbox.listeners.get('controlling')?.();
	expect(updates).toEqual([]);
	expect(workbox.asked).toEqual([]);
});

test('a waiting version takes over when the person applies it, and then the page reloads', async () => {
	await open({ waiting: true });
	workbox.listeners.get('waiting')?.();
	expect(workbox.asked).toEqual([]);
	expect(await updates[0]?.()).toBe('applying');
	expect(workbox.asked).toEqual(['skip waiting']);
	workbox.listeners.get('controlling')?.();
	await vi.waitFor(() => expect(workbox.asked).toEqual(['skip waiting', 'reload']));
});

test('applying is refused while a run is in progress', async () => {
	await open({ waiting: true });
	workbox.listeners.get('waiting')?.();
	busy = true;
	expect(await updates[0]?.()).toBe('busy');
	expect(workbox.asked).toEqual([]);
});

test('a run that starts between the click and the take-over is not cut off', async () => {
	await open({ waiting: true });
	workbox.listeners.get('waiting')?.();
	await updates[0]?.();
	busy = true;
	workbox.listeners.get('controlling')?.();
	await vi.waitFor(() => expect(updates).toHaveLength(2));
	expect(workbox.asked).toEqual(['skip waiting']);
});

test('when another tab applied, this one is told and does not reload by itself', async () => {
	await open();
	workbox.listeners.get('controlling')?.();
	expect(updates).toHaveLength(1);
	expect(workbox.asked).toEqual([]);
	expect(await updates[0]?.()).toBe('applying');
	expect(workbox.asked).toEqual(['reload']);
});

test('when all is quiet, the service worker is asked to fetch the readers of files', async () => {
	told.length = 0;
	await open();
	await vi.waitFor(() => expect(told).toEqual(['FETCH_READERS']));
});
