import { prebuiltAppConfig } from '@mlc-ai/web-llm';
import { describe, expect, test } from 'vitest';
import type { Adapter } from '../device';
import { judge, judgeSpace } from './judge';
import { listedModels, originsOf, recordFor, sourceOf } from './record';

const GB = 2 ** 30;
const adapter: Adapter = {
	vendor: 'test',
	architecture: 'test',
	name: '',
	isSoftware: false,
	f16: true,
	maxBuffer: 2 * GB,
	maxBinding: GB,
	workgroupStorage: 32768,
	buffersPerStage: 10
};
const room = { disk: 10 * GB, memory: 8 * GB };

async function source(model: string) {
	const found = await sourceOf({ model });
	if (!found.ok) throw new Error(found.failure.message);
	return found.value;
}

test('the list is that of the installed package, without what is no chat model', async () => {
	const installed = prebuiltAppConfig.model_list.filter((one) => !one.model_type && !one.model_manifest);
	expect(await listedModels()).toEqual(installed);
	expect(installed.length).toBeGreaterThan(100);
});

describe('a choice', () => {
	test('of the list is found, and kept under names that no network knows', async () => {
		const found = await source('Qwen2.5-0.5B-Instruct-q4f16_1-MLC');
		expect(found.files).toBe('https://huggingface.co/mlc-ai/Qwen2.5-0.5B-Instruct-q4f16_1-MLC/resolve/main/');
		expect(originsOf(found)).toEqual(['https://huggingface.co', 'https://raw.githubusercontent.com']);
		const { model, model_lib, overrides } = recordFor(found);
		expect(new URL(model).hostname).toMatch(/^[0-9a-f]{32}\.webllm\.invalid$/);
		expect(new URL(model_lib).origin).toBe(new URL(model).origin);
		expect(overrides).toEqual({ context_window_size: 4096 });
	});

	test('of one’s own needs both addresses', async () => {
		const [filesUrl, libraryUrl] = ['http://localhost:8000/m', 'http://localhost:8000/lib.wasm'];
		const own = await sourceOf({ model: 'mine-q4f32', filesUrl, libraryUrl });
		expect(own).toMatchObject({
			ok: true,
			value: {
				files: 'http://localhost:8000/m/resolve/main/',
				library: libraryUrl,
				needsF16: false,
				memory: null
			}
		});
		// WebLLM fetches a library anew each time if “localhost” is in its address.
		expect(own.ok && recordFor(own.value).model_lib).not.toContain('localhost');
		expect(await sourceOf({ model: 'mine', filesUrl })).toMatchObject({
			failure: { code: 'model.bad-settings' }
		});
		expect(await sourceOf({ model: 'nobody' })).toMatchObject({ failure: { code: 'model.unknown-model' } });
	});

	test('another version of the same files is another model', async () => {
		const given = { model: 'a', filesUrl: 'https://a.test/m', libraryUrl: 'https://a.test/1.wasm' };
		const [one, two] = [
			await sourceOf(given),
			await sourceOf({ ...given, libraryUrl: 'https://a.test/2.wasm' })
		];
		expect(one.ok && two.ok && one.value.kept.files !== two.value.kept.files).toBe(true);
	});
});

describe('this device is judged before anything is downloaded', () => {
	test.each([
		['no graphics device', null, 'model.no-webgpu'],
		['no 16-bit numbers', { ...adapter, f16: false }, 'model.no-f16'],
		['buffers too small', { ...adapter, maxBuffer: 2 ** 27 }, 'model.gpu-too-small'],
		['bindings too small', { ...adapter, maxBinding: 2 ** 26 }, 'model.gpu-too-small'],
		['too little in a group', { ...adapter, workgroupStorage: 16384 }, 'model.gpu-too-small'],
		['too few buffers', { ...adapter, buffersPerStage: 8 }, 'model.gpu-too-small'],
		['enough of all', adapter, undefined]
	])('%s', async (_, found, code) => {
		// Its entry lists no feature that it needs; only its name says so.
		expect(judge(await source('Qwen2.5-0.5B-Instruct-q4f16_1-MLC'), found, room)?.code).toBe(code);
	});

	test('the same model with 32-bit numbers needs no more than the rest', async () => {
		const f32 = await source('Qwen2.5-0.5B-Instruct-q4f32_1-MLC');
		expect(judge(f32, { ...adapter, f16: false }, room)).toBeNull();
	});

	test('little memory, where the browser tells', async () => {
		const big = await source('Llama-3.1-8B-Instruct-q4f16_1-MLC');
		expect(judge(big, adapter, { ...room, memory: 4 * GB })?.code).toBe('model.no-memory');
		// At this browsers stop counting, and some tell nothing.
		for (const memory of [8 * GB, null]) expect(judge(big, adapter, { ...room, memory })).toBeNull();
	});

	test('little room on the disk', async () => {
		const small = await source('Qwen2.5-0.5B-Instruct-q4f16_1-MLC');
		expect(judgeSpace(small, 2 * GB, { ...room, disk: GB })).toMatchObject({ code: 'model.no-space' });
		expect(judgeSpace(small, 2 * GB, room)).toBeNull();
		expect(judgeSpace(small, 2 * GB, { ...room, disk: null })).toBeNull();
	});
});
