import { DONE, fail, failure, ok, type Result } from '$lib/core';
import type { Table } from 'dexie';
import { exclusively } from './exclusive';
import { storageFailure } from './failures';
import { ReopeningDexie } from './reopening';

/** What may be known of a key by whoever looks. Never the key. */
export interface KeyFacts {
	name: string;
	/** The one server that it is for; null until it was first used. */
	origin: string | null;
	/** ms since 1970. */
	addedAt: number;
	usedAt: number | null;
}

export interface VaultState {
	/** True when a passphrase is needed to open it. */
	passphrase: boolean;
	locked: boolean;
	keys: KeyFacts[];
}

interface Sealed {
	iv: Uint8Array<ArrayBuffer>;
	bytes: ArrayBuffer;
}

type KeyRow = KeyFacts & { sealed: Sealed };

/** How the vault opens: with a key that this browser holds and never shows, or with one made from a passphrase. */
type LockRow =
	| { id: 'lock'; how: 'device'; key: CryptoKey }
	| { id: 'lock'; how: 'passphrase'; salt: Uint8Array<ArrayBuffer>; rounds: number; check: Sealed };

/** A database of its own: nothing that is exported, journaled or rebuilt ever reads it. */
class VaultDatabase extends ReopeningDexie {
	declare readonly keys: Table<KeyRow, string>;
	declare readonly lock: Table<LockRow, string>;

	constructor(name: string) {
		super(name);
		this.version(1).stores({ keys: 'name', lock: 'id' });
	}
}

/** PBKDF2-SHA256 rounds for a new passphrase: what OWASP asks for, a third of a second on a small machine. */
export const PASSPHRASE_ROUNDS = 600_000;

/** Shortest passphrase that is taken, in characters. */
export const SHORTEST_PASSPHRASE = 8;

const CHECK = 'galley key vault';

/**
 * Keys at rest: AES-GCM-256, each sealed together with its name and its server, so that neither can be exchanged.
 * Without a passphrase this keeps them from whoever reads copies of the disk's files; with one, also from whoever uses
 * this browser while it is locked. It can't keep them from code that runs in Galley itself. For a worker.
 * Failures: `key.locked`, `key.missing`, `key.damaged`, `key.wrong-passphrase`, `key.short-passphrase`, `storage.*`.
 */
export class KeyVault {
	readonly #database: VaultDatabase;
	/** What a passphrase gave, for as long as this worker lives or until it is locked. */
	#opened: CryptoKey | null = null;

	constructor(private readonly name = 'galley-keys') {
		this.#database = new VaultDatabase(name);
	}

	state(): Promise<Result<VaultState>> {
		return this.#safely('reading the keys', async () => {
			const [lock, rows] = await Promise.all([
				this.#database.lock.get('lock'),
				this.#database.keys.toArray()
			]);
			return ok({
				passphrase: lock?.how === 'passphrase',
				locked: lock !== undefined && (await this.#open(lock)) === null,
				keys: rows.map(({ sealed: _sealed, ...facts }) => facts)
			});
		});
	}

	/** Keeps a key; one of that name is replaced. */
	put(key: { name: string; secret: string; origin: string | null; at: number }): Promise<Result<void>> {
		return this.#alone(async () => {
			const opened = await this.#openOrNew();
			if (!opened) return fail(locked());
			const { name, origin, at } = key;
			const sealed = await seal(opened, key.secret, about(name, origin));
			await this.#database.keys.put({ name, origin, addedAt: at, usedAt: null, sealed });
			return DONE;
		});
	}

	forget(name: string): Promise<Result<void>> {
		return this.#alone(async () => {
			await this.#database.keys.delete(name);
			return DONE;
		});
	}

	/** A key and the server that it is for. */
	reveal(name: string): Promise<Result<{ secret: string; origin: string | null }>> {
		return this.#safely('opening a key', async () => {
			const row = await this.#database.keys.get(name);
			if (!row) return fail(missing(name));
			const opened = await this.#openOrNew();
			if (!opened) return fail(locked(name));
			const secret = await unseal(opened, row.sealed, about(row.name, row.origin));
			return secret === null ? fail(damaged(name)) : ok({ secret, origin: row.origin });
		});
	}

	/** Notes a use; the first binds the key to the server that it was used with, for ever. */
	used(name: string, origin: string, at: number): Promise<Result<void>> {
		return this.#alone(async () => {
			const row = await this.#database.keys.get(name);
			if (!row) return fail(missing(name));
			if (row.origin !== null) {
				await this.#database.keys.update(name, { usedAt: at });
				return DONE;
			}
			const opened = await this.#openOrNew();
			const secret = opened && (await unseal(opened, row.sealed, about(name, null)));
			if (!opened || secret === null) return fail(locked(name));
			const sealed = await seal(opened, secret, about(name, origin));
			await this.#database.keys.put({ ...row, origin, usedAt: at, sealed });
			return DONE;
		});
	}

	/** Opens the vault for this session; the key that did it, which other tabs of this origin may be given. */
	unlock(passphrase: string): Promise<Result<CryptoKey>> {
		return this.#safely('unlocking the keys', async () => {
			const lock = await this.#database.lock.get('lock');
			if (lock?.how !== 'passphrase') return fail(noPassphrase());
			const key = await derive(passphrase, lock.salt, lock.rounds);
			if ((await unseal(key, lock.check, CHECK)) === null) return fail(wrong());
			this.#opened = key;
			return ok(key);
		});
	}

	/** Takes over what another tab opened the vault with, or null to lock it. */
	hold(key: CryptoKey | null): void {
		this.#opened = key;
	}

	/** Sets, changes or (null) removes the passphrase: every key is sealed anew. The vault has to be open. */
	setPassphrase(passphrase: string | null): Promise<Result<CryptoKey | null>> {
		return this.#alone(async () => {
			if (passphrase !== null && passphrase.length < SHORTEST_PASSPHRASE) return fail(tooShort());
			const before = await this.#openOrNew();
			if (!before) return fail(locked());
			const salt = crypto.getRandomValues(new Uint8Array(16));
			const after =
				passphrase === null ? await deviceKey() : await derive(passphrase, salt, PASSPHRASE_ROUNDS);
			const rows: KeyRow[] = [];
			for (const row of await this.#database.keys.toArray()) {
				const secret = await unseal(before, row.sealed, about(row.name, row.origin));
				if (secret === null) return fail(damaged(row.name));
				rows.push({ ...row, sealed: await seal(after, secret, about(row.name, row.origin)) });
			}
			const lock: LockRow =
				passphrase === null
					? { id: 'lock', how: 'device', key: after }
					: {
							id: 'lock',
							how: 'passphrase',
							salt,
							rounds: PASSPHRASE_ROUNDS,
							check: await seal(after, CHECK, CHECK)
						};
			// One transaction: keys under one lock and the lock of another would be keys lost.
			await this.#database.transaction('rw', this.#database.keys, this.#database.lock, async () => {
				await this.#database.keys.bulkPut(rows);
				await this.#database.lock.put(lock);
			});
			this.#opened = passphrase === null ? null : after;
			return ok(this.#opened);
		});
	}

	/** Deletes every key and the lock. */
	wipe(): Promise<Result<void>> {
		return this.#alone(async () => {
			await this.#database.transaction('rw', this.#database.keys, this.#database.lock, async () => {
				await this.#database.keys.clear();
				await this.#database.lock.clear();
			});
			this.#opened = null;
			return DONE;
		});
	}

	close(): void {
		this.#database.close();
	}

	/** The key that opens this lock, where it is at hand: another tab may have set another passphrase meanwhile. */
	async #open(lock: LockRow): Promise<CryptoKey | null> {
		if (lock.how === 'device') return lock.key;
		if (!this.#opened) return null;
		return (await unseal(this.#opened, lock.check, CHECK)) === null ? null : this.#opened;
	}

	/** The same; a vault that was never used gets its first lock. */
	async #openOrNew(): Promise<CryptoKey | null> {
		const lock = await this.#database.lock.get('lock');
		if (lock) return this.#open(lock);
		const key = await deviceKey();
		// Of two that begin together one lock counts.
		return this.#database.transaction('rw', this.#database.lock, async () => {
			const first = await this.#database.lock.get('lock');
			if (first?.how === 'device') return first.key;
			if (first) return null;
			await this.#database.lock.put({ id: 'lock', how: 'device', key });
			return key;
		});
	}

	#alone<T>(work: () => Promise<Result<T>>): Promise<Result<T>> {
		return exclusively(this.name, () => this.#safely('keeping a key', work));
	}

	async #safely<T>(what: string, work: () => Promise<Result<T>>): Promise<Result<T>> {
		try {
			return await work();
		} catch (cause) {
			return fail(storageFailure(cause, what));
		}
	}
}

