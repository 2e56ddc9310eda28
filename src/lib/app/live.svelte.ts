import { unexpected, type Failure } from '$lib/core';
import { liveQuery } from 'dexie';

/** The newest answer of a query. `current` is undefined until the first one arrives. */
export interface Live<T> {
	readonly current: T | undefined;
	readonly failure: Failure | null;
}

/**
 * A query that asks itself again when what it read has changed, in whatever tab or worker. Make it while a component
 * is set up: it ends with the component. `prepare` runs reactively, so what it reads (an id from the page's address)
 * starts the query anew; the function that it returns is the query.
 */
export function live<T>(prepare: () => () => Promise<T>): Live<T> {
	let current = $state.raw<T | undefined>(undefined);
	let failed = $state.raw<Failure | null>(null);
	$effect(() => {
		const query = prepare();
		const subscription = liveQuery(query).subscribe({
			next: (value) => {
				current = value;
				failed = null;
			},
			error: (cause: unknown) => {
				failed = unexpected(cause, 'reading from this device');
			}
		});
		return () => subscription.unsubscribe();
	});
	return {
		get current() {
			return current;
		},
		get failure() {
			return failed;
		}
	};
}
