import { outputFormat, outputFormats } from '$lib/exports';
import { readFile } from '$lib/files';
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';

const REPORT = `# Week 12

Refunds **rose** by 3 %, see [the list](https://example.org/x).

- North
  - Oslo
- South

1. First

| region | sum | note |
| --- | --- | --- |
| North | 12.5 | =1+1 |
| South | 007 | a, "b" |

<script>alert(1)</script>
`;

async function made(id: string, content: unknown = REPORT, media = 'text/markdown') {
	const format = await outputFormat(id);
	const result = await format?.make({ content: content as string, media });
	if (!format || !result?.ok) throw new Error(result && !result.ok ? result.failure.message : 'no format');
	const bytes = typeof result.value === 'string' ? new TextEncoder().encode(result.value) : result.value;
	return { bytes, name: `report.${format.extension}`, text: new TextDecoder().decode(bytes) };
}

/** What our own readers read of it. */
async function read(file: { name: string; bytes: Uint8Array }) {
	const result = await readFile(file);
	if (!result.ok) throw new Error(result.failure.message);
	return result.value.text;
}

test('every form is known by its id, and none has another’s ending', async () => {
	const formats = await outputFormats();
	expect(formats.map(({ id }) => id).sort()).toEqual(['csv', 'docx', 'html', 'json', 'markdown', 'xlsx']);
	expect(new Set(formats.map(({ extension }) => extension)).size).toBe(formats.length);
	expect(await outputFormat('exe')).toBeNull();
});

test('a report as Word says the same', async () => {
	const file = await made('docx');
	const text = await read(file);
	expect(text).toContain('# Week 12');
	expect(text).toMatch(/Refunds \**rose\** by 3 %, see the list \(https:\/\/example\.org\/x\)/);
	// Which list an item is in, our reader leaves out.
	const xml = new TextDecoder().decode(unzipSync(file.bytes)['word/document.xml']);
	expect([...xml.matchAll(/<w:ilvl w:val="(\d)"\/>/g)].map(([, level]) => level)).toEqual([
		'0',
		'1',
		'0',
		'0'
	]);
	for (const words of ['First', '| North | 12.5 | =1+1 |', '<script>']) expect(text).toContain(words);
});

test('a report as a web page runs nothing and leads nowhere', async () => {
	const { text } = await made('html');
	expect(text).toContain('<title>Week 12</title>');
	expect(text).not.toContain('<script');
	expect(text).not.toContain('href');
	expect(await read(await made('html'))).toContain('Refunds rose by 3 %');
});

test('a table comes out of Markdown, records or rows; a text is never a formula', async () => {
	expect((await made('csv')).text).toBe('region,sum,note\nNorth,12.5,\'=1+1\nSouth,007,"a, ""b"""\n');
	expect(await read(await made('xlsx'))).toBe('region,sum,note\nNorth,12.5,=1+1\nSouth,007,"a, ""b"""\n');
	const records = {
		rows: [
			{ a: 1, b: 'x' },
			{ b: null, c: [1] }
		]
	};
	expect((await made('csv', records, 'application/json')).text).toBe('a,b,c\n1,x,\n,,[1]\n');
	expect((await made('csv', [['a'], [-2]], 'application/json')).text).toBe('a\n-2\n');
	const none = await (await outputFormat('xlsx'))?.make({ content: 'Only words.', media: 'text/markdown' });
	expect(none).toMatchObject({ ok: false, failure: { code: 'save.no-table' } });
});
