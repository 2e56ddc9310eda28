import { readFileSync, writeFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page, TestInfo } from '@playwright/test';
import writeXlsxFile from 'write-excel-file/node';
import { utf8 } from '../fixtures/corpus/entry';
import { slide, slides, wordDocument, workbooks } from '../fixtures/corpus/office';
import { pdf } from '../fixtures/corpus/pages';
import { expect, offlineReady, test } from './fixtures';
import { chooseWeeklyReport, eventsOf, gate, openTab, WEEKS } from './report';

// Files of other programs in the built app, where the policies hold: no eval, no foreign script, no foreign host.

const SALES = readFileSync('static/samples/weekly-report/2026-W45/sales.csv', 'utf8');

function file(info: TestInfo, name: string, bytes: Uint8Array): string {
	const path = info.outputPath(name);
	writeFileSync(path, bytes);
	return path;
}

test('a report is made from an Excel workbook and a PDF, and its numbers name their cells', async ({
	page
}, info) => {
	const rows = SALES.trim()
		.split('\n')
		.map((line) =>
			line
				.split(',')
				.map((cell) =>
					/^-?\d+(?:\.\d+)?$/.test(cell) ? { type: Number, value: Number(cell) } : { value: cell }
				)
		);
	const workbook = new Uint8Array(await writeXlsxFile(rows, { sheet: 'Sales' }).toBuffer());
	await chooseWeeklyReport(page);
	await page.getByRole('button', { name: `Week ${WEEKS[0]}` }).click();
	for (const [source, path] of [
		['sales', file(info, 'sales.xlsx', workbook)],
		['notes', file(info, 'notes.pdf', pdf([['Call with Anna', 'Refunds rose in the north.']]))]
	] as const) {
		const field = page.locator(`[data-source=${source}]`);
		await field.getByRole('button', { name: 'Choose another' }).click();
		await field.locator('input[type=file]').setInputFiles(path);
		await expect(field.getByText(path.split('/').pop() ?? '')).toBeVisible();
	}
	await page.getByRole('button', { name: 'Start run' }).click();
	await gate(page);
	const collected = await openTab(page, 'collect', 'Output');
	await expect(collected.getByText('notes.pdf').first()).toBeVisible();
	const extracted = await openTab(page, 'extract', 'Output');
	await expect(extracted.getByText(/57,310\.8/).first()).toBeVisible();
	await expect(page.getByText(/sales\.xlsx · Sheet “Sales”/).first()).toBeVisible();
	const runId = page.url().split('/').pop() ?? '';
	const evidence = JSON.stringify(await eventsOf(page, runId));
	expect(evidence).toContain('Sheet “Sales”, ');
});

