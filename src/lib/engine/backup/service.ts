import { DONE, fail, unexpected } from '$lib/core';
import { salvageDevice } from '$lib/storage';
import type { BackupsApi } from './facts';
import type { Engine } from '../engine';
import { makeBackup, noShelf, salvageBackup } from './make';
import { openBytes, sealBytes } from './seal';
import { rollBackup } from './roll';
import { BEFORE, checkBackup, restoreBackup, undoRestore } from './restore';

export function backupsOf(engine: Engine): BackupsApi {
	const { shelf } = engine.ports;
	return {
		lockFile: (content, passphrase) => sealBytes(content, passphrase),
		unlockFile: (content, passphrase) => openBytes(content, passphrase),
		makeBackup: (wish) => makeBackup(engine, wish),
		checkBackup: (file, passphrase) => checkBackup(engine, file, passphrase),
		restoreBackup: (file, passphrase) => restoreBackup(engine, file, passphrase),
		beforeRestore: async () => (await shelf?.get(BEFORE)) ?? null,
		undoRestore: () => undoRestore(engine),
		async forgetBefore() {
			await shelf?.remove(BEFORE);
			return DONE;
		},
		rollBackup: (kept, isWanted) => rollBackup(engine, kept, isWanted),
		async salvage() {
			if (!shelf) return fail(noShelf());
			try {
				return await salvageBackup(shelf, await salvageDevice(), engine.now());
			} catch (cause) {
				return fail(unexpected(cause, 'reading what is left on this device'));
			}
		}
	};
}
