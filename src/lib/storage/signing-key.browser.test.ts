import { afterEach, beforeEach, expect, test } from 'vitest';
import { SigningKey } from './signing-key';

// In the real browser: its own database and cryptography.

let count = 0;
let name = '';
let key: SigningKey;
beforeEach(() => {
	name = `signing-${Date.now()}-${(count += 1)}`;
	key = new SigningKey(name);
});
afterEach(() => {
	key.close();
	indexedDB.deleteDatabase(name);
});

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

test('a device has one key, which survives a restart and signs what fits it alone', async () => {
	const other = new SigningKey(name);
	const [first, second] = await Promise.all([key.publicKey(), other.publicKey()]);
	other.close();
	expect(first).toMatch(/^[0-9a-f]{64}$/);
	expect(second).toBe(first);
	key.close();
	key = new SigningKey(name);
	const signed = await key.sign('words');
	if (!signed.ok) throw new Error(signed.failure.message);
	expect(signed.value.key).toBe(first);
	const known = await crypto.subtle.importKey('raw', bytes(first ?? ''), 'Ed25519', false, ['verify']);
	const fits = (words: string) =>
		crypto.subtle.verify('Ed25519', known, bytes(signed.value.signature), new TextEncoder().encode(words));
	expect([await fits('words'), await fits('other words')]).toEqual([true, false]);
	await key.wipe();
	expect(await key.publicKey()).not.toBe(first);
});

test('its private half cannot be read out', async () => {
	await key.publicKey();
	const opened = await new Promise<IDBDatabase>((resolve) => {
		const open = indexedDB.open(name);
		open.onsuccess = () => resolve(open.result);
	});
	const rows = await new Promise<{ pair: CryptoKeyPair }[]>((resolve) => {
		const all = opened.transaction('keys').objectStore('keys').getAll();
		all.onsuccess = () => resolve(all.result as { pair: CryptoKeyPair }[]);
	});
	opened.close();
	const secret = rows[0]?.pair.privateKey;
	expect(secret?.extractable).toBe(false);
	for (const form of ['raw', 'pkcs8', 'jwk'] as const)
		await expect(secret && crypto.subtle.exportKey(form, secret)).rejects.toThrow();
});
