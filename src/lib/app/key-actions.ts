import { connectionName, type ProviderChoice, type Result } from '$lib/core';
import type { ConnectionReport, KeyList, NewKey } from '$lib/engine';
import type { ConnectionCheck } from '$lib/models';
import { getSetting, type Shape } from '$lib/storage';
import { proxy } from 'comlink';
import { ask } from './client.svelte';
import { database } from './database';
import { live, type Live } from './live.svelte';

/** The keys of this device by name. */
export function keys(): Promise<Result<KeyList>> {
	return ask((api) => api.keys());
}

export function keepKey(key: NewKey): Promise<Result<void>> {
	return ask((api) => api.keepKey(key));
}

export function forgetKey(name: string): Promise<Result<void>> {
	return ask((api) => api.forgetKey(name));
}

/** Null removes it. */
export function setPassphrase(passphrase: string | null): Promise<Result<void>> {
	return ask((api) => api.setPassphrase(passphrase));
}

export function unlockKeys(passphrase: string): Promise<Result<void>> {
	return ask((api) => api.unlockKeys(passphrase));
}

export function lockKeys(): Promise<Result<void>> {
	return ask((api) => api.lockKeys());
}

/** Tries a model as a step would use it; `onCheck` gets each check as soon as it is known. */
export function testConnection(
	choice: ProviderChoice,
	onCheck: (check: ConnectionCheck) => void
): Promise<Result<ConnectionReport>> {
	return ask((api) => api.testConnection(choice, proxy(onCheck)));
}

/** The engine writes it and checks its form; a page only needs a record. */
const anyReports: Shape<Record<string, ConnectionReport>> = {
	safeParse: (value) =>
		typeof value === 'object' && value !== null
			? { success: true, data: value as Record<string, ConnectionReport> }
			: { success: false }
};

/** What trying a choice found last; null when it was not tried. */
export function connectionReport(choice: () => ProviderChoice): Live<ConnectionReport | null> {
	return live(() => {
		const name = connectionName(choice());
		return async () => (await getSetting(database(), 'connections', anyReports, {}))[name] ?? null;
	});
}
