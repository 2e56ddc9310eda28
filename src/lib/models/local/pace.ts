/** Time over which a download's speed is taken, ms. */
const WINDOW_MS = 4_000;

/** Bytes for each second over the last seconds; null before there is anything to tell. */
export function speedometer(now: () => number = () => performance.now()): {
	add: (bytes: number) => void;
	speed: () => number | null;
} {
	let pieces: { at: number; bytes: number }[] = [];
	return {
		add(bytes) {
			const at = now();
			pieces = [...pieces.filter((piece) => at - piece.at < WINDOW_MS), { at, bytes }];
		},
		speed() {
			const [first] = pieces;
			const seconds = first ? (now() - first.at) / 1000 : 0;
			if (seconds < 0.5) return null;
			return pieces.reduce((sum, piece) => sum + piece.bytes, 0) / seconds;
		}
	};
}

/** Waits, or until the network comes back, or until the signal fires, whichever is first. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const done = () => {
			clearTimeout(timer);
			globalThis.removeEventListener?.('online', done);
			resolve();
		};
		const timer = setTimeout(done, ms);
		globalThis.addEventListener?.('online', done, { once: true });
		signal.addEventListener('abort', done, { once: true });
		if (signal.aborted) done();
	});
}
