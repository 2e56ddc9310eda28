import { chooseWeeklyReport } from './report';
import { expect, test } from './fixtures';

// A start form that was begun and left. Nothing is scripted.

const SALES = { name: 'sales.csv', mimeType: 'text/csv', buffer: Buffer.from('day,revenue\nMon,10\n') };

test('what was typed, chosen and half pasted is there after a look at another screen; it can be emptied', async ({
	page
}) => {
	await chooseWeeklyReport(page);
	await page.getByLabel('Week', { exact: false }).first().fill('2026-W50');
	const sales = page.locator('[data-source=sales]');
	await sales.locator('input[type=file]').setInputFiles(SALES);
	await expect(sales.getByText('sales.csv')).toBeVisible();
	const other = page.locator('[data-source]').filter({ hasNotText: 'sales.csv' });
	await other.getByRole('button', { name: 'Paste text' }).first().click();
	await page.getByRole('textbox', { name: /^Text for/ }).fill('pasted and not used yet');

	await page.getByRole('link', { name: 'Change' }).click();
	await page.waitForURL(/settings/);
	await page.goBack();
	await expect(page.getByText('As you left it')).toBeVisible();
	await expect(page.getByLabel('Week', { exact: false }).first()).toHaveValue('2026-W50');
	await expect(sales.getByText('sales.csv')).toBeVisible();
	await expect(page.getByRole('textbox', { name: /^Text for/ })).toHaveValue('pasted and not used yet');

	await page.getByRole('button', { name: 'Empty the form' }).click();
	await expect(page.getByLabel('Week', { exact: false }).first()).toHaveValue('');
	await expect(sales.getByText('sales.csv')).toHaveCount(0);
	await page.getByRole('link', { name: 'Change' }).click();
	await page.waitForURL(/settings/);
	await page.goBack();
	await expect(page.getByRole('button', { name: 'Start run' })).toBeVisible();
	await expect(page.getByText('As you left it')).toHaveCount(0);
});

test('before a reload that would lose it, the browser asks; a form that nobody touched lets go', async ({
	page
}) => {
	await chooseWeeklyReport(page);
	const asked: string[] = [];
	page.on('dialog', (dialog) => {
		asked.push(dialog.type());
		void dialog.accept();
	});
	await page.reload();
	await expect(page.getByRole('button', { name: 'Start run' })).toBeVisible();
	expect(asked).toEqual([]);
	await page.getByLabel('Week', { exact: false }).first().pressSequentially('2026-W50');
	await page.reload();
	await expect(page.getByRole('button', { name: 'Start run' })).toBeVisible();
	expect(asked).toEqual(['beforeunload']);
});
