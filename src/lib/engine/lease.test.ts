import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { holdLease } from './lease';

/** Web Locks for one name, with stealing: a robbed request is refused at once, and its callback goes on unaware. */
class Locks {
	#holder: { refuse: (why: Error) => void } | null = null;
	#queue: (() => void)[] = [];
	steals = 0;

	request(_name: string, options: LockOptions, hold: () => Promise<void>): Promise<void> {
		return new Promise((resolve, refuse) => {
			const mine = { refuse };
			const go = () => {
				this.#holder = mine;
				void hold()
					.then(resolve, refuse)
					.finally(() => {
						if (this.#holder !== mine) return;
						this.#holder = null;
						this.#queue.shift()?.();
					});
			};
			if (options.steal) {
				this.steals += 1;
				this.#holder?.refuse(new DOMException('stolen', 'AbortError'));
				go();
			} else if (this.#holder) this.#queue.push(go);
			else go();
		});
	}
}

/** Tabs that hear each other at once. */
class Channel extends EventTarget {
	static all: Channel[] = [];
	constructor() {
		super();
		Channel.all.push(this);
	}
	postMessage(data: unknown) {
		for (const other of Channel.all)
			if (other !== this) other.dispatchEvent(Object.assign(new Event('message'), { data }));
	}
}

function tab(locks: Locks, nextEpoch: () => Promise<number>) {
	const seen: string[] = [];
	const channel = new Channel();
	const lease = holdLease({
		locks: locks as unknown as LockManager,
		channel: channel as unknown as BroadcastChannel,
		nextEpoch,
		onTaken: () => void seen.push('taken'),
		onLost: () => void seen.push('lost')
	});
	return { lease, seen, channel };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
	Channel.all = [];
	vi.useRealTimers();
});

it('hands over when the holder lets go, and leaves one that beats alone', async () => {
	const locks = new Locks();
	let epochs = 0;
	const first = tab(locks, async () => (epochs += 1));
	const second = tab(locks, async () => (epochs += 1));
	await vi.advanceTimersByTimeAsync(60_000);
	expect([first.lease.epoch, second.lease.epoch, locks.steals]).toEqual([1, null, 0]);
	first.lease.release();
	await vi.advanceTimersByTimeAsync(10);
	expect([second.lease.epoch, second.seen]).toEqual([2, ['taken']]);
	second.lease.release();
});

it('robs a silent holder once, however long the store keeps the new one waiting', async () => {
	const locks = new Locks();
	const first = tab(locks, async () => 1);
	await vi.advanceTimersByTimeAsync(10);
	// Stopped: nothing is heard of it any more, and its transaction holds up everybody else's.
	first.channel.postMessage = () => undefined;
	let give: (epoch: number) => void = () => undefined;
	const second = tab(locks, () => new Promise((resolve) => (give = resolve)));
	await vi.advanceTimersByTimeAsync(60_000);
	expect(locks.steals).toBe(1);
	give(2);
	await vi.advanceTimersByTimeAsync(10);
	expect([second.lease.epoch, second.seen]).toEqual([2, ['taken']]);
	// The robbed one learns it, stops, and does not take part until it is its turn.
	expect([first.lease.epoch, first.seen]).toEqual([null, ['taken', 'lost']]);
	second.lease.release();
	first.lease.release();
});

it('does not take over with an epoch that came after it was robbed', async () => {
	const locks = new Locks();
	let give: (epoch: number) => void = () => undefined;
	const slow = tab(locks, () => new Promise((resolve) => (give = resolve)));
	await vi.advanceTimersByTimeAsync(10);
	// Stopped in the middle of taking over.
	slow.channel.postMessage = () => undefined;
	const other = tab(locks, async () => 5);
	await vi.advanceTimersByTimeAsync(10_000);
	expect(other.lease.epoch).toBe(5);
	give(4);
	await vi.advanceTimersByTimeAsync(10);
	expect([slow.lease.epoch, slow.seen]).toEqual([null, []]);
	other.lease.release();
	slow.lease.release();
});

it('asks again when the store gives no epoch', async () => {
	const locks = new Locks();
	let tries = 0;
	const only = tab(locks, async () => {
		tries += 1;
		if (tries < 3) throw new Error('the database is closing');
		return tries;
	});
	await vi.advanceTimersByTimeAsync(2_000);
	expect([only.lease.epoch, tries]).toEqual([3, 3]);
	only.lease.release();
});

it('lets go and queues again when its epoch is behind a database that was made anew', async () => {
	const locks = new Locks();
	let epochs = 0;
	const first = tab(locks, async () => (epochs += 1));
	await vi.advanceTimersByTimeAsync(10);
	epochs = 100;
	first.lease.renew();
	await vi.advanceTimersByTimeAsync(10);
	expect([first.lease.epoch, first.seen, locks.steals]).toEqual([101, ['taken', 'lost', 'taken'], 0]);
	const second = tab(locks, async () => (epochs += 1));
	await vi.advanceTimersByTimeAsync(10);
	// Without the lease there is nothing to renew.
	second.lease.renew();
	first.lease.renew();
	await vi.advanceTimersByTimeAsync(10);
	expect([first.lease.epoch, second.lease.epoch]).toEqual([null, 102]);
	second.lease.release();
	first.lease.release();
});
