import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import type { Document } from './contract';
import { formatOf, formats, readFile } from './index';

// Properties take their time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const encode = (text: string) => new TextEncoder().encode(text);

test('the registry knows the formats of this release', () => {
	expect(formats.map((format) => format.id)).toEqual(['csv', 'json', 'markdown', 'text', 'tsv']);
});

describe.each(formats.map((format) => [format.id, format] as const))('%s', (_, format) => {
	const { name, content, expect: expected } = format.example;

	test('reads its example as it says', async () => {
		const read = await format.read({ name, bytes: encode(content) });
		expect(read).toMatchObject({ ok: true, value: { name, media: format.media, ...expected } });
	});

	test('is found by each of its extensions, in any case', () => {
		for (const extension of format.extensions) {
			expect(formatOf(`a.b.${extension.toUpperCase()}`)).toBe(format);
		}
		expect(formats.filter((each) => each.extensions.some((one) => format.extensions.includes(one)))).toEqual([
			format
		]);
	});

	test('says what is wrong with bad files, in whole sentences', async () => {
		const bad: [bytes: Uint8Array, code: string][] = [
			[new Uint8Array(), 'file.empty'],
			[encode(' \r\n\t\n'), 'file.empty'],
			[Uint8Array.of(0xef, 0xbb, 0xbf), 'file.empty'],
			[Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 1, 2), 'file.binary'],
			[Uint8Array.from({ length: 300 }, (_, index) => index % 32), 'file.binary'],
			[new Uint8Array(25 * 1024 * 1024 + 1).fill(0x61), 'file.too-large']
		];
		for (const [bytes, code] of bad) {
			const read = await format.read({ name, bytes });
			if (read.ok) throw new Error(`${code} was read`);
			expect(read.failure.code).toBe(code);
			expect(read.failure.message).toContain(`“${name}”`);
			expect(read.failure.message).toMatch(/ again\.$/);
			expect(read.failure.retryable).toBe(false);
		}
	});

	test('reads UTF-16 and windows-1252, and says so', async () => {
		const text = content.includes('Anna') ? content.replace('Anna', 'Zoë') : content;
		const wide = new Uint8Array(Uint16Array.from(`\uFEFF${text}`, (char) => char.charCodeAt(0)).buffer);
		const swapped = wide.slice();
		for (let at = 0; at < swapped.length; at += 2) {
			[swapped[at], swapped[at + 1]] = [wide[at + 1] ?? 0, wide[at] ?? 0];
		}
		for (const bytes of [wide, swapped]) {
			const read = await format.read({ name, bytes });
			if (!read.ok) throw new Error(read.failure.message);
			expect(read.value.warnings.join(' ')).toContain('UTF-16');
		}
	});

	test('never throws, whatever the bytes', async () => {
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) =>
				checkInvariants(await format.read({ name, bytes }))
			)
		);
	});

	test('never throws, whatever the text', async () => {
		const nasty = fc.string({
			unit: fc.constantFrom('"', ',', ';', '\t', '|', '\n', '\r', '{', '}', ' ', 'a', '1', 'é', '\u2028')
		});
		await fc.assert(
			fc.asyncProperty(nasty, async (text) =>
				checkInvariants(await format.read({ name, bytes: encode(text) }))
			),
			{ numRuns: 400 }
		);
	});
});

test('readFile never throws, whatever the name and the bytes', async () => {
	await fc.assert(
		fc.asyncProperty(fc.string(), fc.uint8Array({ maxLength: 200 }), async (name, bytes) =>
			checkInvariants(await readFile({ name, bytes }))
		)
	);
});

/** What holds for every document, and for every failure. */
function checkInvariants(read: Awaited<ReturnType<typeof readFile>>): void {
	if (!read.ok) {
		expect(read.failure.code).toMatch(/^(file|json)\.[a-z-]+$/);
		return;
	}
	const { value } = read as { value: Document };
	expect(value.text).not.toContain('\r');
	if (value.table === null) return;
	const lines = value.text.split('\n');
	expect(lines.pop()).toBe('');
	expect(lines).toHaveLength(value.table.rows + 1);
	expect(new Set(value.table.columns).size).toBe(value.table.columns.length);
}
