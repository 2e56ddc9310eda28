import type { Json } from '$lib/core';

/** What travels from step to step: 1 KB, different in every step, so that no value is stored for another. */
export function stateAfter(before: unknown): { [key: string]: Json } {
	const count = (before as { count?: number } | undefined)?.count ?? 0;
	return { count: count + 1, text: 'Galley '.repeat(143) };
}
