import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Locator, Page, TestInfo } from '@playwright/test';
import { loseFile } from './device';
import { chooseWeeklyReport, eventsOf, gate, openTab, textOfCopy, WEEKS } from './report';
import { expect, test } from './fixtures';

// Files as people really have them, chosen through the app's own fields; the built-in model answers. Made up here: the
// broken files themselves. One test takes a stored file off the disk behind the app's back.

const SAMPLES = 'static/samples/weekly-report/2026-W45';
const SALES = readFileSync(`${SAMPLES}/sales.csv`, 'utf8');

/** A file in this test's own folder. */
function file(info: TestInfo, name: string, content: string | Uint8Array): string {
	const path = info.outputPath(name);
	writeFileSync(path, content);
	return path;
}

/** The start form of week 45 with another file in the place of the sales. */
async function chooseSales(page: Page, path: string): Promise<void> {
	await chooseWeeklyReport(page);
	await page.getByRole('button', { name: `Week ${WEEKS[0]}` }).click();
	const sales = page.locator('[data-source=sales]');
	await expect(sales.getByText('sales.csv')).toBeVisible();
	await sales.getByRole('button', { name: 'Choose another' }).click();
	await sales.locator('input[type=file]').setInputFiles(path);
	await expect(sales.getByText(basename(path))).toBeVisible();
	await expect(sales.getByText('sample')).toHaveCount(0);
}

/** Starts the run; its id. */
async function start(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\/[^/]+$/, { timeout: 30_000 });
	return page.url().split('/').pop() ?? '';
}

/** The failed collect cell, once it says that it failed. */
async function failedCollect(page: Page): Promise<Locator> {
	const cell = page.locator('[data-cell=collect]');
	await expect(cell).toContainText('Failed', { timeout: 60_000 });
	return cell;
}

/** Chooses another file in the failed cell. The same run goes on to its gate, with the same other files. */
async function mend(page: Page, cell: Locator, runId: string, path: string): Promise<void> {
	const before = await eventsOf(page, runId);
	const opening = page.waitForEvent('filechooser');
	await cell.getByRole('button', { name: 'Choose another file' }).click();
	await (await opening).setFiles(path);
	await gate(page);
	expect(page.url()).toContain(runId);
	const after = await eventsOf(page, runId);
	expect(after.slice(0, before.length)).toEqual(before);
	expect(after.filter((event) => event.type === 'run.started')).toHaveLength(1);
	expect(after.filter((event) => event.type === 'source.replaced')).toHaveLength(1);
	expect(await revenue(page)).toBe('57310.8');
}

/** The revenue that the run found, digits only. */
async function revenue(page: Page): Promise<string> {
	const cell = await openTab(page, 'extract', 'Output');
	const row = cell.getByRole('row').filter({ has: page.getByText('Revenue (€)', { exact: true }) });
	await expect(row).toBeVisible();
	return (
		((await row.textContent()) ?? '')
			.replace(/^.*?\(€\)/, '')
			.match(/[\d,.]+\d/)?.[0]
			.replaceAll(',', '') ?? ''
	);
}

for (const { what, name, content, says, finds } of [
	{
		what: 'ragged rows',
		name: 'ragged.csv',
		content: () => {
			const lines = SALES.trim().split('\n');
			lines[4] = (lines[4] ?? '').split(',').slice(0, 5).join(',');
			lines[9] = `${lines[9]},and,more`;
			return `${lines.join('\n')}\n`;
		},
		says: [
			/Cells are missing in row 5; they were taken as empty/,
			/beyond the last column.*row 10: “and”, “more”/
		],
		finds: /^57\d{3}/
	},
	{
		what: 'semicolons',
		name: 'semicolon.csv',
		content: () => SALES.replaceAll(',', ';'),
		says: [/separated by semicolons/],
		finds: /^57310\.8$/
	},
	{
		what: 'a byte order mark',
		name: 'bom.csv',
		content: () => `\uFEFF${SALES}`,
		says: [],
		finds: /^57310\.8$/
	}
]) {
	test(`a table with ${what} is read, and what was done is said in the cell`, async ({ page }, info) => {
		await chooseSales(page, file(info, name, content()));
		await start(page);
		await gate(page);
		const cell = await openTab(page, 'collect', 'Output');
		await expect(cell.getByText(name).first()).toBeVisible();
		for (const sentence of says) await expect(cell.getByText(sentence).first()).toBeVisible();
		if (says.length === 0) await expect(cell).not.toContainText(/separated|missing in row|Columns? without/);
		expect(await revenue(page)).toMatch(finds);
		expect(await textOfCopy(page)).toContain('## Key figures');
	});
}

