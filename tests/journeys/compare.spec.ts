import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures';

test('two weeks beside each other: what differs, and why, and nothing else', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('button', { name: /See a finished example/ }).click();
	await expect(page.getByRole('heading', { level: 1 })).toContainText('W47');
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Compare' }).click();
	await expect(page.getByRole('heading', { level: 1, name: 'Compare runs' })).toBeVisible();
	const why = page.getByRole('region', { name: 'Why they differ' });
	await expect(why).toContainText('Week 2026-W46 → 2026-W47');
	await expect(why).toContainText('another sales.csv');
	// Nobody changed the workflow, and the model is the same: neither is named.
	await expect(why).not.toContainText('The workflow');
	await expect(why).not.toContainText('The model');
	const draft = page.getByRole('article', { name: 'Draft' });
	await expect(draft).toContainText('different');
	await draft.getByRole('button', { name: /Show/ }).click();
	await expect(draft.locator('ins').first()).toBeVisible();
	await expect(draft.locator('del').first()).toBeVisible();
	const extract = page.getByRole('article', { name: 'Extract metrics' });
	await extract.getByRole('button', { name: /Show/ }).click();
	await expect(extract.locator('ins').first()).toBeVisible();
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await page.getByRole('link', { name: 'Flagged' }).click();
	await expect(page.getByRole('article', { name: 'Collect' })).toBeHidden();
});
