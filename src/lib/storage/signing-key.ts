import { fail, failure, ok, type Result } from '$lib/core';
import type { Table } from 'dexie';
import { exclusively } from './exclusive';
import { ReopeningDexie } from './reopening';

/** The pair of a device; the private half can't be read out, not even by Galley. */
interface KeyRow {
	id: 'device';
	pair: CryptoKeyPair;
}

class SigningDatabase extends ReopeningDexie {
	declare readonly keys: Table<KeyRow, string>;

	constructor(name: string) {
		super(name);
		this.version(1).stores({ keys: 'id' });
	}
}

/** The Ed25519 key that files of this device are signed with. Part of no backup: another device has another one. */
export class SigningKey {
	readonly #database: SigningDatabase;

	constructor(private readonly name = 'galley-signing') {
		this.#database = new SigningDatabase(name);
	}

	/** The public key as hex, made at the first question; null where this browser has no Ed25519. */
	async publicKey(): Promise<string | null> {
		const pair = await this.#pair();
		return pair && hexOf(await crypto.subtle.exportKey('raw', pair.publicKey));
	}

	/** Signs the UTF-8 bytes of some words. Fails with `signature.none` where this browser cannot. */
	async sign(words: string): Promise<Result<{ key: string; signature: string }>> {
		const pair = await this.#pair();
		if (!pair) return fail(cannot());
		const signature = await crypto.subtle.sign('Ed25519', pair.privateKey, new TextEncoder().encode(words));
		return ok({
			key: hexOf(await crypto.subtle.exportKey('raw', pair.publicKey)),
			signature: hexOf(signature)
		});
	}

	async wipe(): Promise<void> {
		await this.#database.keys.clear();
	}

	close(): void {
		this.#database.close();
	}

	/** Two tabs that ask for the first time get the same. */
	#pair(): Promise<CryptoKeyPair | null> {
		return exclusively(this.name, async () => {
			const known = await this.#database.keys.get('device');
			if (known) return known.pair;
			try {
				const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
				if (!('privateKey' in pair)) return null;
				await this.#database.keys.put({ id: 'device', pair });
				return pair;
			} catch {
				return null;
			}
		});
	}
}

function hexOf(bytes: ArrayBuffer): string {
	return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function cannot() {
	return failure(
		'signature.none',
		'This browser cannot sign (it has no Ed25519). Nothing was exported; export without a signature.'
	);
}
