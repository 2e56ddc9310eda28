import { expose } from 'comlink';
import { expect, it } from 'vitest';
import type { Acted } from '$lib/egress';
import { actRunner } from './act-runner';
import type { ActWorkerApi, Outgoing } from './protocol';

const OUT: Outgoing = { action: 'notify', title: 'Done', body: '', key: 'galley-1', stay: false };
const DONE: Acted = { how: 'answered', answer: null, egress: [] };
const never = () => new Promise<never>(() => undefined);

/** A worker around a port, whose acting is the test's; `break` is what the browser tells of one that failed. */
function fakeWorker(api: Partial<ActWorkerApi>) {
	const { port1, port2 } = new MessageChannel();
	expose({ act: async () => DONE, abort: async () => undefined, ping: async () => true, ...api }, port1);
	port2.start();
	const worker = Object.assign(port2, {
		onerror: null,
		terminate() {
			port1.close();
			port2.close();
		}
	});
	return {
		worker: worker as unknown as Worker,
		break: () => worker.dispatchEvent(Object.assign(new Event('error'), { message: 'out of memory' }))
	};
}

it('hands on what the worker says', async () => {
	const runner = actRunner(() => fakeWorker({}).worker);
	expect(await runner.act('a', OUT, new AbortController().signal)).toEqual(DONE);
	runner.close();
});

it('a worker that dies with something in its hands leaves it unknown', async () => {
	let handed = () => undefined as void;
	const inHand = new Promise<void>((resolve) => (handed = resolve));
	const fake = fakeWorker({
		act: () => {
			handed();
			return never();
		}
	});
	const runner = actRunner(() => fake.worker);
	const acting = runner.act('a', OUT, new AbortController().signal);
	await inHand;
	fake.break();
	expect(await acting).toMatchObject({
		how: 'unknown',
		reason: expect.stringContaining('out of memory') as string
	});
});

it('one that never came up has surely sent nothing', async () => {
	const fake = fakeWorker({ ping: never });
	const runner = actRunner(() => fake.worker);
	const acting = runner.act('a', OUT, new AbortController().signal);
	await new Promise((resolve) => setTimeout(resolve, 20));
	fake.break();
	expect(await acting).toMatchObject({ how: 'refused', failure: { code: 'act.worker' } });
});

it('what was stopped before hands nothing over; stopped on the way it is unknown, though the worker says nothing', async () => {
	const asked: string[] = [];
	const fake = fakeWorker({
		act: (id) => {
			asked.push(id);
			return never();
		}
	});
	const runner = actRunner(() => fake.worker);
	expect(await runner.act('early', OUT, AbortSignal.abort())).toMatchObject({ how: 'refused' });
	const stop = new AbortController();
	const acting = runner.act('late', OUT, stop.signal);
	await expect.poll(() => asked).toEqual(['late']);
	stop.abort('timeout');
	expect(await acting).toMatchObject({ how: 'unknown' });
	runner.close();
});
