/** Time that runs out, but for the stretches in which it is held. */
export interface Allowance {
	hold(): void;
	/** Goes on with what is left. */
	go(): void;
	/** It runs out no more. */
	end(): void;
}

/** Calls `onOver` once `ms` have passed in which it was not held. Begins at once. */
export function allowance(ms: number, onOver: () => void): Allowance {
	let left = ms;
	let since = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;
	let isOver = false;
	const hold = () => {
		if (timer === undefined) return;
		clearTimeout(timer);
		timer = undefined;
		left -= performance.now() - since;
	};
	const go = () => {
		if (timer !== undefined || isOver) return;
		since = performance.now();
		timer = setTimeout(
			() => {
				isOver = true;
				onOver();
			},
			Math.max(0, left)
		);
	};
	go();
	return {
		hold,
		go,
		end() {
			hold();
			isOver = true;
		}
	};
}

/** Loading a model takes no time from what is to be done with it: the allowance is held until the model is ready. */
export function heldWhileLoading(time: Allowance): (progress: { phase: string }) => void {
	return ({ phase }) => (phase === 'ready' ? time.go() : time.hold());
}
