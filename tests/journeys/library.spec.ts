import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

const text = (name: string, content: string) => ({
	name,
	mimeType: 'text/plain',
	buffer: Buffer.from(content)
});

async function add(page: Page, files: ReturnType<typeof text>[]): Promise<void> {
	await page.goto('/library');
	await page.locator('input[type=file]').first().setInputFiles(files);
	await expect(page.getByText(/\d+ files? added/)).toBeVisible();
}
const names = (page: Page) => page.locator('[role=row] .name a').allTextContents();

test('files are put in order by keyboard alone, and every change can be taken back', async ({
	page
}, info) => {
	await add(page, [text('plan.txt', 'Plan'), text('style.md', '# Style'), text('prices.csv', 'a,b\n1,2\n')]);
	const grid = page.getByRole('grid', { name: 'Entries' });
	await page.getByRole('button', { name: 'Name', exact: true }).click();
	await grid.focus();
	await page.keyboard.press('Space');
	await page.keyboard.press('Shift+ArrowDown');
	await expect(page.getByText('2 entries picked')).toBeVisible();
	await page.keyboard.press('m');
	await page.getByRole('textbox', { name: 'Into folder' }).fill('Work/2026');
	await page.keyboard.press('Enter');
	await expect(page.getByText('2 entries moved to “Work/2026”.')).toBeVisible();
	await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: /^Work/ }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Work' })).toBeVisible();
	await expect.poll(() => names(page)).toEqual(expect.arrayContaining(['plan.txt', 'prices.csv']));
	await page.screenshot({ path: info.outputPath('folder.png') });
	expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);

	await page.goto('/library');
	await page.getByRole('searchbox', { name: 'Search the library' }).fill('plan');
	await expect.poll(() => names(page)).toEqual(['plan.txt']);
	await grid.focus();
	await page.keyboard.press('F2');
	await page.getByRole('textbox', { name: 'Name' }).fill('plan of the year.txt');
	await page.keyboard.press('Enter');
	await expect.poll(() => names(page)).toEqual(['plan of the year.txt']);
	await grid.focus();
	await page.keyboard.press('t');
	await page.getByRole('textbox', { name: 'Tags' }).fill('Q3, draft');
	await page.keyboard.press('Enter');
	await expect(grid.getByText('Q3')).toBeVisible();
	await grid.focus();
	await page.keyboard.press('Delete');
	await expect(grid).toHaveCount(0);
	await page.getByRole('button', { name: 'Undo' }).last().click();
	await expect.poll(() => names(page)).toEqual(['plan of the year.txt']);
});

test('a dropped folder keeps its shape; a second version lies beside the first', async ({ page }, info) => {
	await add(page, [text('report.md', '# Report\n\nRevenue rose by 12%.\n')]);
	await page
		.locator('input[type=file]')
		.first()
		.setInputFiles([text('report.md', '# Report\n\nRevenue fell by 3%.\n')]);
	await expect(page.getByText('v2')).toBeVisible();
	await page.getByRole('link', { name: 'report.md' }).click();
	await page.getByRole('button', { name: 'Compare with version 1' }).click();
	await expect(page.getByRole('region', { name: 'Version 1' })).toContainText('rose by 12%');
	await expect(page.getByRole('region', { name: 'Version 2' })).toContainText('fell by 3%');
	await page.screenshot({ path: info.outputPath('versions.png') });
	await page.getByRole('tab', { name: 'What changed' }).click();
	await expect(page.locator('del').first()).toContainText('rose');
});

test('a folder is dropped, a row is dragged into another one, text is pasted, and the bin is emptied', async ({
	page,
	context
}, info) => {
	const root = info.outputPath('Invoices');
	mkdirSync(join(root, '2026'), { recursive: true });
	writeFileSync(join(root, 'march.txt'), 'March');
	writeFileSync(join(root, '2026', 'april.txt'), 'April '.repeat(50_000));
	writeFileSync(join(root, '.DS_Store'), 'x');
	await page.goto('/library');
	await page.getByText('Nothing here yet.').waitFor();
	// Real folders of this disk, as the system hands them to the browser.
	const devtools = await context.newCDPSession(page);
	const data = { items: [], files: [root], dragOperationsMask: 1 };
	for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
		await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
	await expect(page.getByText('2 files added')).toBeVisible();
	const folders = page.getByRole('navigation', { name: 'Folders' });
	await expect(folders.getByRole('link', { name: /^2026/ })).toBeVisible();
	expect((await names(page)).sort()).toEqual(['april.txt', 'march.txt']);

	await page.getByRole('row', { name: /march/ }).dragTo(folders.getByRole('link', { name: /^2026/ }));
	await expect(page.getByText('“march.txt” moved to “Invoices/2026”.')).toBeVisible();

	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	await page.evaluate(() => navigator.clipboard.writeText('Pasted words.'));
	await page.getByRole('heading', { level: 1 }).click();
	await page.keyboard.press('ControlOrMeta+v');
	await expect.poll(() => names(page)).toContainEqual(expect.stringMatching(/^Pasted .*\.txt$/));

	await page.getByRole('row', { name: /april/ }).getByRole('checkbox').check();
	await page.getByRole('grid', { name: 'Entries' }).focus();
	await page.keyboard.press('Delete');
	await page.getByText(/1 entry in the bin, \d+ KB/).click();
	await page.getByRole('button', { name: 'Empty the bin…' }).click();
	await expect(page.getByRole('dialog', { name: 'Empty the bin?' })).toContainText('There is no undo.');
	await page.screenshot({ path: info.outputPath('bin.png') });
	await page.getByRole('dialog').getByRole('button', { name: 'Empty the bin' }).click();
	await expect(page.getByText(/1 entry removed for good; \d+ KB freed\.$/)).toBeVisible();
	await expect(page.getByText(/in the bin, /)).toHaveCount(0);
	await page.reload();
	await expect.poll(async () => (await names(page)).length).toBe(2);
});

test('what is dropped while files are coming in has its turn; two names of which a path keeps the same stay two', async ({
	page,
	context
}, info) => {
	const [one, two] = [info.outputPath('One'), info.outputPath('Two')];
	for (const folder of [one, two]) mkdirSync(folder);
	writeFileSync(join(one, 'march.txt'), 'March');
	for (const name of ['Q1: plan.txt', 'Q1 plan.txt']) writeFileSync(join(two, name), name);
	await page.goto('/library');
	await page.getByText('Nothing here yet.').waitFor();
	const devtools = await context.newCDPSession(page);
	for (const path of [one, two]) {
		const data = { items: [], files: [path], dragOperationsMask: 1 };
		for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
			await devtools.send('Input.dispatchDragEvent', { type, x: 600, y: 400, data });
	}
	await expect(page.getByText('1 file added')).toBeVisible();
	await expect(page.getByText('2 files added')).toBeVisible();
	expect((await names(page)).sort()).toEqual(['Q1 plan (2).txt', 'Q1 plan.txt', 'march.txt']);

	await page.getByRole('grid', { name: 'Entries' }).focus();
	await page.keyboard.press('ControlOrMeta+a');
	await page.keyboard.press('c');
	await page.getByRole('textbox', { name: 'Into folder' }).fill('Copies');
	await page.keyboard.press('Enter');
	await expect(page.getByText('3 entries copied to “Copies”.')).toBeVisible();
	await page.getByRole('button', { name: 'Undo' }).last().click();
	await expect.poll(async () => (await names(page)).length).toBe(3);
});
