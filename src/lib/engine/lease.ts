/** Name of the Web Lock that the executing engine holds. */
const LOCK = 'galley-engine';
const BEAT_EVERY_MS = 1_000;
/**
 * A holder that was not heard of for so many of our own beats is frozen or spinning; its lock is taken. Counted in beats
 * and not in time: after the sleep of a device, or a jump of its clock, everybody would look silent at once.
 */
const SILENT_BEATS = 6;
/** Pause before the lock is asked for again, ms: a store that fails at once must not be asked without end. */
const ASK_AGAIN_MS = 200;

export interface Lease {
	/** The epoch to commit under while this engine holds the lease; null while it does not. */
	readonly epoch: number | null;
	/** Lets go and queues again: the epoch that it was taken under is behind that of a database that was made anew. */
	renew(): void;
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
	/** The turn that holds the lease, and whether one is about to: it has the lock and waits for its epoch. */
	let holding: Turn | null = null;
	let taking = false;
	let silent = 0;
	let closed = false;

	const lose = (turn: Turn) => {
		if (holding !== turn) return;
		holding = null;
		epoch = null;
		ports.onLost();
	};

	const hold = async (turn: Turn): Promise<void> => {
		if (closed) return;
		taking = true;
		// The store may keep this waiting for long: a stopped tab can hold a transaction.
		const taken = await ports.nextEpoch().finally(() => (taking = false));
		if (turn.robbed || closed) return;
		holding = turn;
		epoch = taken;
		ports.onTaken();
		await new Promise<void>((resolve) => {
			turn.end = resolve;
		});
		lose(turn);
	};

	const ask = (options: LockOptions) => {
		const turn: Turn = { robbed: false, end: () => undefined };
		ports.locks
			.request(name, options, () => hold(turn))
			.catch(() => {
				// Robbed, or the store gave no epoch: stop at once and queue again.
				turn.robbed = true;
				lose(turn);
				if (!closed) setTimeout(() => !closed && ask({}), ASK_AGAIN_MS);
			});
	};

	const onMessage = (event: MessageEvent<{ type?: string }>) => {
		if (event.data?.type === 'lease.beat') silent = 0;
	};
	ports.channel.addEventListener('message', onMessage);
	const beat = setInterval(() => {
		// Who is taking over is alive too: robbed meanwhile, by itself or by a third, it would only begin anew.
		if (epoch !== null || taking) {
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
		renew() {
			if (!holding) return;
			holding.end();
			ask({});
		},
		release() {
			closed = true;
			clearInterval(beat);
			ports.channel.removeEventListener('message', onMessage);
			holding?.end();
		}
	};
}

/** One request for the lock, from the asking to its end. */
interface Turn {
	robbed: boolean;
	end: () => void;
}
