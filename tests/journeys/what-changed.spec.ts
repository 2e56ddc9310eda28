import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures';

// What notes do, shown instead of claimed. Nothing is scripted: the finished example, and the model that is always there.

test('a note’s effect is shown beside the run, and approved runs are held against a changed workflow', async ({
	page
}) => {
	await page.goto('/');
	await page.getByRole('button', { name: /See a finished example/ }).click();
	await page.waitForURL(/\/runs\//, { timeout: 30_000 });
	await expect(page.getByRole('heading', { level: 1 })).toContainText('W47');
	await expect(page.getByRole('group', { name: 'Decision' })).toBeVisible();

	await page.goto('/corrections');
	const record = page.getByText('given 2 times');
	await expect(record).toBeVisible();
	await page.getByRole('button', { name: /^What did it change/ }).click();
	const beside = page.getByRole('dialog', { name: 'What did this note change?' });
	await expect(beside.getByRole('region', { name: 'Without the note' }).locator('del').first()).toBeVisible();
	await expect(beside.getByRole('region', { name: 'With it' })).toContainText('€');
	await expect(beside).toContainText('Without it: The text still says €');
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await beside.getByRole('button', { name: 'Close' }).last().click();
	// It was looked at, not run: the note was given no more often than before.
	await page.reload();
	await expect(record).toBeVisible();

	await page.goto('/workflows/weekly-report-example?tab=yaml');
	const yaml = page.locator('[id="f.yaml"]');
	const text = await yaml.inputValue();
	await yaml.fill(text.replace('Write the report on week', 'Write the short report on week'));
	await page.getByRole('button', { name: /Go through them/ }).click();
	const found = page.getByRole('status').filter({ hasText: 'No correction would come back' });
	await expect(found.getByRole('link', { name: /W46/ })).toBeVisible();
	await expect(found).toContainText('1 kept');
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await page.goto('/runs');
	// What was gone through left no run behind.
	await expect(page.getByRole('link', { name: 'All 3' })).toBeVisible();
});