for (const { what, name, content, says, advice } of [
	{
		what: 'of white space',
		name: 'blank.csv',
		content: () => ' \n\n',
		says: '“blank.csv” has nothing but white space in it.',
		advice: 'Export or save it again'
	},
	{
		what: 'that is a picture called .csv',
		name: 'picture.csv',
		content: () =>
			// 100 by 100 pixels, it says, and then nothing that could be drawn.
			Uint8Array.from({ length: 4096 }, (_, at) =>
				at >= 16 && at < 24 ? (at % 4 === 3 ? 100 : 0) : ([0x89, 0x50, 0x4e, 0x47][at] ?? (at * 37) % 256)
			),
		says: 'The name says Table (CSV), but the content is Picture.',
		advice: 'The file was left as it is.'
	},
	{
		what: 'of 26 MB',
		name: 'huge.csv',
		content: () => SALES.repeat(Math.ceil((26 * 1024 * 1024) / SALES.length)).slice(0, 26 * 1024 * 1024),
		says: '“huge.csv” is 26 MB; Galley reads files up to 25 MB.',
		advice: 'Keep only the rows or the period that you need'
	}
]) {
	test(`a file ${what} stops the cell with words; another file takes the same run to its gate`, async ({
		page
	}, info) => {
		test.setTimeout(120_000);
		await chooseSales(page, file(info, name, content()));
		const runId = await start(page);
		const cell = await failedCollect(page);
		await expect(cell.getByText(says)).toBeVisible();
		await expect(cell.getByText(advice)).toBeVisible();
		// What was there is there after a reload too, and the failure is not a dead end.
		await page.reload();
		await expect(await failedCollect(page)).toContainText(says);
		await mend(page, page.locator('[data-cell=collect]'), runId, `${SAMPLES}/sales.csv`);
	});
}

for (const { what, change } of [
	{ what: 'deleted', change: (path: string) => rmSync(path) },
	{ what: 'changed', change: (path: string) => appendFileSync(path, 'more\n') }
]) {
	test(`a file ${what} after it was chosen: the form says so and keeps what was filled in`, async ({
		page
	}, info) => {
		const path = file(info, 'moving.csv', SALES);
		await chooseSales(page, path);
		change(path);
		await page.getByRole('button', { name: 'Start run' }).click();
		await expect(page.getByText(/“moving\.csv” cannot be read any more/)).toBeVisible();
		await expect(page.getByText('Everything you filled in is still here.')).toBeVisible();
		await expect(page.locator('[data-source=traffic]').getByText('traffic.csv')).toBeVisible();
		await expect(page.getByLabel('Week', { exact: false }).first()).toHaveValue(WEEKS[0]);
		const sales = page.locator('[data-source=sales]');
		await sales.getByRole('button', { name: 'Take moving.csv out' }).click();
		await sales.locator('input[type=file]').setInputFiles(`${SAMPLES}/sales.csv`);
		await start(page);
		await gate(page);
		expect(await revenue(page)).toBe('57310.8');
	});
}

test('a file of the library whose bytes are gone: the cell names it, another one resumes the run', async ({
	page
}, info) => {
	const big = SALES.repeat(Math.ceil((400 * 1024) / SALES.length));
	await chooseWeeklyReport(page);
	await page.goto('/library');
	await page
		.locator('main input[type=file]')
		.first()
		.setInputFiles(file(info, 'sales-of-all-years.csv', big));
	await expect(page.getByText('sales-of-all-years.csv').first()).toBeVisible();
	expect(await loseFile(page, createHash('sha256').update(big).digest('hex'))).toBe(true);
	// A fresh page: what the engine had in memory is gone too.
	await page.goto('/workflows/weekly-report/start');
	await page.getByRole('button', { name: `Week ${WEEKS[0]}` }).click();
	const sales = page.locator('[data-source=sales]');
	await sales.getByRole('button', { name: 'Choose another' }).click();
	await sales.getByRole('button', { name: 'From the library' }).click();
	await page
		.getByRole('dialog')
		.getByRole('button', { name: /sales-of-all-years/ })
		.click();
	const runId = await start(page);
	const cell = await failedCollect(page);
	await expect(cell.getByText(/“sales-of-all-years\.csv” \(Sales\) can no longer be read/)).toBeVisible();
	await expect(cell.getByText(/Choose it again/)).toBeVisible();
	await mend(page, cell, runId, `${SAMPLES}/sales.csv`);
});

