import { keys, type KeyList } from '$lib/app';
import type { Failure } from '$lib/core';

let current = $state.raw<KeyList | null>(null);
let failed = $state.raw<Failure | null>(null);

/** The keys of this device as every part of the page shows them. They change by what is done here, and in other tabs. */
export const keyList = {
	/** Null until they were read. */
	get current() {
		return current;
	},
	get failure() {
		return failed;
	},
	async refresh(): Promise<void> {
		const read = await keys();
		if (read.ok) current = read.value;
		failed = read.ok ? null : read.failure;
	}
};
