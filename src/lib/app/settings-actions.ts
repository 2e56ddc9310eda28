import {
	BUILT_IN,
	modelsFrom,
	ok,
	sameJson,
	type ConfiguredModel,
	type ProviderChoice,
	type Result
} from '$lib/core';
import type { Settings } from '$lib/engine';
import { countValues, getSetting, type Shape } from '$lib/storage';
import { ask } from './client.svelte';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** What runs on this device when nothing was chosen; the engine room has the same default. */
const DEFAULTS: Omit<Settings, 'models'> = {
	provider: BUILT_IN,
	lastResort: 'person',
	budget: { run: null, month: null },
	consents: [],
	imported: [],
	theme: 'system',
	reviewer: 'You'
};

/** The engine checks what it writes with a schema; a page only needs an object to lay over the defaults. */
const anySettings: Shape<Partial<Settings>> = {
	safeParse: (value) =>
		typeof value === 'object' && value !== null ? { success: true, data: value } : { success: false }
};

async function read(): Promise<Settings> {
	const stored = await getSetting(database(), 'settings', anySettings, {});
	const found = { ...DEFAULTS, ...stored };
	return { ...found, models: modelsFrom(found.provider, stored.models) };
}

export function settings(): Live<Settings> {
	return live(() => read);
}

export async function currentSettings(): Promise<Settings> {
	return read();
}

/** A model that is used is in the list too, so that a run can come back to it; the built-in one is in no list. */
function withChoice(models: ConfiguredModel[], choice: ProviderChoice): ConfiguredModel[] {
	const isIt = (one: ConfiguredModel) =>
		one.choice.id === choice.id && sameJson(one.choice.config, choice.config);
	if (choice.id === BUILT_IN.id) return models;
	// The same model with another key stays the same model.
	if (models.some(isIt)) return models.map((one) => (isIt(one) ? { ...one, choice } : one));
	const { model } = choice.config;
	const name = typeof model === 'string' && model ? `${choice.title}: ${model}` : choice.title;
	const isTaken = (title: string, id: string) => models.some((one) => one.title === title || one.id === id);
	let [title, id] = [name, choice.id];
	for (let number = 2; isTaken(title, id); number++)
		[title, id] = [`${name} ${number}`, `${choice.id}-${number}`];
	return [...models, { id, title, choice, tier: choice.onDevice ? 'small' : 'large' }];
}

export async function saveSettings(change: Partial<Settings>): Promise<Result<void>> {
	const before = await read();
	const next = { ...before, ...change };
	if (change.provider && !change.models) next.models = withChoice(before.models, change.provider);
	return ask((api) => api.saveSettings(next));
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
