/** Name of the Web Lock that the executing engine holds. */
const LOCK = 'galley-engine';
const BEAT_EVERY_MS = 1_000;
/**
 * A holder that was not heard of for so many of our own beats is frozen or spinning; its lock is taken. Counted in beats
 * and not in time: after the sleep of a device, or a jump of its clock, everybody would look silent at once.
 */
const SILENT_BEATS = 6;

export interface Lease {
	/** The epoch to commit under while this engine holds the lease; null while it does not. */
	readonly epoch: number | null;
	release(): void;
}

/** What the lease needs from its surroundings. */
export interface LeasePorts {
	locks: LockManager;
	channel: BroadcastChannel;
	nextEpoch: () => Promise<number>;
	onTaken: () => void;
	onLost: () => void;
	name?: string;
}

/**
 * Makes sure that one engine among all tabs carries out what is due. The lock hands over when a tab dies; a holder
 * that only froze is found by its missing heartbeat and robbed. A robbed holder may not know it yet, so every
 * commit under the lease carries its epoch, and the store refuses older ones.
 */
export function holdLease(ports: LeasePorts): Lease {
	const name = ports.name ?? LOCK;
	let epoch: number | null = null;
	let silent = 0;
	let closed = false;
	let done: () => void = () => undefined;

	const lose = () => {
		if (epoch === null) return;
		epoch = null;
		ports.onLost();
	};

	const hold = async (): Promise<void> => {
		if (closed) return;
		const taken = await ports.nextEpoch();
		epoch = taken;
		ports.onTaken();
		await new Promise<void>((resolve) => {
			done = resolve;
		});
		lose();
	};

	const ask = (options: LockOptions) => {
		ports.locks.request(name, options, hold).catch(() => {
			// Robbed while holding: stop at once and queue again.
			lose();
			if (!closed) ask({});
		});
	};

	const onMessage = (event: MessageEvent<{ type?: string }>) => {
		if (event.data?.type === 'lease.beat') silent = 0;
	};
	ports.channel.addEventListener('message', onMessage);
	const beat = setInterval(() => {
		if (epoch !== null) {
			ports.channel.postMessage({ type: 'lease.beat' });
			silent = 0;
		} else if ((silent += 1) > SILENT_BEATS) {
			silent = 0;
			ask({ steal: true });
		}
	}, BEAT_EVERY_MS);
	ask({});

	return {
		get epoch() {
			return epoch;
		},
		release() {
			closed = true;
			clearInterval(beat);
			ports.channel.removeEventListener('message', onMessage);
			done();
		}
	};
}
