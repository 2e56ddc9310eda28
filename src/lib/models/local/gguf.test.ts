import { expect, test } from 'vitest';
import { createHash } from 'node:crypto';
import { gguf, SIZES } from '../../../../tests/support/gguf.mjs';
import { readGguf } from './gguf';

const TINY = gguf(SIZES.tiny);

test('the script writes the same bytes each time, and others for another seed', () => {
	const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
	expect(hash(gguf(SIZES.tiny))).toBe(hash(TINY));
	expect(hash(gguf(SIZES.tiny, 2))).not.toBe(hash(TINY));
});

test('a head says what the model is and how long its file has to be', () => {
	expect(readGguf(TINY)).toEqual({
		ok: true,
		value: {
			name: 'Galley test model 32x1',
			architecture: 'llama',
			context: 65_536,
			layers: 1,
			embedding: 32,
			heads: 2,
			keyHeads: 2,
			parameters: 261 * 32 * 2 + 32 * 32 * 4 + 32 * 32 * 3 + 32 * 3,
			bytes: TINY.length,
			largest: 261 * 32 * 2
		}
	});
});

test('any beginning is a wish for more, never an error and never a model', () => {
	for (let length = 0; length < 7000; length += 97) expect(readGguf(TINY.subarray(0, length))).toBeNull();
});

test.each([
	['<!doctype html><title>Sign in</title>', true],
	['\n <html lang="en">', true],
	['PK\x03\x04 a zip', false],
	['GGUF\x09\x00\x00\x00', null]
])('%j is refused', (text, isPage) => {
	const read = readGguf(Buffer.from(text, 'latin1'));
	expect(read).toMatchObject({
		ok: false,
		failure: isPage === null ? { code: 'gguf.version' } : { code: 'gguf.not-a-model', details: { isPage } }
	});
});

test('a head that lies about its lengths is refused, not believed', () => {
	const lying = Buffer.from(TINY);
	lying.writeBigUInt64LE(2n ** 60n, 24);
	expect(readGguf(lying)).toMatchObject({ ok: false, failure: { code: 'gguf.not-a-model' } });
});

test('a part of a model is refused as that', () => {
	const words = (text: string) => [...u64(text.length), ...Buffer.from(text)];
	const u64 = (value: number) => [value, 0, 0, 0, 0, 0, 0, 0];
	const u16 = (key: string, value: number) => [...words(key), 2, 0, 0, 0, value, 0];
	const head = [...Buffer.from('GGUF'), 3, 0, 0, 0, ...u64(0), ...u64(2)];
	const part = Uint8Array.from([...head, ...u16('split.no', 1), ...u16('split.count', 3)]);
	expect(readGguf(part)).toMatchObject({
		ok: false,
		failure: { code: 'gguf.split', details: { part: 2, parts: 3 } }
	});
});
