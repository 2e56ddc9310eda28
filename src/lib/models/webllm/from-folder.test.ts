import { expect, test } from 'vitest';
import { fromFolder } from './from-folder';
import { fileOf, libraryFile } from './kept';
import { sourceOf } from './record';

const file = (name: string, text = 'x') => new File([text], name);
const CONFIG = file('mlc-chat-config.json');

async function mine() {
	const found = await sourceOf({ model: 'mine-q4f32', brought: true });
	if (!found.ok) throw new Error(found.failure.message);
	return found.value;
}
async function opened(files: File[], shelf: 'library' | 'shard') {
	const supply = fromFolder(files);
	if (!supply.ok) throw new Error(supply.failure.message);
	const source = await mine();
	const wanted =
		shelf === 'library' ? libraryFile(source) : fileOf(source, 'params_shard_0.bin', 'webllm/model');
	const { body } = await supply.value.open(wanted, new AbortController().signal);
	return body && new Response(body).text();
}

test.each([
	['of something else', [file('letter.txt')], /holds no model for WebLLM/],
	['of two models', [CONFIG, CONFIG], /holds 2 models/]
])('a folder %s is refused before anything is copied', (_, files, says) => {
	const supply = fromFolder(files);
	expect(supply).toMatchObject({ ok: false, failure: { code: 'model.not-a-model' } });
	expect(supply.ok ? '' : supply.failure.message).toMatch(says);
});

test('files are found by their names; a library by any name, as long as it is the only one', async () => {
	expect(await opened([CONFIG, file('params_shard_0.bin', 'weights')], 'shard')).toBe('weights');
	expect(await opened([CONFIG, file('Mine-v0_2_86.wasm', 'code')], 'library')).toBe('code');
	const two = [CONFIG, file('a.wasm'), file('b.wasm')];
	await expect(opened(two, 'library')).rejects.toThrow(/no compiled library.*several others/);
	await expect(opened([CONFIG], 'shard')).rejects.toThrow('The folder has no params_shard_0.bin');
});

test('a model from a folder asks no host, and its context is part of what it is loaded with', async () => {
	const source = await mine();
	expect(source).toMatchObject({ brought: true, context: null });
	const longer = await sourceOf({ model: 'mine-q4f32', brought: true, context: 8192 });
	expect(longer).toMatchObject({
		value: { context: 8192, overrides: { context_window_size: 8192 }, kept: source.kept }
	});
	const listed = await sourceOf({ model: 'Qwen2.5-0.5B-Instruct-q4f16_1-MLC' });
	expect(listed).toMatchObject({ value: { context: 4096, brought: false } });
});
