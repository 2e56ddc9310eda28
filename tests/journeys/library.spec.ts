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
