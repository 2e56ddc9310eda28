import type { LoadingProgress } from '../contract';

/**
 * The one place for a model in this device's memory, for each runtime and over all tabs: two would rarely fit. Whoever has
 * it keeps it, with the model, until another tab asks; then it is left as soon as the call under way is over.
 */
export interface Seat {
	/** Settles once it is ours, at once where it is already; rejects with an AbortError when `signal` fires before. */
	take(signal: AbortSignal, onLoading: (progress: LoadingProgress) => void): Promise<void>;
	/** Others may have it; the model is out of memory. */
	leave(): void;
}

const CHANNEL = 'galley-model-seat';

/** `giveUp` is told that another tab waits: it takes the model out of memory when it can, and leaves. */
export function seatOf(runtime: string, giveUp: () => Promise<void>): Seat {
	const name = `galley-model-seat:${runtime}`;
	let release: (() => void) | null = null;
	let channel: BroadcastChannel | null = null;
	return {
		async take(signal, onLoading) {
			if (release) return;
			// Listens from before it can have the seat, so that no wish for it is missed.
			channel ??= wishesFor(runtime, giveUp);
			release = await held(name, { ifAvailable: true });
			if (release) return;
			channel.postMessage(runtime);
			onLoading({
				phase: 'wait',
				text: 'Waiting: another tab of Galley has a model in memory. It goes on when that one has answered, or is closed'
			});
			release = await held(name, { signal });
		},
		leave() {
			release?.();
			release = null;
		}
	};
}

/** Asks whichever tab has a model of this runtime in memory, and does not need it just now, to let it go. */
export function wishForSeat(runtime: string): void {
	const channel = new BroadcastChannel(CHANNEL);
	channel.postMessage(runtime);
	channel.close();
}

function wishesFor(runtime: string, giveUp: () => Promise<void>): BroadcastChannel {
	const channel = new BroadcastChannel(CHANNEL);
	channel.addEventListener('message', ({ data }) => {
		if (data === runtime) void giveUp();
	});
	return channel;
}

/** The lock as what gives it back; null where it is wanted at once and another has it. */
function held(name: string, options: LockOptions): Promise<(() => void) | null> {
	return new Promise((resolve, reject) => {
		navigator.locks
			.request(name, options, (lock) =>
				lock === null ? resolve(null) : new Promise<void>((release) => resolve(release))
			)
			.catch(reject);
	});
}