/** What a key is sealed together with. */
function about(name: string, origin: string | null): string {
	return JSON.stringify([name, origin]);
}

/** A key that the browser holds and hands to nobody, not even to us. */
function deviceKey(): Promise<CryptoKey> {
	return crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
}

async function derive(passphrase: string, salt: BufferSource, rounds: number): Promise<CryptoKey> {
	// The same words, typed on another keyboard, may come in other code points.
	const words = new TextEncoder().encode(passphrase.normalize('NFKC'));
	const material = await crypto.subtle.importKey('raw', words, 'PBKDF2', false, ['deriveKey']);
	return crypto.subtle.deriveKey(
		{ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds },
		material,
		{ name: 'AES-GCM', length: 256 },
		false,
		['encrypt', 'decrypt']
	);
}

async function seal(key: CryptoKey, text: string, beside: string): Promise<Sealed> {
	const iv = crypto.getRandomValues(new Uint8Array(12));
	const additionalData = new TextEncoder().encode(beside);
	const plain = new TextEncoder().encode(text);
	return { iv, bytes: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, plain) };
}

/** The text, or null when the key is another one or anything was changed. */
async function unseal(key: CryptoKey, { iv, bytes }: Sealed, beside: string): Promise<string | null> {
	try {
		const additionalData = new TextEncoder().encode(beside);
		return new TextDecoder().decode(
			await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData }, key, bytes)
		);
	} catch {
		return null;
	}
}

function locked(name?: string) {
	const which = name === undefined ? 'The keys are' : `The key “${name}” is`;
	return failure(
		'key.locked',
		`${which} locked, so nothing was sent. Unlock the keys with your passphrase in Settings under Keys, then try again.`,
		name === undefined ? {} : { details: { key: name } }
	);
}

function missing(name: string) {
	return failure(
		'key.missing',
		`There is no key “${name}” on this device (any more), so nothing was sent. Enter it in Settings under Model, then try again.`,
		{ details: { key: name } }
	);
}

function damaged(name: string) {
	return failure(
		'key.damaged',
		`The key “${name}” cannot be read: what is stored was changed. Nothing was sent. Forget it in Settings under Keys and enter it anew.`,
		{ details: { key: name } }
	);
}

function wrong() {
	return failure(
		'key.wrong-passphrase',
		'That is not the passphrase. The keys stay locked; nothing was changed.'
	);
}

function noPassphrase() {
	return failure('key.no-passphrase', 'The keys have no passphrase; there is nothing to unlock.');
}

function tooShort() {
	return failure(
		'key.short-passphrase',
		`A passphrase has at least ${SHORTEST_PASSPHRASE} characters; several words are best. Nothing was changed.`
	);
}
