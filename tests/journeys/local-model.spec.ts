import { gguf, SIZES } from '../support/gguf.mjs';
import { expect, offlineReady, test } from './fixtures';
import { ask, bringIn, files, isEnded, openModelWorker } from './model-worker';

/** A real model of 55 kB in the real runtime, in the built app's own model worker. It writes nonsense, but properly. */
const TINY = gguf(SIZES.tiny);

const SCHEMA = {
	type: 'object',
	properties: {
		title: { type: 'string', maxLength: 20 },
		kind: { type: 'string', enum: ['news', 'offer', 'other'] },
		count: { type: 'integer', minimum: 0, maximum: 9 },
		tags: { type: 'array', items: { type: 'string', maxLength: 6 }, minItems: 1, maxItems: 3 },
		urgent: { type: 'boolean' },
		note: { anyOf: [{ type: 'string', maxLength: 8 }, { type: 'null' }] }
	},
	required: ['title', 'kind', 'count', 'tags', 'urgent', 'note'],
	additionalProperties: false
};

test.describe('a model of this device', () => {
	test.setTimeout(180_000);

	test('loads, streams, counts, stops where it is told, and says the same again for the same seed', async ({
		page
	}) => {
		await openModelWorker(page);
		const brought = await bringIn<{ ok: boolean; value: { key: string; state: string } }>(
			page,
			'tiny.gguf',
			TINY
		);
		expect(brought).toMatchObject({ ok: true, value: { state: 'ready' } });
		const { key } = brought.value;

		// Given up while it is loaded: that ends the load, and is no reason not to load it again.
		const given = await ask(page, { key, stopIn: 'compile' });
		expect(given.outcome).toMatchObject({ ok: false, failure: { code: 'model.stopped' } });
		expect(given.phases).not.toContain('ready');

		const first = await ask(page, { key, maxTokens: 64, more: { temperature: 0.9, seed: 11 } });
		expect(first.outcome).toMatchObject({ ok: true, value: { model: 'tiny' } });
		expect(first.pieces.join('')).toBe(first.outcome.value?.text);
		expect(first.phases).toEqual(['compile', 'read', 'check', 'ready']);
		expect(first.outcome.value?.usage.input).toBeGreaterThan(0);
		expect(first.outcome.value?.usage.output).toBeGreaterThan(0);

		const again = await ask(page, { key, maxTokens: 64, more: { temperature: 0.9, seed: 11 } });
		expect(again.outcome.value?.text).toBe(first.outcome.value?.text);
		expect(again.phases).toEqual([]);
		const other = await ask(page, { key, maxTokens: 64, more: { temperature: 0.9, seed: 12 } });
		expect(other.outcome.value?.text).not.toBe(first.outcome.value?.text);

		const short = await ask(page, { key, maxTokens: 3, more: { temperature: 0.9, seed: 11 } });
		expect(short.outcome.value).toMatchObject({ finish: 'length', usage: { output: 3 } });

		const long = await ask(page, { key, user: 'word '.repeat(3000), more: { context: 512 } });
		expect(long.outcome).toMatchObject({ ok: false, failure: { code: 'model.too-long', retryable: false } });
		expect(long.outcome.failure?.message).toMatch(/\d,\d{3} tokens long, and it takes 512/);

		const stopped = await ask(page, {
			key,
			maxTokens: 4000,
			more: { temperature: 0.9, seed: 11 },
			stopAfterPieces: 1
		});
		expect(stopped.outcome).toMatchObject({ ok: false, failure: { code: 'model.stopped' } });
		expect(stopped.outcome.kept).not.toBe('');
		const after = await ask(page, { key, maxTokens: 64, more: { temperature: 0.9, seed: 11 } });
		expect(after.outcome.value?.text).toBe(first.outcome.value?.text);
	});

	test('holds 30 of 30 answers with 30 seeds to a form', async ({ page }) => {
		await openModelWorker(page);
		const brought = await bringIn<{ value: { key: string } }>(page, 'tiny.gguf', TINY);
		let held = 0;
		for (let seed = 1; seed <= 30; seed += 1) {
			const { outcome } = await ask(page, {
				key: brought.value.key,
				schema: SCHEMA,
				more: { temperature: 1, seed }
			});
			if (!outcome.ok) throw new Error(`seed ${seed}: ${outcome.failure?.message}`);
			const value = JSON.parse(outcome.value?.text ?? '') as Record<string, unknown>;
			expect(Object.keys(value)).toEqual(['title', 'kind', 'count', 'tags', 'urgent', 'note']);
			expect(String(value['title']).length).toBeLessThanOrEqual(20);
			expect(['news', 'offer', 'other']).toContain(value['kind']);
			expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(value['count']);
			expect((value['tags'] as string[]).length).toBeGreaterThan(0);
			expect(typeof value['urgent']).toBe('boolean');
			held += 1;
		}
		expect(held).toBe(30);
	});

	test('answers after a reload without a network, once it was loaded', async ({ page, context }) => {
		await openModelWorker(page);
		await offlineReady(page);
		const brought = await bringIn<{ value: { key: string } }>(page, 'tiny.gguf', TINY);
		const { key } = brought.value;
		const before = await ask(page, { key, maxTokens: 32 });
		expect(before.outcome.ok).toBe(true);
		await context.setOffline(true);
		await page.reload();
		const after = await ask(page, { key, maxTokens: 32 });
		expect(after.outcome.value?.text).toBe(before.outcome.value?.text);
	});

	test('a web page and a cut file are refused before they are kept', async ({ page }) => {
		await openModelWorker(page);
		const html = Buffer.from('<!doctype html><title>Sign in to this network</title>'.padEnd(90_000, ' '));
		expect(await bringIn(page, 'model.gguf', html)).toMatchObject({
			ok: false,
			failure: { code: 'gguf.not-a-model', message: expect.stringContaining('A web page came') }
		});
		expect(await bringIn(page, 'cut.gguf', TINY.subarray(0, 40_000))).toMatchObject({
			ok: false,
			failure: { code: 'model-file.cut-off' }
		});
	});

	test('a file that was changed on the disk is not used, and says so', async ({ page }) => {
		await openModelWorker(page);
		const brought = await bringIn<{ value: { key: string } }>(page, 'tiny.gguf', TINY);
		const { key } = brought.value;
		await page.evaluate(async (folder) => {
			const root = await navigator.storage.getDirectory();
			const model = await (await root.getDirectoryHandle('models')).getDirectoryHandle(folder);
			const writable = await (
				await model.getFileHandle('weights.gguf')
			).createWritable({
				keepExistingData: true
			});
			await writable.truncate(20_000);
			await writable.close();
		}, key);
		expect((await ask(page, { key })).outcome).toMatchObject({
			ok: false,
			failure: { code: 'model.local-damaged', retryable: false }
		});
		expect((await ask(page, { key: 'nobody' })).outcome).toMatchObject({
			ok: false,
			failure: { code: 'model.local-missing' }
		});
	});

	test('a tab that ends while it loads is explained, and nothing is loaded again by itself', async ({
		page
	}) => {
		await openModelWorker(page);
		const brought = await bringIn<{ value: { key: string } }>(page, 'tiny.gguf', TINY);
		const { key } = brought.value;
		const before = (await files<{ key: string; endedLoading: boolean }[]>(page, 'listModels'))[0];
		expect(before).toMatchObject({ key, endedLoading: false });
		// The worker goes while it loads: the note on the disk is what is left of it.
		void ask(page, { key, endIn: 'compile' }).catch(() => null);
		await expect.poll(() => isEnded(page)).toBe(true);
		await page.reload();
		expect((await ask(page, { key })).outcome).toMatchObject({
			ok: false,
			failure: { code: 'model.load-killed', retryable: false }
		});
		expect((await files<{ endedLoading: boolean }[]>(page, 'listModels'))[0]?.endedLoading).toBe(true);
		await files(page, 'allowModel', key);
		expect((await ask(page, { key, maxTokens: 8 })).outcome.ok).toBe(true);
	});

	test('deleting everything deletes the models, too', async ({ page }) => {
		await openModelWorker(page);
		const { value } = await bringIn<{ value: { key: string } }>(page, 'tiny.gguf', TINY);
		await ask(page, { key: value.key, maxTokens: 4 });
		await page.evaluate(async () => {
			const cache = await caches.open('webllm/model');
			await cache.put('https://model.webllm.invalid/resolve/main/shard.bin', new Response('weights'));
		});
		await page.goto('/settings');
		await page.getByRole('button', { name: 'Delete everything…' }).click();
		await page.getByRole('textbox', { name: /To go on, type/ }).fill('delete everything');
		await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
		await expect(page.getByRole('button', { name: /Start from the weekly report/ })).toBeVisible();
		const left = await page.evaluate(async () => {
			const folders: string[] = [];
			const root = await navigator.storage.getDirectory();
			for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys())
				folders.push(name);
			return { folders, caches: (await caches.keys()).filter((name) => name.startsWith('webllm')) };
		});
		expect(left.folders).not.toContain('models');
		expect(left.caches).toEqual([]);
	});
});
