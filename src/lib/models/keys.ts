import type { ProviderChoice } from '$lib/core';
import { providerOf } from './registry';

/** The origin that calls under a choice go to; null when nothing leaves the device or the settings are not right. */
export function originFor(choice: ProviderChoice): string | null {
	const provider = providerOf(choice.id);
	const config = provider?.config.safeParse(choice.config);
	return provider && config?.success ? provider.origin(config.data) : null;
}

/** API keys in memory. A key belongs to the origin that it is first used with: another address never gets it. */
export function keyRing() {
	const keys = new Map<string, { key: string; origin?: string }>();
	return {
		/** An empty key forgets. */
		set(provider: string, key: string): void {
			if (key) keys.set(provider, { key });
			else keys.delete(provider);
		},
		/** The key for a call, or undefined. */
		use(provider: string, origin: string | null): string | undefined {
			const held = keys.get(provider);
			if (!held || origin === null) return undefined;
			held.origin ??= origin;
			return held.origin === origin ? held.key : undefined;
		}
	};
}
