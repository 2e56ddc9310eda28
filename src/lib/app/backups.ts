import { fail, ok, unexpected, type Result } from '$lib/core';
import type { BackupMade, BackupNote, BackupReport, Restored } from '$lib/engine';
import { destroyDevice, getSetting, type Shape } from '$lib/storage';
import { ask, engineAnyway } from './client.svelte';
import { database } from './database';
import { firstViewTools } from './first-view';
import { live, type Live } from './live.svelte';

/** How things stand with backups of this device. */
export interface BackupState {
	/** When the last one was made, ms since 1970, and how big it is; null where none is known of. */
	last: Pick<BackupNote, 'at' | 'bytes' | 'encrypted' | 'folder'> | null;
	/** Runs, and other histories (workflows, notes, the library), that have something that the last one has not. */
	runs: number;
	others: number;
}

/** The engine wrote it; what is not of that shape is as good as none. */
const noteShape: Shape<BackupNote> = {
	safeParse: (value) => {
		const { at, bytes, encrypted, lengths, folder } = (value ?? {}) as Partial<BackupNote>;
		return typeof at === 'number' && typeof bytes === 'number' && typeof lengths === 'object'
			? {
					success: true,
					data: {
						at,
						bytes,
						encrypted: encrypted === true,
						lengths,
						...(typeof folder === 'string' ? { folder } : {})
					}
				}
			: { success: false };
	}
};

export function backupState(): Live<BackupState> {
	return live(() => async () => {
		const note = await getSetting<BackupNote | null>(database(), 'backup', noteShape, null);
		const heads = await database().heads.toArray();
		const open = heads.filter(({ stream, length }) => length > (note?.lengths[stream] ?? 0));
		const runs = open.filter(({ stream }) => stream.startsWith('run:')).length;
		return {
			last: note,
			runs,
			others: open.length - runs
		};
	});
}

/** One file with everything, ready to be downloaded. `kept` is what pages keep beside the logs. */
export async function makeBackup(wish: {
	kept: Record<string, string>;
	passphrase: string | null;
	keys: boolean;
}): Promise<Result<{ name: string; blob: Blob; missing: number }>> {
	const made = await ask((api) => api.makeBackup(wish));
	if (!made.ok) return made;
	const { file, name, holds } = made.value;
	return ok({ name, blob: file, missing: holds.missing.length });
}

export function checkBackup(file: File, passphrase: string | null): Promise<Result<BackupReport>> {
	return ask((api) => api.checkBackup(file, passphrase));
}

export function restoreBackup(file: File, passphrase: string | null): Promise<Result<Restored>> {
	return ask((api) => api.restoreBackup(file, passphrase));
}

export async function beforeRestore(): Promise<Blob | null> {
	const found = await ask(async (api) => ok(await api.beforeRestore()));
	return found.ok ? found.value : null;
}

export function undoRestore(): Promise<Result<Restored>> {
	return ask((api) => api.undoRestore());
}

export function forgetBefore(): Promise<Result<void>> {
	return ask((api) => api.forgetBefore());
}

/** What can be read of this device when its storage does not open. */
export async function salvageDevice(): Promise<Result<{ name: string; blob: Blob }>> {
	try {
		const made = await (await engineAnyway()).call<Result<BackupMade>>((api) => api.salvage());
		return made.ok ? ok({ name: made.value.name, blob: made.value.file }) : made;
	} catch (cause) {
		return fail(unexpected(cause, 'reading what is left on this device'));
	}
}

/** Throws everything on this device away without opening it. */
export async function startOver(): Promise<Result<void>> {
	(await engineAnyway()).end();
	database().close();
	const destroyed = await destroyDevice();
	await (await firstViewTools()).forgetFirstViews();
	return destroyed;
}
