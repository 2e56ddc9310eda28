import type { Result } from '$lib/core';
import { getSetting, type Shape } from '$lib/storage';
import { ask } from './client.svelte';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** Where something was brought in from, and when (ms since 1970). */
export interface Origin {
	file: string;
	at: number;
}

const originsShape: Shape<Record<string, Origin>> = {
	safeParse: (value) =>
		typeof value === 'object' && value !== null
			? { success: true, data: value as Record<string, Origin> }
			: { success: false }
};

/** Where a stream, such as `workflow:<id>`, came from; null when it is the person's own. */
export function originOf(stream: () => string): Live<Origin | null> {
	return live(() => {
		const wanted = stream();
		return async () => {
			const origins = await getSetting(database(), 'origins', originsShape, {});
			return Object.hasOwn(origins, wanted) ? (origins[wanted] ?? null) : null;
		};
	});
}

/** From now on the workflow may be run and changed. */
export function makeMine(workflowId: string): Promise<Result<void>> {
	return ask((api) => api.makeMine(workflowId));
}
