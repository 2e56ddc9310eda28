import { DONE, fail, failure, ok, type ProviderChoice, type Result } from '$lib/core';
import { secretIn } from '$lib/exports';
import { originFor } from '$lib/models';
import type { KeyFacts, KeyVault } from '$lib/storage';
import type { KeyList, NewKey } from './api';
import type { Executor } from './protocol';

/** A use is written down this often at most, ms: each call of a long run would be a write of its own. */
const USE_NOTED_MS = 60_000;

/** What the engines of several tabs tell each other about keys: any of them may come to execute. */
export type KeyMessage =
	| { type: 'key'; name: string; secret: string; origin: string | null; addedAt: number }
	| { type: 'vault'; opened: CryptoKey | null }
	| { type: 'keys?' };

interface HeldForNow extends KeyFacts {
	secret: string;
}

export interface KeysPorts {
	/** Absent in tests that keep nothing. */
	vault: KeyVault | null;
	executor: Executor;
	tell(message: KeyMessage): void;
	now(): number;
}

/**
 * The keys of this device, by name: those in the vault, and those that are only held for now. What is lent for a call goes
 * to the model worker and nowhere else; no page, log or export ever gets a key back.
 */
export class Keys {
	readonly #forNow = new Map<string, HeldForNow>();
	/** Names of vault keys that the model worker has, and when their use was last written down. */
	readonly #lent = new Map<string, { secret: string; noted: number }>();
	#opened: CryptoKey | null = null;

	constructor(private readonly ports: KeysPorts) {}

