import { readFileSync } from 'node:fs';
import { Validator } from '@cfworker/json-schema';
import { unzipSync, strFromU8 } from 'fflate';
import { marked } from 'marked';
import { describe, expect, it } from 'vitest';
import { bundleIn, unpackBundle } from './bundle';
import { PURPOSES, type ExportFile, type ExportSource } from './contract';
import { exportFormat, exportFormats } from './registry';
import { richSource, source } from './testing';

async function made(id: string, from: ExportSource): Promise<ExportFile> {
	const file = await exportFormat(id)?.make(from);
	if (!file?.ok) throw new Error(`no file of ${id}`);
	return file.value;
}

const textOf = ({ content }: ExportFile) =>
	typeof content === 'string' ? content : new TextDecoder('latin1').decode(content);

describe.each(exportFormats)('the format $id', (format) => {
	it('has a title, a sentence, a purpose and makes what its example says', async () => {
		expect(format.summary).toMatch(/\.$/);
		expect(PURPOSES).toContain(format.purpose);
		const file = await made(format.id, source('# Draft\n'));
		expect(file.name.endsWith(`.${format.extension}`)).toBe(true);
		expect(textOf(file).replace('\ufeff', '').startsWith(format.example)).toBe(true);
	});

	it('can be looked through for keys, packed or not', async () => {
		const file = await made(format.id, richSource());
		if (typeof file.content !== 'string') expect(file.plain).toContain('SECRET');
		else if (format.id !== 'workflow') expect(file.content).toContain('SECRET');
	});

	it('has nothing of what was left out', async () => {
		const file = await made(format.id, richSource(['made:data', 'made:draft', 'source:*', 'prompt:*']));
		expect(textOf(file)).not.toMatch(/SECRET/);
		expect(file.plain ?? '').not.toMatch(/SECRET/);
	});

	it.runIf(['html', 'markdown', 'docx', 'ipynb'].includes(format.id))(
		'has the person’s own texts at their place, and none that was left out',
		async () => {
			const whole = await made(format.id, richSource());
			const text = whole.plain ?? textOf(whole);
			expect(text).toContain('OWN words at the end.');
			expect(text).toMatch(/Ines, 1970-01-01 00:00 UTC/);
			// Documents have them after the text; notebooks where they stand.
			const [own, gate] = [text.indexOf('My OWN'), text.search(/<h2>Review|## Review/)];
			if (gate >= 0) expect(own).toBeLessThan(gate);
			expect(own).toBeLessThan(text.indexOf('OWN words at the end.'));
			const without = await made(format.id, richSource(['text:p1']));
			const left = without.plain ?? textOf(without);
			expect(left).toContain('OWN words at the end.');
			expect(left).not.toMatch(/My OWN|earlier OWN/);
		}
	);

	it.runIf(format.comesBack)('gives back the run that went out', async () => {
		const given = richSource();
		const back = unpackBundle(bundleIn(textOf(await made(format.id, given))) ?? '');
		expect(back).toMatchObject({
			ok: true,
			value: {
				runs: [{ id: given.state.id, records: given.records }],
				notes: given.notes,
				values: [...given.values.values()]
			}
		});
	});
});

it('a notebook is valid by the schema of nbformat 4.5', async () => {
	const schema = JSON.parse(
		readFileSync('tests/fixtures/nbformat/nbformat.v4.5.schema.json', 'utf8')
	) as object;
	const validator = new Validator(schema, '4');
	for (const from of [source('# Draft\n'), richSource(), richSource(['made:data'])]) {
		const notebook = JSON.parse(textOf(await made('ipynb', from))) as { cells: { id: string }[] };
		const found = validator.validate(notebook);
		expect(found.errors.map((one) => `${one.instanceLocation} ${one.error}`)).toEqual([]);
		expect(new Set(notebook.cells.map(({ id }) => id)).size).toBe(notebook.cells.length);
	}
	const broken = JSON.parse(textOf(await made('ipynb', source('x')))) as { cells: { id?: string }[] };
	delete broken.cells[0]?.id;
	expect(validator.validate(broken).valid).toBe(false);
});

it('a notebook loads nothing when it is shown, and code in it stays code', async () => {
	const code = '```html\n<img src="a.png"> ![a](b)\n```\n';
	const ways = [
		'![a](https://evil.example/1)',
		'![a][r]\n\n[r]: https://evil.example/2',
		'\\![a](https://evil.example/3)',
		'`\n\n![a](https://evil.example/4)\n\n`',
		'<img src=https://evil.example/5>',
		'<!--\n```\n--> ![a](https://evil.example/6)\n```\n'
	];
	const notebook = JSON.parse(textOf(await made('ipynb', source(`${code}\n${ways.join('\n\n')}`)))) as {
		cells: { source: string[] }[];
	};
	const text = notebook.cells.map((cell) => cell.source.join('')).join('\n\n');
	expect(text).toContain(code);
	const shown = await marked.parse(text.replace(code, ''));
	expect(shown).toContain('evil.example/6');
	expect(shown).not.toMatch(/<img/);
});

it('a spreadsheet never gets a formula, and numbers stay numbers', async () => {
	const csv = textOf(await made('csv', richSource()));
	expect(csv).toContain('"\'=HYPERLINK(""x"")"');
	expect(csv).toContain(',-12.5\r\n');
	expect(csv).not.toMatch(/(^|,)"?[=+@]/m);
	const parts = unzipSync((await made('xlsx', richSource())).content as Uint8Array);
	const sheets = Object.entries(parts)
		.filter(([path]) => path.startsWith('xl/worksheets/'))
		.map(([, bytes]) => strFromU8(bytes));
	expect(sheets.join('')).toContain('<v>-12.5</v>');
	expect(sheets.join('')).toContain('<t xml:space="preserve">=HYPERLINK(&#34;x&#34;)</t>');
	expect(sheets.join('')).not.toContain('<f>');
});

it('the files of a run go with its workflow as samples', async () => {
	const back = unpackBundle(textOf(await made('workflow', richSource())));
	expect(back).toMatchObject({
		ok: true,
		value: { runs: [], workflows: [{ id: 'w' }], entries: [{ path: 'Samples/W b/week.csv', kind: 'file' }] }
	});
});
