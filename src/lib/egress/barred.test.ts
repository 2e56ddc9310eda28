import { seal } from '$lib/pass';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { asking } from './asking';

beforeEach(() => {
	const kept = new Map<string, Response>();
	const cache = {
		put: async (key: string, value: Response) => void kept.set(key, value),
		match: async (key: string) => kept.get(key)
	};
	vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

test('the guard of a worker bars every call of a sealed run, by its id, and no other', async () => {
	await seal('run-1');
	expect(await asking('model', 'run-1/draft/1.1').barred()).toMatchObject({ code: 'egress.sealed' });
	expect(await asking('act', 'run-1/each[3]/send/2.1').barred()).toMatchObject({ code: 'egress.sealed' });
	for (const call of ['run-2/draft/1.1', 'run-10/draft/1.1', 'test-of-a-connection'])
		expect(await asking('model', call).barred()).toBeNull();
});
