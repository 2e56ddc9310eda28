import { createSubscriber } from 'svelte/reactivity';

const MINUTE = 60_000;

let current = Date.now();
const subscribe = createSubscriber((update) => {
	current = Date.now();
	const timer = setInterval(() => {
		current = Date.now();
		update();
	}, MINUTE / 2);
	return () => clearInterval(timer);
});

/** The time now, to the half minute. Read in a component it keeps itself current; one timer serves them all. */
export function now(): number {
	subscribe();
	return current;
}
