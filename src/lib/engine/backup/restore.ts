import { fail, failure, ok, type Failure, type Result } from '$lib/core';
import { isEncrypted, readUntrusted } from '$lib/exports';
import { forgetFirstViews } from '$lib/pass';
import { exclusively, putSetting, type Scratch, type Shelf } from '$lib/storage';
import * as z from 'zod';
import type { BackupReport, Restored } from '../api';
import type { Engine } from '../engine';
import { applyBackup, type Applied } from './apply';
import { drill } from './drill';
import { BACKUP_SETTING, noShelf, putAside, sourceOf, type BackupNote } from './make';
import { openBytes, opened } from './seal';

/** Names on the shelf: what is rehearsed only; what is to be restored, the sign that it was found whole and is wanted. */
const CHECKED = 'checked';
const STAGED = 'staged';
const WANTED = 'wanted';
/** One tab at a time makes this device another one, and one at a time gets ready to. */
const LOCK = 'galley-restore';
const STAGING = 'galley-restore-staging';
/** What was here before. */
export const BEFORE = 'before-restore';

/** Proves a backup: everything in it can be restored, and comes back as it was. Nothing in use is touched. */
export async function checkBackup(
	engine: Engine,
	file: Blob,
	passphrase: string | null
): Promise<Result<BackupReport>> {
	const { shelf, scratch } = engine.ports;
	if (!shelf || !scratch) return fail(noShelf());
	return exclusively(STAGING, async () => {
		const readable = await stage(shelf, CHECKED, file, passphrase);
		if (!readable.ok) return readable;
		const report = await drill(readable.value, scratch());
		await shelf.remove(CHECKED);
		return report;
	});
}

/**
 * Has this device be what a backup holds. Everything is proved in a scratch database first, and what is here is put aside
 * as a backup of its own; until then a crash leaves all as it was. From the moment that it is wanted the restore is
 * finished whatever happens, at the next start if need be: the staged file is whole on disk.
 */
export async function restoreBackup(
	engine: Engine,
	file: Blob,
	passphrase: string | null
): Promise<Result<Restored>> {
	const { shelf, scratch } = engine.ports;
	if (!shelf || !scratch) return fail(noShelf());
	return exclusively(STAGING, () => restore(engine, { shelf, scratch: scratch() }, file, passphrase));
}

async function restore(
	engine: Engine,
	{ shelf, scratch }: { shelf: Shelf; scratch: Scratch },
	file: Blob,
	passphrase: string | null
): Promise<Result<Restored>> {
	const { store } = engine.ports;
	// Its staged file is all that there is of what that one was to bring.
	if (await shelf.get(WANTED)) return fail(another());
	const staged = await stage(shelf, STAGED, file, passphrase);
	if (!staged.ok) return staged;
	const proved = await drill(staged.value, scratch);
	if (!proved.ok || proved.value.problems.length > 0) {
		await shelf.remove(STAGED);
		return proved.ok ? fail(notProved(proved.value.problems)) : proved;
	}
	const isEmpty = (await store.heads('')).length === 0;
	if (!isEmpty) {
		const before = await putAside(shelf, BEFORE, await sourceOf(engine, {}, null), engine.now(), null);
		if (!before.ok) return before;
	}
	const applied = await exclusively(LOCK, async () => {
		const wanted = await shelf.create(WANTED);
		if (!wanted.ok) return wanted;
		const signed = await wanted.value.close();
		if (!signed.ok) return signed;
		engine.halt();
		return carryOut(engine, shelf, staged.value);
	});
	if (!applied.ok) return applied;
	const keys = await putKeysBack(engine, applied.value, passphrase);
	return ok({ report: proved.value, kept: applied.value.kept, keys, before: !isEmpty });
}

/** A restore that was wanted and broken off is finished. True when there was one. For a store that is open. */
export async function finishRestore(engine: Engine): Promise<Result<boolean>> {
	const { shelf } = engine.ports;
	if (!shelf || !(await shelf.get(WANTED))) return ok(false);
	return exclusively(LOCK, async () => {
		// Another tab may have finished it meanwhile.
		const [wanted, staged] = [await shelf.get(WANTED), await shelf.get(STAGED)];
		if (!wanted || !staged) {
			await shelf.remove(WANTED);
			return ok(false);
		}
		const done = await carryOut(engine, shelf, staged);
		return done.ok ? ok(true) : done;
	});
}

/** Puts what was here before the last restore back. */
export async function undoRestore(engine: Engine): Promise<Result<Restored>> {
	const before = await engine.ports.shelf?.get(BEFORE);
	return before ? restoreBackup(engine, before, null) : fail(nothingBefore());
}

