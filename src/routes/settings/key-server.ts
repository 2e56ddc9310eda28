import type { ProviderInfo } from '$lib/app';
import type { Json } from '$lib/core';

/** The server that settings lead to, as far as they tell; null for none. */
export function serverOf(provider: ProviderInfo, config: Record<string, Json>): string | null {
	const known = (provider.config.properties as Record<string, { default?: Json }> | undefined)?.['baseUrl'];
	const address = config['baseUrl'] ?? known?.default;
	return typeof address === 'string' && URL.canParse(address) ? new URL(address).origin : null;
}

/** A name for a new key that no other has: the host that it is for. */
export function newKeyName(origin: string | null, taken: readonly string[]): string {
	const host = origin === null ? 'Key' : new URL(origin).host;
	let name = host;
	for (let number = 2; taken.includes(name); number += 1) name = `${host} ${number}`;
	return name;
}
