import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test, vi } from 'vitest';
import type { Document, FileFormat } from './contract';
import { beginReading, type Reading } from './reading';
import { formatOf, formats, readFile } from './registry';

/** What holds for every format. Some need a browser, so the suite runs in both places. */

export const encode = (text: string) => new TextEncoder().encode(text);

/** The bytes of a format's example. */
export function exampleBytes({ example: { content } }: FileFormat): Uint8Array {
	if (typeof content === 'string') return encode(content);
	if ('base64' in content) return Uint8Array.from(atob(content.base64), (char) => char.charCodeAt(0));
	return zipSync(
		Object.fromEntries(Object.entries(content.entries).map(([path, text]) => [path, encode(text)])),
		{ level: 0 }
	);
}

const CODE = /^(?:file|json|jsonl|yaml|subtitles)\.[a-z-]+$/;

function reading(name: string): Reading {
	return beginReading(name, (file) => readFile(file), { limits: { seconds: 20 } });
}

export function conformance(chosen: readonly FileFormat[], runs: number): void {
	// Properties take their time on a busy machine.
	vi.setConfig({ testTimeout: 120_000 });
	describe.each(chosen.map((format) => [format.id, format] as const))('%s', (_, format) => {
		const { name, expect: expected } = format.example;
		const bytes = exampleBytes(format);
		const isBinary = 'sniff' in format;

		test('reads its example as it says', async () => {
			if (Object.keys(expected).length === 0) return;
			const read = await format.read({ name, bytes }, reading(name));
			expect(read).toMatchObject({ ok: true, value: { name, media: format.media, ...expected } });
		});

		test('its example is read as this format, by any name', async () => {
			for (const called of [name, 'a', format.sniff ? 'a.csv' : name]) {
				const read = await readFile({ name: called, bytes });
				if (Object.keys(expected).length === 0) continue;
				if (!read.ok) throw new Error(read.failure.message);
				if (format.sniff) expect(read.value.media).toBe(format.media);
				checkInvariants(read);
			}
		});

		test('is found by each of its extensions, in any case', () => {
			for (const extension of format.extensions) {
				expect(formatOf(`a.b.${extension.toUpperCase()}`)).toBe(format);
			}
			const rivals = formats.filter((each) => each.extensions.some((one) => format.extensions.includes(one)));
			expect(rivals).toEqual([format]);
		});

		test('says what is wrong with bad files, in whole sentences', async () => {
			const bad: [bytes: Uint8Array, code: RegExp][] = [
				[new Uint8Array(), /^file\.empty$/],
				[encode(' \r\n\t\n'), /^file\.empty$/],
				[Uint8Array.of(0xef, 0xbb, 0xbf), /^file\.empty$/],
				[Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 1, 2), /^file\.(?:corrupt|binary)$/],
				[Uint8Array.from({ length: 300 }, (_, index) => index % 32), /^file\.(?:binary|corrupt)$/],
				[new Uint8Array(50 * 1024 * 1024 + 1).fill(0x61), /^file\.too-large$/],
				[bytes.slice(0, Math.floor(bytes.length * 0.6)), format.sniff ? /^file\./ : /./]
			];
			for (const [broken, code] of bad) {
				const read = await readFile({ name, bytes: broken });
				if (read.ok && String(code) === '/./') continue;
				if (read.ok && format.id === 'pdf') continue;
				if (read.ok) throw new Error(`${String(code)} was read`);
				expect(read.failure.code).toMatch(String(code) === '/./' ? CODE : code);
				expect(read.failure.message).toContain(name);
				expect(read.failure.message).toMatch(/ again\.$/);
				expect(read.failure.retryable).toBe(false);
			}
		});

		test('never throws, whatever the bytes', async () => {
			await fc.assert(
				fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (broken) =>
					checkInvariants(await readFile({ name, bytes: broken }))
				),
				{ numRuns: runs }
			);
		});

		test('never throws, however its own bytes are damaged', async () => {
			const damage = fc.array(
				fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), to: fc.integer({ min: 0, max: 255 }) }),
				{ minLength: 1, maxLength: 12 }
			);
			await fc.assert(
				fc.asyncProperty(damage, async (changes) => {
					const broken = bytes.slice();
					for (const { at, to } of changes) broken[Math.floor(at * (broken.length - 1))] = to;
					checkInvariants(await readFile({ name, bytes: broken }));
				}),
				{ numRuns: runs }
			);
		});

		test('stops when it is told to', async () => {
			const stop = new AbortController();
			stop.abort();
			const read = await readFile({ name, bytes }, { signal: stop.signal });
			if (!read.ok) expect(read.failure.code).toBe('file.cancelled');
			else expect(isBinary).toBe(false);
		});

		if (isBinary) return;
		test('reads UTF-16 and windows-1252, and says so', async () => {
			const text = new TextDecoder().decode(bytes).replace('Anna', 'Zoë');
			const wide = new Uint8Array(Uint16Array.from(`\uFEFF${text}`, (char) => char.charCodeAt(0)).buffer);
			const swapped = wide.slice();
			for (let at = 0; at < swapped.length; at += 2) {
				[swapped[at], swapped[at + 1]] = [wide[at + 1] ?? 0, wide[at] ?? 0];
			}
			for (const variant of [wide, swapped]) {
				const read = await format.read({ name, bytes: variant }, reading(name));
				if (!read.ok) throw new Error(read.failure.message);
				expect(read.value.warnings.join(' ')).toContain('UTF-16');
			}
		});

		test('never throws, whatever the text', async () => {
			const nasty = fc.string({
				unit: fc.constantFrom(
					...['"', ',', ';', '\t', '|', '\n', '\r', '{', '}', ' ', 'a', '1', 'é', '\u2028'],
					...['<', '>', '/', '&', ':', '-', '[', 'BEGIN:', '-->', '<td>', '</p>']
				)
			});
			await fc.assert(
				fc.asyncProperty(nasty, async (text) =>
					checkInvariants(await readFile({ name, bytes: encode(text) }))
				),
				{ numRuns: runs * 2 }
			);
		});
	});
}

/** What holds for every document, and for every failure. */
export function checkInvariants(read: Awaited<ReturnType<typeof readFile>>): void {
	if (!read.ok) {
		expect(read.failure.code, read.failure.message).toMatch(CODE);
		return;
	}
	const { value } = read as { value: Document };
	expect(value.text).not.toContain('\r');
	let end = 0;
	for (const span of value.spans) {
		expect(span.start).toBeGreaterThanOrEqual(end);
		expect(span.end).toBeGreaterThan(span.start);
		expect(span.end).toBeLessThanOrEqual(value.text.length);
		end = span.end;
	}
	for (const part of value.parts ?? []) checkInvariants({ ok: true, value: part });
	if (value.table === null) return;
	const lines = value.text.split('\n');
	expect(lines.pop()).toBe('');
	expect(lines).toHaveLength(value.table.rows + 1);
	expect(new Set(value.table.columns).size).toBe(value.table.columns.length);
}
