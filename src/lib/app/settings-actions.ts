import { ok, type ProviderChoice, type Result } from '$lib/core';
import type { Settings } from '$lib/engine';
import { countValues, getSetting, type Shape } from '$lib/storage';
import { ask, tell } from './client.svelte';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** What runs on this device when nothing was chosen; the engine room has the same default. */
const DEFAULTS: Settings = {
	provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} },
	theme: 'system',
	reviewer: 'You'
};

const keys = new Set<string>();

/** The engine checks what it writes with a schema; a page only needs an object to lay over the defaults. */
const anySettings: Shape<Partial<Settings>> = {
	safeParse: (value) =>
		typeof value === 'object' && value !== null ? { success: true, data: value } : { success: false }
};

async function read(): Promise<Settings> {
	return { ...DEFAULTS, ...(await getSetting(database(), 'settings', anySettings, {})) };
}

export function settings(): Live<Settings> {
	return live(() => read);
}

export async function currentSettings(): Promise<Settings> {
	return read();
}

export async function saveSettings(change: Partial<Settings>): Promise<Result<void>> {
	const next = { ...(await read()), ...change };
	return ask((api) => api.saveSettings(next));
}

/** Kept in memory only, gone when Galley closes. An empty key forgets. */
export async function setKey(providerId: string, key: string): Promise<void> {
	if (key) keys.add(providerId);
	else keys.delete(providerId);
	await tell((api) => api.setKey(providerId, key));
}

/** True when a key was entered in this tab since it was opened. */
export function hasKey(providerId: string): boolean {
	return keys.has(providerId);
}

/** One tiny call; a sentence on what answered. */
export function tryProvider(choice: ProviderChoice): Promise<Result<string>> {
	return ask((api) => api.tryProvider(choice));
}

/** Null is unknown. */
export interface StorageFacts {
	persisted: boolean | null;
	/** Bytes used and allowed for this origin, as the browser estimates them. */
	usage: number | null;
	quota: number | null;
	records: number;
	values: number;
}

export async function storageFacts(): Promise<StorageFacts> {
	const [persisted, estimate, heads, values] = await Promise.all([
		navigator.storage?.persisted?.() ?? null,
		navigator.storage?.estimate?.() ?? null,
		database().heads.toArray(),
		countValues(database())
	]);
	return {
		persisted,
		usage: estimate?.usage ?? null,
		quota: estimate?.quota ?? null,
		records: heads.reduce((sum, { length }) => sum + length, 0),
		values
	};
}

/** Asks the browser not to clear this origin by itself; null where it cannot be asked. */
export async function askToPersist(): Promise<boolean | null> {
	return (await navigator.storage?.persist?.()) ?? null;
}

/** Deletes everything of Galley on this device. */
export async function wipeEverything(): Promise<Result<void>> {
	const wiped = await ask((api) => api.wipe());
	return wiped.ok ? ok(undefined) : wiped;
}
