import type { ProviderChoice } from '$lib/core';
import { providerOf } from './registry';

/** The origin that calls under a choice go to; null when nothing leaves the device or the settings are not right. */
export function originFor(choice: ProviderChoice): string | null {
	const provider = providerOf(choice.id);
	const config = provider?.config.safeParse(choice.config);
	return provider && config?.success ? provider.origin(config.data) : null;
}

/** API keys in memory, by name. A key belongs to one origin, told or the first it is used with: another address never gets it. */
export function keyRing() {
	const keys = new Map<string, { key: string; origin?: string }>();
	return {
		/** An empty key forgets. */
		set(name: string, key: string, origin: string | null = null): void {
			if (key) keys.set(name, origin === null ? { key } : { key, origin });
			else keys.delete(name);
		},
		/** The key for a call, or undefined. */
		use(name: string | undefined, origin: string | null): string | undefined {
			const held = name === undefined ? undefined : keys.get(name);
			if (!held || origin === null) return undefined;
			held.origin ??= origin;
			return held.origin === origin ? held.key : undefined;
		}
	};
}
