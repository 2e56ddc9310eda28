import 'fake-indexeddb/auto';
import type { ProviderChoice } from '$lib/core';
import { KeyVault } from '$lib/storage';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Keys, type KeyMessage } from './keys';
import type { StepSpec } from './protocol';
import { says, TestExecutor } from './testing';

// A passphrase costs what it is meant to cost, more on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const SOON = { timeout: 20_000 };

const CANARY = 'sk-canary-3f9a11';
const HOME = 'https://api.example.com';
const WORDS = 'correct horse battery';
let count = 0;
let name = '';
const vaults: KeyVault[] = [];

/** An executor that notes which keys its model worker has. */
class Noting extends TestExecutor {
	readonly has = new Map<string, { key: string; origin: string | null }>();
	constructor() {
		super(() => says('ready'));
	}
	override setKey(key: string, secret: string, origin: string | null) {
		if (secret) this.has.set(key, { key: secret, origin });
		else this.has.delete(key);
		return Promise.resolve();
	}
}

function tab(others: Keys[] = []) {
	const executor = new Noting();
	const vault = new KeyVault(name);
	vaults.push(vault);
	const tell = (message: KeyMessage) => {
		for (const other of others) if (other !== keys) void other.heard(message);
	};
	const keys = new Keys({ vault, executor, tell, now: () => 1_000_000 });
	others.push(keys);
	return { keys, executor };
}

function choice(baseUrl = `${HOME}/v1`, key: string | undefined = 'work'): ProviderChoice {
	const config = { baseUrl, model: 'm' };
	return { id: 'openai-compatible', title: 'Server', onDevice: false, config, ...(key ? { key } : {}) };
}

beforeEach(() => {
	name = `keys-${++count}`;
});
afterEach(() => {
	for (const vault of vaults.splice(0)) vault.close();
});

const KINDS = ['here', 'now'] as const;

describe.each(KINDS)('a key that is kept “%s”', (kept) => {
	test('goes to the model worker for its server, and to no other', async () => {
		const { keys, executor } = tab();
		await keys.keep({ name: 'work', secret: ` ${CANARY}\n`, origin: HOME, kept });
		expect(await keys.lend(choice())).toMatchObject({ ok: true });
		expect(executor.has.get('work')).toEqual({ key: CANARY, origin: HOME });
		for (const evil of [
			'https://evil.example/v1',
			'https://api.example.com.evil.example',
			`${HOME}:8443/v1`
		]) {
			const refused = await keys.lend(choice(evil));
			expect(refused).toMatchObject({ ok: false, failure: { code: 'key.other-server', retryable: false } });
		}
		expect(JSON.stringify(await keys.list())).not.toContain(CANARY);
		expect(await keys.list()).toMatchObject({ value: { keys: [{ name: 'work', kept, usedAt: 1_000_000 }] } });
	});

	test('without a server is bound to the first that it is used with', async () => {
		const { keys } = tab();
		await keys.keep({ name: 'work', secret: CANARY, origin: null, kept });
		expect((await keys.lend(choice())).ok).toBe(true);
		expect(await keys.lend(choice('https://evil.example'))).toMatchObject({
			failure: { code: 'key.other-server' }
		});
	});

	test('is gone from everywhere once it is forgotten', async () => {
		const { keys, executor } = tab();
		await keys.keep({ name: 'work', secret: CANARY, origin: HOME, kept });
		await keys.lend(choice());
		await keys.forget('work');
		expect(executor.has.size).toBe(0);
		expect(await keys.lend(choice())).toMatchObject({ ok: false, failure: { code: 'key.missing' } });
	});

	test('keeps a file in which it stands from being handed out', async () => {
		const { keys } = tab();
		await keys.keep({ name: 'work', secret: CANARY, origin: HOME, kept });
		expect(await keys.mayGoOut('a report')).toMatchObject({ ok: true });
		const refused = await keys.mayGoOut(JSON.stringify({ text: btoa(`the key: ${CANARY}.`) }));
		expect(refused).toMatchObject({ ok: false, failure: { code: 'export.holds-key' } });
		expect(JSON.stringify(refused)).not.toContain(CANARY);
	});
});

