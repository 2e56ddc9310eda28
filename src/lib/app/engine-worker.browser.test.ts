import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineDied, startEngineWorker } from './engine-worker';

// Real: the browser's worker, its lock, its death. Scripted: what runs in it, which answers pings and begins to spin when it
// is asked to retire a note.

const SCRIPT = `
	const held = new Promise((resolve) =>
		navigator.locks.request(self.name, () => {
			resolve();
			return new Promise(() => undefined);
		})
	);
	onmessage = async ({ data }) => {
		if (data.path[0] === 'retireNote') for (;;);
		if (data.path[0] !== 'ping') return;
		await held;
		postMessage({ id: data.id, type: 'RAW', value: true });
	};`;

const RealWorker = globalThis.Worker;
let started: Worker[] = [];

beforeEach(() => {
	started = [];
	globalThis.Worker = class extends RealWorker {
		constructor(_: string | URL, options?: WorkerOptions) {
			super(URL.createObjectURL(new Blob([SCRIPT], { type: 'text/javascript' })), {
				name: options?.name ?? ''
			});
			started.push(this);
		}
	};
});
afterEach(() => {
	globalThis.Worker = RealWorker;
});

/** An engine that answers, so that it is watched from here on. */
async function running(beatMs?: number) {
	const died = vi.fn<(why: string) => void>();
	const engine = await startEngineWorker(died, beatMs);
	await engine.call((api) => api.ping());
	await new Promise((done) => setTimeout(done, 100));
	return { engine, died };
}

it('knows at once that it was ended: calls under way fail, and so do later ones', async () => {
	const { engine, died } = await running();
	const asked = engine.call<unknown>(async (api) => api.wipe());
	started[0]?.terminate();
	await expect(asked).rejects.toThrow(EngineDied);
	await expect(engine.call((api) => api.ping())).rejects.toThrow(EngineDied);
	expect(died.mock.calls).toEqual([['it was ended']]);
});

it('finds one that spins by its silence, and ends it', async () => {
	const { engine, died } = await running(50);
	const asked = engine.call<unknown>(async (api) => api.retireNote('n'));
	await expect(asked).rejects.toThrow('it stopped answering');
	expect(died).toHaveBeenCalledTimes(1);
});

it('leaves one alone that answers, and tells nobody of one that was let go of', async () => {
	const { engine, died } = await running(20);
	await new Promise((done) => setTimeout(done, 600));
	expect(died).not.toHaveBeenCalled();
	const asked = engine.call<unknown>(async (api) => api.wipe());
	engine.end();
	await expect(asked).rejects.toThrow(EngineDied);
	await new Promise((done) => setTimeout(done, 100));
	expect(died).not.toHaveBeenCalled();
});
