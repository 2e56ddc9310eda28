import type { Failure } from '$lib/core';
import { ModelRefused } from './refused';

/** Gives something up that nothing was heard of for so long. */
export interface Watchdog {
	/** Rejects then, with `ModelRefused`; settles in no other way. */
	over: Promise<never>;
	/** There was a sign of life. */
	heard: () => void;
	end: () => void;
}

/** @param failure what it is told as, given the seconds */
export function watchdog(ms: number, failure: (seconds: number) => Failure): Watchdog {
	let timer: ReturnType<typeof setTimeout>;
	let giveUp: (cause: Error) => void = () => undefined;
	const over = new Promise<never>((_, reject) => (giveUp = reject));
	over.catch(() => undefined);
	const heard = () => {
		clearTimeout(timer);
		timer = setTimeout(() => giveUp(new ModelRefused(failure(ms / 1000))), ms);
	};
	heard();
	return { over, heard, end: () => clearTimeout(timer) };
}