test('a file that vanishes while another one is chosen for a failed cell is told, and the run stays', async ({
	page
}, info) => {
	await chooseSales(page, file(info, 'blank.csv', ' \n'));
	const runId = await start(page);
	const cell = await failedCollect(page);
	// Chosen and gone at once: what the browser hands over can be read no more.
	await page.evaluate(() => {
		Object.defineProperty(File.prototype, 'arrayBuffer', {
			configurable: true,
			value: () => {
				Reflect.deleteProperty(File.prototype, 'arrayBuffer');
				return Promise.reject(new DOMException('gone', 'NotFoundError'));
			}
		});
	});
	const opening = page.waitForEvent('filechooser');
	await cell.getByRole('button', { name: 'Choose another file' }).click();
	await (await opening).setFiles(`${SAMPLES}/sales.csv`);
	await expect(cell.getByRole('alert')).toContainText('“sales.csv” cannot be read any more');
	await mend(page, cell, runId, `${SAMPLES}/sales.csv`);
});

test('YAML that is wrong: problems live, nothing stored, nothing typed is lost by leaving or reloading', async ({
	page
}) => {
	await chooseWeeklyReport(page);
	await page.goto('/workflows/weekly-report?tab=yaml');
	const field = page.getByRole('textbox', { name: 'The workflow as YAML' });
	await expect(field).toHaveValue(/Weekly performance report/);
	const good = await field.inputValue();
	const problems = page.getByRole('region', { name: 'Problems' });
	await expect(problems).toContainText('Nothing is wrong with it');

	// Readable and wrong: every problem is named with its place, as one types.
	await field.fill(good.replaceAll('steps.extract.output', 'steps.extrakt.output'));
	await expect(problems.getByText(/extrakt/).first()).toBeVisible();
	await expect(problems.getByRole('listitem')).toHaveCount(good.split('steps.extract.output').length - 1);
	await field.fill(good.replace('job: flag', 'job: flog'));
	await expect(problems.getByText(/job/).first()).toBeVisible();

	// Not readable: the line is named, and neither the form nor the stored document follows.
	const broken = good.replace('title: Weekly performance report', 'title: "Weekly performance report');
	await field.fill(broken);
	await expect(page.getByText(/cannot be read \(line \d+\)/)).toBeVisible();
	await expect(page.getByRole('button', { name: /^Save/ })).toBeDisabled();
	await page.getByRole('tab', { name: 'Edit' }).click();
	await expect(page.getByText('The YAML is not readable yet').first()).toBeVisible();
	await page.getByRole('button', { name: 'Back to the YAML' }).click();
	await expect(field).toHaveValue(broken);

	// Leaving asks, within the app and at a reload.
	await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Library' }).click();
	const leaving = page.getByRole('dialog', { name: 'Leave without saving?' });
	await leaving.getByRole('button', { name: 'Stay' }).click();
	await expect(field).toHaveValue(broken);
	const asked: string[] = [];
	page.on('dialog', (dialog) => {
		asked.push(dialog.type());
		void dialog.dismiss();
	});
	await page.evaluate(() => setTimeout(() => location.reload()));
	await expect.poll(() => asked).toEqual(['beforeunload']);
	await expect(field).toHaveValue(broken);

	// Mended, it saves.
	await field.fill(good.replace('title: Weekly performance report', 'title: Report of the week'));
	await page.getByRole('button', { name: /^Save/ }).click();
	await expect(page.getByText(/Saved as version 2/)).toBeVisible();
	await page.reload();
	await expect(page.getByRole('heading', { level: 1, name: 'Report of the week' })).toBeVisible();
});

test('a file of 0 bytes is told when it is chosen, and what was there stays', async ({ page }, info) => {
	await chooseWeeklyReport(page);
	await page.getByRole('button', { name: `Week ${WEEKS[0]}` }).click();
	const sales = page.locator('[data-source=sales]');
	await expect(sales.getByText('sales.csv')).toBeVisible();
	await sales.getByRole('button', { name: 'Choose another' }).click();
	await sales.locator('input[type=file]').setInputFiles(file(info, 'empty.csv', new Uint8Array()));
	await expect(page.getByRole('alert')).toContainText('“empty.csv” has no content (0 bytes)');
	await expect(sales.getByText('sales.csv')).toBeVisible();
	await page.goto('/library');
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles(file(info, 'empty.csv', new Uint8Array()));
	await expect(page.getByRole('alert')).toContainText('“empty.csv” is empty (0 bytes)');
});
