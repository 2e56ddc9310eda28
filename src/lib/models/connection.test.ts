import type { ProviderChoice } from '$lib/core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startModelServer, type ModelServer } from '../../../tests/support/model-server.mjs';
import { testConnection, type ConnectionCheck } from './index';

const KEY = 'sk-canary-8c1f/9+x';

let server: ModelServer;
beforeAll(async () => {
	server = await startModelServer({ models: ['tester', 'claude-sonnet-4-5', 'gemini-2.5-flash'] });
});
afterAll(() => server.close());
afterEach(() => server.reset());

const PROTOCOLS = [
	{ id: 'openai-compatible', model: 'tester', path: '/v1' },
	{ id: 'anthropic', model: 'claude-sonnet-4-5', path: '/v1' },
	{ id: 'google', model: 'gemini-2.5-flash', path: '/v1beta' }
];

async function look(
	choice: Partial<ProviderChoice> & { id: string },
	behaviour: string | null = null,
	key = KEY
) {
	server.behaviour = behaviour;
	const told: ConnectionCheck[] = [];
	const checks = await testConnection(
		{ title: 'The server', onDevice: false, config: {}, key: 'work', ...choice },
		{
			fetch: (input, init) => fetch(input, { ...init, redirect: 'error' }),
			signal: new AbortController().signal,
			onText: () => undefined,
			knock: async () => true,
			...(key ? { key } : {})
		},
		(check) => told.push(check)
	);
	expect(JSON.stringify(checks)).not.toContain(KEY);
	expect(checks.map(({ id }) => id)).toEqual(['reach', 'key', 'model', 'stream', 'json']);
	for (const check of checks) {
		expect(told).toContainEqual(check);
		expect(check.says).toMatch(/\.$/);
	}
	return Object.fromEntries(checks.map((check) => [check.id, check])) as Record<string, ConnectionCheck>;
}
const states = (checks: Record<string, ConnectionCheck>) => Object.values(checks).map(({ state }) => state);
const SKIPPED = 'skipped';

describe.each(PROTOCOLS)('$id', ({ id, model, path }) => {
	const choice = () => ({ id, config: { baseUrl: `${server.url}${path}`, model } });

	test('everything works', async () => {
		const checks = await look(choice());
		expect(states(checks)).toEqual(Array(5).fill('ok'));
		expect(checks['key']?.says).toBe('The key “work” was accepted.');
		expect(checks['model']?.says).toContain(`“${model}” is one of the 3 that the server lists.`);
		expect(server.lists).toHaveLength(1);
		expect(server.requests).toHaveLength(2);
	});

	test('a key that is refused is not tried further', async () => {
		const checks = await look(choice(), 'status-401');
		expect(states(checks)).toEqual(['ok', 'failed', SKIPPED, SKIPPED, SKIPPED]);
		expect(checks['key']?.says).toContain('did not accept the key (401)');
		expect(server.requests).toHaveLength(0);
	});

	test('a model that the list does not name is said to be so; one that is not there fails', async () => {
		const config = { ...choice().config, model: 'nobody-knows' };
		expect((await look({ id, config }))['model']?.says).toContain('the server’s list does not name it');
		const checks = await look({ id, config }, 'status-404');
		expect(states(checks)).toEqual(['ok', SKIPPED, 'failed', SKIPPED, SKIPPED]);
	});

	test('a server that refuses in its own way: what its list says of the model is said all the same', async () => {
		expect((await look(choice(), 'cut'))['model']).toMatchObject({
			state: 'ok',
			says: `“${model}” is one of the 3 that the server lists.`
		});
		const config = { ...choice().config, model: 'nobody-knows' };
		const checks = await look({ id, config }, 'cut');
		expect(checks['model']).toMatchObject({ state: 'weak' });
		expect(checks['model']?.says).toContain('“nobody-knows” is none of the 3 that the server lists');
		expect(checks['stream']?.state).toBe('failed');
	});

	test('a stream that breaks off fails where streams are looked at', async () => {
		const checks = await look(choice(), 'cut');
		expect(checks['stream']).toMatchObject({ state: 'failed' });
		expect(checks['reach']?.state).toBe('ok');
	});

	test('prose where typed data was asked fails the last check alone', async () => {
		const checks = await look(choice(), 'prose');
		expect(checks['json']).toMatchObject({ state: 'failed' });
		expect(states(checks).slice(0, 4)).toEqual(['ok', 'ok', 'ok', 'ok']);
	});

	test('nobody there: what to do, and nothing more is tried', async () => {
		const checks = await look({ id, config: { ...choice().config, baseUrl: `http://127.0.0.1:1${path}` } });
		expect(states(checks)).toEqual(['failed', SKIPPED, SKIPPED, SKIPPED, SKIPPED]);
		expect(checks['reach']?.says).toContain('does not let the address of this page read its answers (CORS)');
	});
});

test('without a key it is said that none was asked for', async () => {
	const choice = { id: 'openai-compatible', config: { baseUrl: server.baseUrl, model: 'tester' } };
	expect((await look(choice, null, ''))['key']?.says).toBe('It answered without a key.');
});

test('a server that takes no schema is weak there, not broken', async () => {
	const choice = { id: 'openai-compatible', config: { baseUrl: server.baseUrl, model: 'tester' } };
	const checks = await look(choice, 'no-schema');
	expect(checks['json']).toMatchObject({ state: 'weak' });
	expect(checks['json']?.says).toContain('does not take a schema');
});

test('what runs on the device is tried in the same way', async () => {
	const checks = await look({ id: 'built-in', onDevice: true, title: 'Built-in' });
	expect(checks['reach']?.says).toContain('on this device');
	// It says which of the values it did not find.
	expect(checks['json']?.state).toBe('weak');
	expect(server.requests).toHaveLength(0);
});
