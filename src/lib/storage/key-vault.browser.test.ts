import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeyVault } from './key-vault';

// In the real browser: its own database, its own cryptography, keys that survive the closing of both.

const CANARY = 'sk-canary-7d1e/+9x';
const WORDS = 'correct horse battery';
let count = 0;
let name = '';
let vault: KeyVault;

beforeEach(() => {
	name = `vault-${Date.now()}-${++count}`;
	vault = new KeyVault(name);
});
afterEach(() => {
	vault.close();
	indexedDB.deleteDatabase(name);
});

const keep = (origin: string | null = 'https://api.example.com', key = 'work', secret = CANARY) =>
	vault.put({ name: key, secret, origin, at: 1 });
const again = () => {
	vault.close();
	vault = new KeyVault(name);
};

/** Everything that lies in the database, bytes as text. */
async function everything(): Promise<{ text: string; rows: Record<string, unknown>[] }> {
	const database = await new Promise<IDBDatabase>((resolve, reject) => {
		const open = indexedDB.open(name);
		open.onsuccess = () => resolve(open.result);
		open.onerror = () => reject(new Error('it cannot be opened'));
	});
	const rows: Record<string, unknown>[] = [];
	for (const store of database.objectStoreNames) {
		const request = database.transaction(store).objectStore(store).getAll();
		rows.push(
			...(await new Promise<Record<string, unknown>[]>((resolve) => {
				request.onsuccess = () => resolve(request.result as Record<string, unknown>[]);
			}))
		);
	}
	database.close();
	const text = JSON.stringify(rows, (_, value: unknown) => {
		if (value instanceof ArrayBuffer) return new TextDecoder('latin1').decode(value);
		if (value instanceof Uint8Array) return new TextDecoder('latin1').decode(value);
		return value;
	});
	return { text, rows };
}

test('a key is kept over a restart, is not readable where it lies, and its lock is handed to nobody', async () => {
	expect((await keep()).ok).toBe(true);
	again();
	expect(await vault.reveal('work')).toEqual({
		ok: true,
		value: { secret: CANARY, origin: 'https://api.example.com' }
	});
	expect(await vault.state()).toEqual({
		ok: true,
		value: {
			passphrase: false,
			locked: false,
			keys: [{ name: 'work', origin: 'https://api.example.com', addedAt: 1, usedAt: null }]
		}
	});
	const { text, rows } = await everything();
	expect(text).toContain('work');
	expect(text).not.toContain(CANARY);
	const lock = rows.find((row) => row['how'] === 'device')?.['key'] as CryptoKey;
	await expect(crypto.subtle.exportKey('raw', lock)).rejects.toThrow(/extractable/i);
});

test('with a passphrase a new session is locked, a wrong one says so, the right one opens', async () => {
	await keep();
	expect((await vault.setPassphrase(WORDS)).ok).toBe(true);
	expect(await vault.reveal('work'), 'it was just set, so it is open').toMatchObject({ ok: true });
	again();
	expect(await vault.state()).toMatchObject({ value: { passphrase: true, locked: true } });
	expect(await vault.reveal('work')).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	expect(await keep()).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	for (const guess of ['', 'Correct horse battery', `${WORDS} `]) {
		expect(await vault.unlock(guess)).toMatchObject({
			ok: false,
			failure: {
				code: 'key.wrong-passphrase',
				message: expect.stringContaining('not the passphrase') as string
			}
		});
	}
	expect(await vault.state()).toMatchObject({ value: { locked: true } });
	expect((await vault.unlock(WORDS)).ok).toBe(true);
	expect(await vault.reveal('work')).toMatchObject({ ok: true, value: { secret: CANARY } });
	vault.hold(null);
	expect(await vault.reveal('work')).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	expect((await everything()).rows.find((row) => row['id'] === 'lock')).toMatchObject({ rounds: 600_000 });
});

test('what one tab opened it with opens it in another, until the passphrase changes', async () => {
	await keep();
	await vault.setPassphrase(WORDS);
	const other = new KeyVault(name);
	const opened = await vault.unlock(WORDS);
	other.hold(opened.ok ? opened.value : null);
	expect(await other.reveal('work')).toMatchObject({ ok: true, value: { secret: CANARY } });
	expect((await vault.setPassphrase('another passphrase')).ok).toBe(true);
	expect(await other.reveal('work')).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	expect(await vault.reveal('work')).toMatchObject({ ok: true });
	other.close();
});

test('a passphrase is removed by who knows it only, and is not too short', async () => {
	await keep();
	expect(await vault.setPassphrase('short')).toMatchObject({ failure: { code: 'key.short-passphrase' } });
	await vault.setPassphrase(WORDS);
	again();
	expect(await vault.setPassphrase(null)).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	await vault.unlock(WORDS);
	expect((await vault.setPassphrase(null)).ok).toBe(true);
	again();
	expect(await vault.reveal('work')).toMatchObject({ ok: true, value: { secret: CANARY } });
});

test('the first use binds a key to its server; nothing stored can give it another', async () => {
	await keep(null);
	expect((await vault.used('work', 'https://api.example.com', 5)).ok).toBe(true);
	await vault.used('work', 'https://evil.example', 6);
	expect(await vault.state()).toMatchObject({
		value: { keys: [{ origin: 'https://api.example.com', usedAt: 6 }] }
	});
	const database = await new Promise<IDBDatabase>((resolve) => {
		const open = indexedDB.open(name);
		open.onsuccess = () => resolve(open.result);
	});
	const { rows } = await everything();
	const row = rows.find((one) => one['name'] === 'work');
	const changing = database.transaction('keys', 'readwrite');
	changing.objectStore('keys').put({ ...row, origin: 'https://evil.example' });
	await new Promise((resolve) => (changing.oncomplete = resolve));
	database.close();
	expect(await vault.reveal('work')).toMatchObject({ ok: false, failure: { code: 'key.damaged' } });
});

test('replaced, forgotten, wiped', async () => {
	await keep();
	await keep('https://api.example.com', 'work', 'sk-newer');
	expect(await vault.reveal('work')).toMatchObject({ value: { secret: 'sk-newer' } });
	await vault.forget('work');
	expect(await vault.reveal('work')).toMatchObject({ ok: false, failure: { code: 'key.missing' } });
	await keep();
	await vault.setPassphrase(WORDS);
	await vault.wipe();
	expect((await everything()).rows).toEqual([]);
	expect(await vault.state()).toMatchObject({ value: { passphrase: false, locked: false, keys: [] } });
});

test('two that begin together end with one lock', async () => {
	const other = new KeyVault(name);
	await Promise.all([
		keep(null, 'one', 'sk-1'),
		other.put({ name: 'two', secret: 'sk-2', origin: null, at: 1 })
	]);
	expect(await vault.reveal('two')).toMatchObject({ ok: true, value: { secret: 'sk-2' } });
	expect(await other.reveal('one')).toMatchObject({ ok: true, value: { secret: 'sk-1' } });
	other.close();
});
