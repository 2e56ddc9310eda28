import { DONE, fail, failure, ok, type Failure, type Result } from '$lib/core';
import { readBackup } from '$lib/exports';
import { freePath } from '$lib/run';
import {
	exclusively,
	mayUse,
	putSetting,
	type ConnectedFolder,
	type FolderBook,
	type FolderLook
} from '$lib/storage';
import type { Engine } from '../engine';
import { isMissing, sayRefusal } from '../folders/walk';
import { BACKUP_SETTING, lengthsOf, noShelf, putAside, sourceOf, type BackupNote } from './make';

/** Pause between two backups that are made by themselves, ms. */
const PAUSE_MS = 24 * 3_600_000;
/** How many are kept; of older ones those go that Galley wrote itself. */
const KEPT = 5;
/** Name on the shelf, apart from a backup that is being handed out. */
const ROLLING = 'rolling';
const LOCK = 'galley-rolling-backup';

/**
 * Writes a backup to the folder for backups, where there is one and it is time: after changes, once a day at most, or
 * when it is wanted now. It is read back from the disk and every part is held against its hash before it counts.
 */
export async function rollBackup(
	engine: Engine,
	kept: Record<string, string>,
	isWanted = false
): Promise<Result<boolean>> {
	const { folders: book } = engine.ports;
	if (!book) return ok(false);
	return exclusively(LOCK, async () => {
		const [folder] = await book.all('backups');
		if (!folder || !(isWanted || (await isDue(engine, folder)))) return ok(false);
		const before = folder.look;
		const done = await writeBackupTo(engine, book, folder, kept);
		await book.change(folder.id, { look: lookOf(engine.now(), folder, done) });
		if (done.ok) return ok(true);
		// Told once, and then where backups are looked after.
		if (!isWanted && before?.problems[0]?.message !== done.failure.message) engine.say(done.failure.message);
		return done;
	});
}

async function isDue(engine: Engine, { backups }: ConnectedFolder): Promise<boolean> {
	const heads = await engine.ports.store.heads('');
	// The ledger alone is no data of the person's.
	const changed = heads.some(
		({ stream, length }) => stream !== 'egress' && length > (backups?.lengths[stream] ?? 0)
	);
	return changed && engine.now() - (backups?.doneAt ?? 0) >= PAUSE_MS;
}

async function writeBackupTo(
	engine: Engine,
	book: FolderBook,
	folder: ConnectedFolder,
	kept: Record<string, string>
): Promise<Result<void>> {
	const { shelf, database } = engine.ports;
	if (!shelf) return fail(noShelf());
	const { handle } = folder;
	try {
		if (!(await mayUse(handle, 'readwrite'))) return fail(noLeave(handle.name));
		const at = engine.now();
		const source = await sourceOf(engine, kept, null);
		const made = await putAside(shelf, ROLLING, source, at, null);
		if (!made.ok) return made;
		const names = new Set<string>();
		for await (const name of handle.keys()) names.add(name);
		const name = freePath(made.value.name, (one) => names.has(one));
		const written = await handle.getFileHandle(name, { create: true });
		// It takes its name when all of it is there.
		await made.value.file.stream().pipeTo(await written.createWritable());
		const file = await written.getFile();
		const whole = await readBackup(file, () => Promise.resolve(DONE));
		if (!whole.ok) {
			await handle.removeEntry(name);
			return fail(notWhole(handle.name, whole.failure));
		}
		const lengths = lengthsOf(source);
		const all = [...(folder.backups?.names ?? []), name];
		const rest = all.slice(-KEPT);
		await book.change(folder.id, { backups: { names: rest, doneAt: at, lengths } });
		const note: BackupNote = { at, bytes: file.size, encrypted: false, lengths, folder: handle.name };
		await putSetting(database, BACKUP_SETTING, note);
		for (const old of all.slice(0, -KEPT)) await handle.removeEntry(old).catch(() => undefined);
		return DONE;
	} catch (cause) {
		return fail(isMissing(cause) ? gone(handle.name) : refused(handle.name, sayRefusal(cause)));
	} finally {
		await shelf.remove(ROLLING);
	}
}

function lookOf(at: number, { handle, backups }: ConnectedFolder, done: Result<void>): FolderLook {
	const code = done.ok ? '' : done.failure.code;
	const problems = done.ok ? [] : [{ path: handle.name, message: done.failure.message }];
	const state = code === 'folder.no-leave' ? 'no-leave' : code === 'folder.gone' ? 'gone' : 'here';
	const files = backups?.names.length ?? 0;
	return { at, state, writable: done.ok, files, problems, waiting: [] };
}

function noLeave(folder: string): Failure {
	return failure(
		'folder.no-leave',
		`No backup was written to “${folder}”: the browser asks again before Galley may use the folder. Press Reconnect folder in Settings under Backup.`,
		{ retryable: true }
	);
}

function gone(folder: string): Failure {
	return failure(
		'folder.gone',
		`No backup was written: the folder “${folder}” is not where it was. Plug its disk in, or choose another folder in Settings under Backup.`,
		{ retryable: true }
	);
}

function refused(folder: string, why: string): Failure {
	return failure(
		'folder.refused',
		`No backup was written to “${folder}”: ${why}. Everything is kept in Galley; it is tried again by itself.`,
		{ retryable: true }
	);
}

function notWhole(folder: string, { message }: Failure): Failure {
	return failure(
		'backup.read-back',
		`The backup that was written to “${folder}” was read back and was not whole: ${message} It was taken away again. Use another disk.`
	);
}