test('a key that is kept here takes the place of one that other tabs hold for now', async () => {
	const others: Keys[] = [];
	const one = tab(others);
	const other = tab(others);
	await other.keys.keep({ name: 'work', secret: 'sk-old', origin: HOME, kept: 'now' });
	await one.keys.keep({ name: 'work', secret: CANARY, origin: HOME, kept: 'here' });
	await other.keys.lend(choice());
	expect(other.executor.has.get('work')?.key).toBe(CANARY);
});

test('a step does not run before its key was lent; one that asks no model runs without', async () => {
	const { keys, executor } = tab();
	const lending = keys.lending(executor);
	const spec = (model: 'any' | 'none') =>
		({
			attemptId: 'a',
			provider: choice(),
			step: { kind: 'none', title: 'A step', permissions: { model } }
		}) as unknown as StepSpec;
	const host = { prepared: async () => undefined, emit: () => undefined, loading: () => undefined };
	const signal = new AbortController().signal;
	const refused = await lending.run(spec('any'), host, signal);
	expect(refused).toMatchObject({ result: { ok: false, failure: { code: 'key.missing' } }, egress: [] });
	expect(executor.ran).toEqual([]);
	await lending.run(spec('none'), host, signal);
	expect(executor.ran).toEqual(['a']);
	expect(await lending.test('t', choice(), () => undefined)).toMatchObject({
		failure: { code: 'key.missing' }
	});
});

test('locking takes back what was lent, in every tab; unlocking in one opens the others', async () => {
	const tabs: Keys[] = [];
	const first = tab(tabs);
	const second = tab(tabs);
	await first.keys.keep({ name: 'work', secret: CANARY, origin: HOME, kept: 'here' });
	expect((await first.keys.setPassphrase(WORDS)).ok).toBe(true);
	await first.keys.lend(choice());
	await expect.poll(() => second.keys.lend(choice()), SOON).toMatchObject({ ok: true });
	await first.keys.lock();
	await expect.poll(() => [first.executor.has.size, second.executor.has.size], SOON).toEqual([0, 0]);
	expect(await second.keys.lend(choice())).toMatchObject({ ok: false, failure: { code: 'key.locked' } });
	expect(await second.keys.mayGoOut('a report')).toMatchObject({ failure: { code: 'export.keys-locked' } });
	expect(await second.keys.unlock('another passphrase')).toMatchObject({
		failure: { code: 'key.wrong-passphrase' }
	});
	expect((await second.keys.unlock(WORDS)).ok).toBe(true);
	await expect.poll(() => first.keys.lend(choice()), SOON).toMatchObject({ ok: true });
});

test('a key for now reaches a tab that is opened later, and wiping takes all', async () => {
	const tabs: Keys[] = [];
	const first = tab(tabs);
	await first.keys.keep({ name: 'work', secret: CANARY, origin: HOME, kept: 'now' });
	await first.keys.keep({ name: 'home', secret: CANARY, origin: HOME, kept: 'here' });
	const later = tab(tabs);
	later.keys.askOthers();
	await expect.poll(() => later.executor.has.get('work')?.key, SOON).toBe(CANARY);
	expect((await first.keys.wipe()).ok).toBe(true);
	expect(await first.keys.list()).toMatchObject({ value: { keys: [] } });
	await expect.poll(() => later.executor.has.size, SOON).toBe(0);
});

test.each([
	['a shortened one', 'sk-abc…xyz', '“…” (U+2026)'],
	['a hidden one', '••••••••', '“•” (U+2022)'],
	['one with what nobody sees', 'sk-abc\u200bdef', 'U+200B'],
	['two lines', 'sk-abc\ndef', 'U+000A']
])('%s is no key that a header could carry: said at once, and not kept', async (_, secret, shown) => {
	const { keys } = tab();
	for (const kept of ['here', 'now'] as const) {
		expect(await keys.keep({ name: 'work', secret, origin: HOME, kept })).toMatchObject({
			failure: { code: 'key.odd-character', message: expect.stringContaining(`, ${shown};`) as string }
		});
	}
	expect(await keys.list()).toMatchObject({ value: { keys: [] } });
});

test('an empty name or key is not kept', async () => {
	const { keys } = tab();
	for (const [given, secret] of [
		['', CANARY],
		['work', '  ']
	] as const) {
		expect(await keys.keep({ name: given, secret, origin: HOME, kept: 'here' })).toMatchObject({
			failure: { code: 'key.empty' }
		});
	}
});
