import AxeBuilder from '@axe-core/playwright';
import { expect, test } from './fixtures';

test('reading a run: how much is open, finding something, and a text of one’s own that stays', async ({
	page
}) => {
	await page.goto('/');
	await page.getByRole('button', { name: /See a finished example/ }).click();
	await expect(page.getByRole('group', { name: 'Decision' })).toBeVisible({ timeout: 30_000 });
	const draft = page.locator('[data-cell=draft]');
	const collect = page.locator('[data-cell=collect]');

	// More detail, less detail; what was chosen holds after a reload.
	await page.keyboard.press('+');
	await expect(collect.getByRole('tabpanel')).toBeVisible();
	await page.keyboard.press('-');
	await page.keyboard.press('-');
	await expect(page.getByRole('radio', { name: 'Terse' })).toBeChecked();
	await expect(draft.getByRole('tabpanel')).toBeHidden();
	await page.reload();
	await expect(page.getByRole('radio', { name: 'Terse' })).toBeChecked();

	// What is found stands in a folded cell, behind a tab that is not open; going there opens both.
	await page.keyboard.press('/');
	await page.keyboard.type('house-style');
	const find = page.getByRole('search');
	await expect(find.getByRole('button', { name: /Collect · output/ })).toBeVisible();
	await find.getByRole('button', { name: /Draft · as sent/ }).click();
	await expect(draft.getByRole('tab', { name: 'As sent' })).toHaveAttribute('aria-selected', 'true');
	expect(await page.evaluate(() => CSS.highlights.get('galley-found')?.size ?? 0)).toBeGreaterThan(0);
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await page.keyboard.press('Escape');
	await expect(find).toBeHidden();
	expect(await page.evaluate(() => CSS.highlights.has('galley-found'))).toBe(false);

	// A text of one's own above a cell: kept, changed, taken away and brought back.
	await draft.getByRole('button', { name: 'Draft', exact: true }).click();
	await page.keyboard.press('n');
	const field = page.getByRole('textbox', { name: /Your text/ });
	await expect(field).toBeFocused();
	await page.keyboard.type('Compare **Thursday** with the server log.');
	await page.keyboard.press('ControlOrMeta+Enter');
	const text = page.getByRole('region', { name: 'Your text' });
	await expect(text).toContainText('Compare Thursday with the server log.');
	await page.reload();
	await expect(text).toContainText('Compare Thursday with the server log.');
	await text.getByRole('button', { name: 'Remove this text' }).click();
	await expect(text).toBeHidden();
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(text).toBeVisible();
	await page.keyboard.press('/');
	await page.keyboard.type('server log');
	await expect(find.getByRole('button', { name: /Your text · above draft/ })).toBeVisible();
	await page.keyboard.press('Escape');

	// Each cell has an address of its own.
	await collect.getByRole('link', { name: 'collect' }).click();
	await expect(page).toHaveURL(/#collect$/);
	await expect(collect).toBeFocused();

	// On paper it is dark on white, however the screen is, and nothing stands there that could be pressed.
	await page.evaluate(() => (document.documentElement.dataset['theme'] = 'dark'));
	await page.emulateMedia({ media: 'print' });
	await expect(page.getByRole('heading', { level: 1 })).toHaveCSS('color', 'rgb(28, 27, 25)');
	await expect(page.getByRole('button', { name: 'Export' })).toBeHidden();
	await expect(page.getByRole('group', { name: 'Decision' })).toBeHidden();
});
