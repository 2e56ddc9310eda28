import { LONGEST_RETRY_AFTER } from '$lib/core';

/** How many may be inside together, and may enter in any minute. */
export interface LaneLimits {
	width: number;
	perMinute?: number | undefined;
}

interface Lane {
	inside: number;
	notBefore: number;
	waiting: (() => void)[];
	/** When those of the last minute entered, oldest first. */
	entered: number[];
}

const MINUTE_MS = 60_000;
const LONGEST_MS = LONGEST_RETRY_AFTER * 1000;

/**
 * Queues before providers. Whoever comes waits for a place and is never dropped: a model on this device does one thing at
 * a time, a server is not asked more at once than is decent, and one that said "later" is left alone until then.
 */
export class Lanes {
	readonly #lanes = new Map<string, Lane>();
	readonly #timers = new Set<ReturnType<typeof setTimeout>>();

	/** `now` must never go back, in ms from anywhere: the clock of the wall would close a lane for the day that it was set back. */
	constructor(private readonly now: () => number) {}

	/**
	 * Settles with a function that gives the place back, once there is one; with null when `signal` fired before, or when the
	 * provider wants to be left alone for longer than anybody waits. `byHand`: a person wants it now, whenever that is.
	 */
	async enter(
		name: string,
		limits: LaneLimits,
		signal: AbortSignal,
		byHand = false
	): Promise<(() => void) | null> {
		const lane = this.#lane(name);
		for (;;) {
			const from = this.#opensAt(lane, limits, byHand ? 0 : lane.notBefore);
			if (signal.aborted || (lane.inside < limits.width && from <= this.now())) break;
			if (from - this.now() > LONGEST_MS) return null;
			let leave = () => {};
			await new Promise<void>((go) => {
				lane.waiting.push(go);
				leave = () => this.#leaveQueue(lane, go);
				signal.addEventListener('abort', leave, { once: true });
				if (lane.inside < limits.width) this.#wakeAt(name, from);
			});
			signal.removeEventListener('abort', leave);
		}
		if (signal.aborted) {
			// It may have been its turn when it was stopped.
			if (lane.inside < limits.width) this.#next(name);
			return null;
		}
		lane.inside += 1;
		if (limits.perMinute) lane.entered.push(this.now());
		let isOut = false;
		return () => {
			if (isOut) return;
			isOut = true;
			lane.inside -= 1;
			this.#next(name);
		};
	}

	/** Nobody enters for so long, ms. Those who wait look again whether that is worth it. */
	hold(name: string, ms: number): void {
		const lane = this.#lane(name);
		lane.notBefore = Math.max(lane.notBefore, this.now() + ms);
		for (const go of lane.waiting.splice(0)) go();
	}

	close(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
	}

	#lane(name: string) {
		let lane = this.#lanes.get(name);
		if (!lane) this.#lanes.set(name, (lane = { inside: 0, notBefore: 0, waiting: [], entered: [] }));
		return lane;
	}

	/** From when on the lane lets anybody in, as far as the time goes. */
	#opensAt(lane: Lane, { perMinute }: LaneLimits, notBefore: number): number {
		if (!perMinute) return notBefore;
		const since = this.now() - MINUTE_MS;
		while (lane.entered[0] !== undefined && lane.entered[0] <= since) lane.entered.shift();
		const first = lane.entered[lane.entered.length - perMinute];
		return first === undefined ? notBefore : Math.max(notBefore, first + MINUTE_MS);
	}

	/** One who was stopped keeps no place in the queue: a turn handed to it would be handed to nobody. */
	#leaveQueue(lane: Lane, go: () => void): void {
		lane.waiting = lane.waiting.filter((other) => other !== go);
		go();
	}

	/** Whoever has waited longest looks again. */
	#next(name: string): void {
		this.#lane(name).waiting.shift()?.();
	}

	#wakeAt(name: string, time: number): void {
		const timer = setTimeout(
			() => {
				this.#timers.delete(timer);
				for (const go of this.#lane(name).waiting.splice(0)) go();
			},
			Math.max(0, time - this.now()) + 1
		);
		this.#timers.add(timer);
	}
}
