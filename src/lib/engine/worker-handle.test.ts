import { expose } from 'comlink';
import { expect, it } from 'vitest';
import { WorkerDied, WorkerHandle } from './worker-handle';

interface Api {
	echo(text: string): Promise<string>;
	hang(): Promise<string>;
	ping(): Promise<true>;
}

/** What a handle needs of a worker, around a port. */
function fakeWorker(): Worker {
	const { port1, port2 } = new MessageChannel();
	expose(
		{ echo: async (text: string) => text, hang: () => new Promise(() => undefined), ping: async () => true },
		port1
	);
	port2.start();
	return Object.assign(port2, {
		onerror: null,
		terminate() {
			port1.close();
			port2.close();
		}
	}) as unknown as Worker;
}

it('fails every call under way when its worker dies, and starts another for the next', async () => {
	let started = 0;
	let prepared = 0;
	let deaths = 0;
	const handle = new WorkerHandle<Api>(
		() => {
			started += 1;
			return fakeWorker();
		},
		async () => {
			await new Promise((done) => setTimeout(done, 5));
			prepared += 1;
		},
		() => (deaths += 1)
	);
	expect(
		await Promise.all([handle.call((api) => api.echo('a')), handle.call((api) => api.echo('b'))])
	).toEqual(['a', 'b']);
	const hanging = [handle.call((api) => api.hang()), handle.call((api) => api.hang())];
	await Promise.resolve();
	handle.kill('enough');
	for (const call of hanging) await expect(call).rejects.toThrow(WorkerDied);
	expect(await handle.call((api) => api.echo('c'))).toBe('c');
	expect({ started, prepared, deaths }).toEqual({ started: 2, prepared: 2, deaths: 1 });
	handle.kill('the end');
});

it('lets no call in before the worker is prepared', async () => {
	const order: string[] = [];
	const handle = new WorkerHandle<Api>(fakeWorker, async () => {
		await new Promise((done) => setTimeout(done, 5));
		order.push('prepared');
	});
	await Promise.all(
		['a', 'b'].map((name) =>
			handle.call(async (api) => {
				order.push(name);
				return api.echo(name);
			})
		)
	);
	expect(order).toEqual(['prepared', 'a', 'b']);
	handle.kill('the end');
});