/** Opens a file that lies in the library. */
async function open(page: Page, name: string): Promise<void> {
	await page.goto('/library');
	await page.getByRole('link', { name, exact: true }).click();
	await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

test('a stretch of text lights its place in the file', async ({ page }, info) => {
	const book = workbooks.find((one) => one.name === 'two.xlsx');
	const paragraph = (text: string) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`;
	const files: [name: string, bytes: Uint8Array][] = [
		['letter.pdf', pdf([['First page.'], ['Refunds rose.', 'By 48,210 in all.']])],
		['letter.docx', wordDocument(paragraph('Dear Anna,') + paragraph('Refunds rose.'))],
		['book.xlsx', await (book?.make() ?? new Uint8Array())],
		[
			'page.html',
			utf8('<h1>Week</h1><p>One.</p><p onclick="x()">Two.<img src="https://tracker.test/x.png">')
		],
		[
			'mail.eml',
			utf8('From: a@b.test\r\nSubject: Refunds\r\nContent-Type: text/html\r\n\r\n<p>They rose.</p>')
		],
		['talk.pptx', slides(slide('Week 12', 'Refunds rose.'), slide('Outlook', 'They fall.'))],
		['sales.csv', utf8('region;revenue\nNorth;1204\nSouth;980\n')],
		[
			'locked.docx',
			Uint8Array.from({ length: 600 }, (_, at) => [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1][at] ?? 0)
		]
	];
	await page.goto('/library');
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles(files.map(([name, bytes]) => file(info, name, bytes)));
	await expect(page.getByText('8 files added')).toBeVisible();

	await open(page, 'letter.pdf');
	await page.getByRole('button', { name: 'By 48,210 in all.' }).click();
	await expect(page.getByText('page 2', { exact: true })).toBeVisible();
	await expect(page.getByText('Page 2 of 2')).toBeVisible({ timeout: 20_000 });
	const box = page.locator('[data-lit]');
	await expect(box).toHaveCount(1);
	const [lit, sheet] = [
		await box.boundingBox(),
		await page.getByRole('img', { name: 'Page 2' }).boundingBox()
	];
	// The second line of the page: 50 of 600 points from the left, some 54 of 800 from the top.
	expect(((lit?.x ?? 0) - (sheet?.x ?? 0)) / (sheet?.width ?? 1)).toBeCloseTo(50 / 600, 1);
	expect(((lit?.y ?? 0) - (sheet?.y ?? 0)) / (sheet?.height ?? 1)).toBeCloseTo(44 / 800, 1);
	await page.screenshot({ path: info.outputPath('pdf.png'), fullPage: true });
	expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);

	await open(page, 'letter.docx');
	await page.getByRole('button', { name: 'Refunds rose.' }).click();
	await expect(page.getByText('paragraph 2', { exact: true })).toBeVisible();
	await expect(page.locator('[data-place="2"].lit')).toHaveText('Refunds rose.');

	await open(page, 'book.xlsx');
	await page.getByRole('button', { name: 'Costs' }).click();
	await page.getByRole('button', { name: /^Rent/ }).click();
	await expect(page.getByText('Sheet “Costs”, A2:B2')).toBeVisible();
	await expect(page.locator('td[data-lit]')).toHaveText(['Rent', '0.3']);
	await page.screenshot({ path: info.outputPath('xlsx.png'), fullPage: true });

	await open(page, 'page.html');
	await page.getByRole('button', { name: 'Two.' }).click();
	await expect(page.locator('[data-place="3"].lit')).toHaveText('Two.');
	await expect(page.locator('.marked img')).toHaveCount(0);

	await open(page, 'mail.eml');
	await page.getByRole('button', { name: 'They rose.' }).click();
	await expect(page.locator('[data-place="1"].lit')).toHaveText('They rose.');

	await open(page, 'sales.csv');
	await page.getByRole('tab', { name: 'As steps read it' }).click();
	await page.getByRole('button', { name: /^South/ }).click();
	await expect(page.getByText('row 3', { exact: true })).toBeVisible();
	await expect(page.locator('td[data-lit]')).toHaveText(['South', '980']);

	await open(page, 'talk.pptx');
	await page.getByRole('button', { name: 'They fall.' }).click();
	await expect(page.getByRole('region', { name: 'The file' }).locator('[data-lit]')).toHaveText('They fall.');
	await page.screenshot({ path: info.outputPath('slides.png'), fullPage: true });

	await open(page, 'locked.docx');
	await expect(page.getByRole('alert')).toContainText('The file was left as it is');
});

test('a PDF is read without a network once the app was idle', async ({ page, context }, info) => {
	await page.goto('/');
	await offlineReady(page);
	await page.reload();
	await expect(async () => {
		const kept = await page.evaluate(async () => {
			const cache = await caches.open('galley-runtimes');
			return (await cache.keys()).filter((one) => one.url.includes('/workers/chunks/')).length;
		});
		expect(kept).toBeGreaterThanOrEqual(3);
	}).toPass({ timeout: 60_000 });
	await context.setOffline(true);
	await page.goto('/library');
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles(file(info, 'a.pdf', pdf([['Read offline.']])));
	await page.getByRole('link', { name: 'a.pdf', exact: true }).click();
	await expect(page.getByRole('button', { name: 'Read offline.' })).toBeVisible({ timeout: 30_000 });
});
