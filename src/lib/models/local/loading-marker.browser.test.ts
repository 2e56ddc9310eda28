import { afterEach, expect, test } from 'vitest';
import { forgetLoading, leftBehind, marked, type LoadingMarker } from './loading-marker';

const marker: LoadingMarker = { key: 'test/model', title: 'Test model', at: 1_000 };
afterEach(() => forgetLoading(marker.key));

test('there is a note while a model is loaded, and none after, however that went', async () => {
	expect(await leftBehind(marker.key)).toBeNull();
	let during: unknown;
	expect(
		await marked(marker, async () => {
			during = await leftBehind(marker.key);
			return 'loaded';
		})
	).toBe('loaded');
	// It was there, but held by a living tab.
	expect(during).toBeNull();
	await expect(marked(marker, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
	expect(await leftBehind(marker.key)).toBeNull();
});

test('a worker that ends in the middle leaves its note behind, until the person was told', async () => {
	const worker = new Worker(new URL('./loading-marker.test-worker.ts', import.meta.url), { type: 'module' });
	await new Promise((loading) => worker.addEventListener('message', loading, { once: true }));
	expect(await leftBehind(marker.key)).toBeNull();
	worker.terminate();
	await expect.poll(() => leftBehind(marker.key)).toEqual(marker);
	await forgetLoading(marker.key);
	expect(await leftBehind(marker.key)).toBeNull();
});