	async list(): Promise<Result<KeyList>> {
		const forNow = [...this.#forNow.values()].map(({ secret: _secret, ...facts }) => ({
			...facts,
			kept: 'now' as const
		}));
		const state = await this.ports.vault?.state();
		if (!state) return ok({ passphrase: false, locked: false, keys: forNow });
		if (!state.ok) return state;
		const here = state.value.keys
			.filter(({ name }) => !this.#forNow.has(name))
			.map((facts) => ({ ...facts, kept: 'here' as const }));
		const keys = [...here, ...forNow].sort((a, b) => a.name.localeCompare(b.name));
		return ok({ ...state.value, keys });
	}

	/** Takes a key in; one of that name is replaced. */
	async keep({ name, secret, origin, kept }: NewKey): Promise<Result<void>> {
		if (name.trim() === '' || secret.trim() === '') return fail(nothing());
		const odd = /[^\x20-\x7e]/u.exec(secret.trim())?.[0];
		if (odd !== undefined) return fail(notSendable(odd));
		const at = this.ports.now();
		if (kept === 'now' || !this.ports.vault) {
			await this.#holdForNow({ type: 'key', name, secret: secret.trim(), origin, addedAt: at });
			this.ports.tell({ type: 'key', name, secret: secret.trim(), origin, addedAt: at });
			return DONE;
		}
		const put = await this.ports.vault.put({ name, secret: secret.trim(), origin, at });
		if (put.ok) {
			await this.#takeBack(name);
			// A key of that name that other tabs hold for now would go on being lent in its place.
			this.ports.tell({ type: 'key', name, secret: '', origin: null, addedAt: 0 });
		}
		return put;
	}

	async forget(name: string): Promise<Result<void>> {
		await this.#takeBack(name);
		this.ports.tell({ type: 'key', name, secret: '', origin: null, addedAt: 0 });
		return (await this.ports.vault?.forget(name)) ?? DONE;
	}

	async unlock(passphrase: string): Promise<Result<void>> {
		const opened = await this.ports.vault?.unlock(passphrase);
		if (!opened) return DONE;
		if (!opened.ok) return opened;
		this.#opened = opened.value;
		this.ports.tell({ type: 'vault', opened: opened.value });
		return DONE;
	}

	async lock(): Promise<Result<void>> {
		await this.#locked(null);
		this.ports.tell({ type: 'vault', opened: null });
		return DONE;
	}

	async setPassphrase(passphrase: string | null): Promise<Result<void>> {
		const set = await this.ports.vault?.setPassphrase(passphrase);
		if (!set) return DONE;
		if (!set.ok) return set;
		this.#opened = set.value;
		this.ports.tell({ type: 'vault', opened: set.value });
		return DONE;
	}

	/** Gives the model worker what a call under this choice needs, unless the key is for another server. */
	async lend(choice: ProviderChoice): Promise<Result<void>> {
		const origin = choice.key === undefined ? null : originFor(choice);
		if (choice.key === undefined || origin === null) return DONE;
		const name = choice.key;
		const forNow = this.#forNow.get(name);
		const found = forNow ? ok(forNow) : await this.ports.vault?.reveal(name);
		if (!found) return fail(gone(name));
		if (!found.ok) return found.failure.code === 'key.missing' ? fail(gone(name)) : found;
		const { secret, origin: its } = found.value;
		if (its !== null && its !== origin) return fail(forAnother(name, its, origin));
		const now = this.ports.now();
		if (forNow) {
			forNow.origin = origin;
			forNow.usedAt = now;
			return DONE;
		}
		const lent = this.#lent.get(name);
		if (!lent || its === null || now - lent.noted > USE_NOTED_MS) {
			const noted = await this.ports.vault?.used(name, origin, now);
			if (noted && !noted.ok) return noted;
		}
		if (lent?.secret !== secret) await this.ports.executor.setKey(name, secret, origin);
		this.#lent.set(name, { secret, noted: now });
		return DONE;
	}

	/** The executor, but nothing runs on a provider before its key was lent. */
	lending(executor: Executor): Executor {
		const before = async <T>(choice: ProviderChoice, go: () => Promise<T>, no: (why: Result<never>) => T) => {
			const lent = await this.lend(choice);
			return lent.ok ? go() : no(lent);
		};
		return {
			run: (spec, host, signal) =>
				spec.step.permissions.model === 'none'
					? executor.run(spec, host, signal)
					: before(
							spec.provider,
							() => executor.run(spec, host, signal),
							(result) => ({ result, egress: [], kept: '' })
						),
			act: (id, out, signal) => executor.act(id, out, signal),
			page: (call, url) => executor.page(call, url),
			setKey: (name, key, origin) => executor.setKey(name, key, origin),
			test: (call, choice, onCheck) =>
				before(
					choice,
					() => executor.test(call, choice, onCheck),
					(refused) => refused
				),
			...(executor.setPage
				? { setPage: (open: (port: MessagePort) => void) => executor.setPage?.(open) }
				: {}),
			files: (use) => executor.files(use),
			close: () => executor.close()
		};
	}

	/** Does a file that is about to be handed out hold a key? While they are locked nobody can say, so it may not go. */
	async mayGoOut(content: string | Uint8Array): Promise<Result<void>> {
		const secrets = await this.revealAll();
		if (!secrets.ok) return secrets;
		const name = secretIn(content, secrets.value);
		return name === null ? DONE : fail(holdsKey(name));
	}

	/** Every key, for a look whether one stands in a file, and for a backup that is to hold them sealed. */
	async revealAll(): Promise<Result<{ name: string; secret: string; origin: string | null }[]>> {
		const secrets = [...this.#forNow.values()].map(({ name, secret, origin }) => ({ name, secret, origin }));
		const state = await this.ports.vault?.state();
		if (state && !state.ok) return state;
		if (state?.value.locked && state.value.keys.length > 0) return fail(unchecked());
		for (const { name, origin } of state?.value.keys ?? []) {
			const found = await this.ports.vault?.reveal(name);
			if (found?.ok) secrets.push({ name, secret: found.value.secret, origin });
		}
		return ok(secrets);
	}

	async wipe(): Promise<Result<void>> {
		for (const name of [...this.#forNow.keys(), ...this.#lent.keys()]) await this.forget(name);
		return (await this.ports.vault?.wipe()) ?? DONE;
	}

	/** Asks the engines of other tabs what they hold. */
	askOthers(): void {
		this.ports.tell({ type: 'keys?' });
	}

	async heard(message: KeyMessage): Promise<void> {
		switch (message.type) {
			case 'keys?':
				for (const { name, secret, origin, addedAt } of this.#forNow.values())
					this.ports.tell({ type: 'key', name, secret, origin, addedAt });
				if (this.#opened) this.ports.tell({ type: 'vault', opened: this.#opened });
				break;
			case 'key':
				if (message.secret === '') await this.#takeBack(message.name);
				else await this.#holdForNow(message);
				break;
			case 'vault':
				await this.#locked(message.opened);
				break;
		}
	}

	async #holdForNow({ name, secret, origin, addedAt }: Extract<KeyMessage, { type: 'key' }>): Promise<void> {
		this.#lent.delete(name);
		this.#forNow.set(name, { name, secret, origin, addedAt, usedAt: null });
		await this.ports.executor.setKey(name, secret, origin);
	}

	/** The vault as another tab opened or locked it; what the model worker was lent is taken back when it is locked. */
	async #locked(opened: CryptoKey | null): Promise<void> {
		this.#opened = opened;
		this.ports.vault?.hold(opened);
		if (opened) return;
		const state = await this.ports.vault?.state();
		if (state?.ok && !state.value.locked) return;
		for (const name of [...this.#lent.keys()]) await this.#takeBack(name);
	}

	async #takeBack(name: string): Promise<void> {
		this.#lent.delete(name);
		this.#forNow.delete(name);
		await this.ports.executor.setKey(name, '', null);
	}
}

function nothing() {
	return failure('key.empty', 'Enter a name and the key itself. Nothing was kept.');
}

/** A header takes no such character: the call would fail in the browser, with words that help nobody. */
function notSendable(character: string) {
	const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
	const shown = /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `“${character}” (U+${code})` : `U+${code}`;
	return failure(
		'key.odd-character',
		`The key has a character that cannot stand in one, ${shown}; a shortened or hidden key has them where it was left out. ` +
			'Nothing was kept. Copy the whole key where it was made and enter it again.'
	);
}

function gone(name: string) {
	return failure(
		'key.missing',
		`There is no key “${name}” on this device now, so nothing was sent. If it was entered “only for now”, it went when ` +
			'Galley was closed or reloaded. Enter it in Settings under Model, then try again.',
		{ details: { key: name } }
	);
}

function forAnother(name: string, its: string, origin: string) {
	return failure(
		'key.other-server',
		`The key “${name}” is for ${its}, so it was not sent to ${origin}, and nothing else was. ` +
			'Choose or enter a key for that server in Settings under Model, then try again.',
		{ details: { key: name, origin } }
	);
}

function unchecked() {
	return failure(
		'export.keys-locked',
		'Your keys are locked, so Galley cannot make sure that none of them stands in this file, and it was not made. ' +
			'Unlock them in Settings under Keys, then export again.'
	);
}

function holdsKey(name: string) {
	return failure(
		'export.holds-key',
		`The key “${name}” stands in what this file would hold, so it was not made: whoever gets it could use your account. ` +
			'Look where the key was pasted or quoted (a source, an instruction, an answer); if it has been seen by others, make a new key.',
		{ details: { key: name } }
	);
}