async function carryOut(engine: Engine, shelf: Shelf, staged: Blob): Promise<Result<Applied>> {
	const { store, database, folders } = engine.ports;
	const emptied = await store.wipe();
	if (!emptied.ok) return fail(unfinished(emptied.failure));
	await forgetFirstViews();
	const applied = await applyBackup(staged, { store, database }, engine.now());
	if (!applied.ok) return fail(unfinished(applied.failure));
	const { createdAt, bytes, heads } = applied.value.facts;
	const lengths = Object.fromEntries(heads.map(({ stream, length }) => [stream, length]));
	const note: BackupNote = { at: createdAt, bytes, encrypted: false, lengths };
	await putSetting(database, BACKUP_SETTING, note);
	await folders?.forgetFiles();
	// The sign goes first: without it a staged file means nothing.
	await shelf.remove(WANTED);
	await shelf.remove(STAGED);
	return applied;
}

/** A copy of the file on this device, opened where it was locked: the original may be on a stick that is pulled out. */
async function stage(
	shelf: Shelf,
	name: string,
	file: Blob,
	passphrase: string | null
): Promise<Result<Blob>> {
	const isLocked = await isEncrypted(file);
	if (isLocked && passphrase === null) return fail(locked());
	const pieces = isLocked && passphrase !== null ? await opened(file, passphrase) : ok(bytesOf(file));
	if (!pieces.ok) return pieces;
	const writer = await shelf.create(name);
	if (!writer.ok) return writer;
	try {
		for await (const piece of pieces.value) {
			const done = writer.value.write(piece);
			if (done.ok) continue;
			await writer.value.discard();
			return done;
		}
	} catch {
		await writer.value.discard();
		return fail(isLocked ? changed() : unreadable());
	}
	return writer.value.close();
}

async function* bytesOf(file: Blob): AsyncGenerator<Uint8Array<ArrayBuffer>> {
	const PIECE = 4 * 1024 * 1024;
	for (let at = 0; at < file.size; at += PIECE)
		yield new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
}

const keysSchema = z.array(
	z.object({ name: z.string().min(1), secret: z.string().min(1), origin: z.string().nullable() })
);

/** Keys that this device does not have yet; the number of them. Those that cannot be put back are entered anew. */
async function putKeysBack(engine: Engine, applied: Applied, passphrase: string | null): Promise<number> {
	if (!applied.sealedKeys || passphrase === null) return 0;
	const bytes = await openBytes(applied.sealedKeys, passphrase);
	if (!bytes.ok) return 0;
	const read = readUntrusted(new TextDecoder().decode(bytes.value));
	const keys = keysSchema.safeParse(read.ok ? read.value : null);
	const known = await engine.keys.list();
	if (!keys.success || !known.ok) return 0;
	const names = new Set(known.value.keys.map(({ name }) => name));
	let count = 0;
	for (const key of keys.data) {
		if (names.has(key.name)) continue;
		const put = await engine.keys.keep({ ...key, kept: 'here' });
		if (put.ok) count += 1;
	}
	return count;
}

function locked(): Failure {
	return failure(
		'backup.locked',
		'This backup was locked with a passphrase. Enter it to open the file; nothing was changed.'
	);
}

function changed(): Failure {
	return failure(
		'backup.damaged',
		'This backup was changed after it was made, or is not whole: it cannot be opened to its end. Nothing on this device was changed; use another backup.'
	);
}

function unreadable(): Failure {
	return failure(
		'backup.unreadable',
		'The file could not be read to its end. Nothing on this device was changed; choose it again.'
	);
}

function notProved(problems: readonly string[]): Failure {
	return failure(
		'backup.not-proved',
		`This backup could not be restored whole in a rehearsal: ${problems[0] ?? ''} Nothing on this device was changed.`,
		{ details: { problems: problems.slice(0, 20) } }
	);
}

function unfinished(reason: Failure): Failure {
	return failure(
		'restore.unfinished',
		`The restore was begun and could not be finished yet: ${reason.message} The backup is whole on this device, and the restore goes on when Galley is reloaded.`,
		{ retryable: true, details: { reason: reason.code } }
	);
}

function another(): Failure {
	return failure(
		'restore.another',
		'A restore was begun here and is not finished. Reload Galley: it goes on by itself. Then restore this backup, if you still want it; nothing was changed.'
	);
}

function nothingBefore(): Failure {
	return failure('restore.nothing-before', 'There is nothing from before a restore on this device.');
}
