import { fail, failure, ok, type Result } from '$lib/core';
import { writeBackup, type BackupEnd, type BackupSource } from '$lib/exports';
import { emptiedHashes, knownHashes, putSetting, type Salvage, type Shelf } from '$lib/storage';
import type { BackupMade, BackupWish } from '../api';
import type { Engine } from '../engine';
import { sealBytes, sealed } from './seal';

/** The setting that says when the last backup was made and how far it went; part of no backup itself. */
export const BACKUP_SETTING = 'backup';

/** Names on the shelf. */
export const OUTGOING = 'outgoing';
export const SALVAGED = 'salvaged';

/** What the meter is worked out from. */
export interface BackupNote {
	/** ms since 1970. */
	at: number;
	bytes: number;
	encrypted: boolean;
	/** How long each stream was. */
	lengths: Record<string, number>;
	/** Name of the folder on disk that it was written to by itself; absent for one that was handed out. */
	folder?: string;
}

/** One file with everything of this device, put aside until the page has handed it out. */
export async function makeBackup(engine: Engine, wish: BackupWish): Promise<Result<BackupMade>> {
	const { shelf } = engine.ports;
	if (!shelf) return fail(noShelf());
	const keys = wish.keys ? await sealedKeys(engine, wish.passphrase) : ok(null);
	if (!keys.ok) return keys;
	const source = await sourceOf(engine, wish.kept, keys.value);
	const at = engine.now();
	const made = await putAside(shelf, OUTGOING, source, at, wish.passphrase);
	if (!made.ok) return made;
	const lengths = lengthsOf(source);
	const note: BackupNote = { at, bytes: made.value.file.size, encrypted: wish.passphrase !== null, lengths };
	await putSetting(engine.ports.database, BACKUP_SETTING, note);
	return made;
}

/** How long each stream of a backup is. */
export function lengthsOf({ heads }: Pick<BackupSource, 'heads'>): Record<string, number> {
	return Object.fromEntries(heads.map(({ stream, length }) => [stream, length]));
}

/** What can be read of a device whose store does not open, as a backup. */
export async function salvageBackup(shelf: Shelf, salvage: Salvage, at: number): Promise<Result<BackupMade>> {
	if (salvage.heads.length === 0) return fail(nothingLeft());
	return putAside(shelf, SALVAGED, { ...salvage, kept: {}, keys: null }, at, null);
}

/** Everything as it is now; what is appended while it is read is not taken. */
export async function sourceOf(
	engine: Engine,
	kept: Record<string, string>,
	keys: Uint8Array | null
): Promise<BackupSource> {
	const { store, database } = engine.ports;
	// The heads first: whatever they refer to was there before.
	const heads = await store.heads('');
	const [hashes, settings] = await Promise.all([knownHashes(database), database.settings.toArray()]);
	// What the person removed for good goes nowhere, though a small one still lies here.
	for (const hash of await emptiedHashes(database)) hashes.delete(hash);
	return {
		heads,
		records: (stream) => store.records(stream),
		hashes: [...hashes].sort(),
		value: (hash) => store.value(hash),
		settings: settings.filter(({ key }) => key !== BACKUP_SETTING),
		kept,
		keys
	};
}

/** Writes a backup to the shelf as it is made. */
export async function putAside(
	shelf: Shelf,
	name: string,
	source: BackupSource,
	at: number,
	passphrase: string | null
): Promise<Result<BackupMade>> {
	const written: { end: BackupEnd | null } = { end: null };
	const plain = (async function* () {
		written.end = yield* writeBackup(source, at);
	})();
	const pieces = passphrase === null ? ok(plain) : await sealed(plain, passphrase);
	if (!pieces.ok) return pieces;
	const writer = await shelf.create(name);
	if (!writer.ok) return writer;
	for await (const piece of pieces.value) {
		const done = writer.value.write(piece);
		if (done.ok) continue;
		await writer.value.discard();
		return done;
	}
	const file = await writer.value.close();
	if (!file.ok) return file;
	if (!written.end) return fail(failure('backup.unfinished', 'The backup was not finished. Make it again.'));
	return ok({ file: file.value, name: nameOf(at, passphrase !== null), holds: written.end });
}

function nameOf(at: number, isEncrypted: boolean): string {
	const [date, time] = new Date(at).toISOString().split('T');
	return `galley-${date}-${(time ?? '').slice(0, 5).replace(':', '')}.galley-backup${isEncrypted ? '.age' : ''}`;
}

async function sealedKeys(engine: Engine, passphrase: string | null): Promise<Result<Uint8Array | null>> {
	if (passphrase === null) return fail(keysInTheOpen());
	const keys = await engine.keys.revealAll();
	if (!keys.ok) return keys;
	if (keys.value.length === 0) return ok(null);
	return sealBytes(new TextEncoder().encode(JSON.stringify(keys.value)), passphrase);
}

function keysInTheOpen() {
	return failure(
		'backup.keys-open',
		'Keys are put into a backup only under a passphrase. No file was made; enter one, or leave the keys out.'
	);
}

function nothingLeft() {
	return failure(
		'salvage.nothing',
		'Neither of the two copies on this device could be read, so there is nothing to save. A backup that you made can be restored after starting over.'
	);
}

export function noShelf() {
	return failure(
		'backup.no-place',
		'This device has no place to put a backup together. Nothing was changed.'
	);
}
