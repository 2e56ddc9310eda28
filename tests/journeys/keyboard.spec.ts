import type { Page } from '@playwright/test';
import { copyOf, done, WEEKS } from './report';
import { expect, test } from './fixtures';

// The main job with no mouse: nothing is clicked, and nothing but the keyboard is scripted.

test('from the first screen to an approved report by keys alone', async ({ page }) => {
	await page.goto('/');
	const door = page.getByRole('button', { name: /Start from the weekly report/ });
	await expect(door).toBeVisible();
	await tabTo(page, /Start from the weekly report/);
	await page.keyboard.press('Enter');
	await expect(page.getByRole('heading', { name: 'Start a run' })).toBeVisible();
	await tabTo(page, new RegExp(`Week ${WEEKS[0]}`));
	await page.keyboard.press('Space');
	await expect(page.getByText('sales.csv')).toBeVisible();
	await tabTo(page, /^Start run/);
	await page.keyboard.press('Enter');
	await page.waitForURL(/\/runs\/[^/]+$/);
	await expect(page.getByRole('group', { name: 'Decision' })).toBeVisible({ timeout: 30_000 });
	// The letters of the notebook: `f` opens what is flagged, `e` goes into the copy, Escape back out, `a` approves; no
	// criterion is ticked, so it asks first, and Enter stays with it.
	await page.keyboard.press('f');
	await page.keyboard.press('e');
	await expect(copyOf(page)).toBeFocused();
	await page.keyboard.press('ControlOrMeta+End');
	await page.keyboard.type('\nSeen by hand, with no mouse.\n');
	await page.keyboard.press('Escape');
	await expect(copyOf(page)).not.toBeFocused();
	await page.keyboard.press('a');
	await expect(page.getByRole('button', { name: 'Approve anyway' })).toBeFocused();
	await page.keyboard.press('Enter');
	await done(page);
	await page.keyboard.press('g');
	await page.keyboard.press('l');
	await page.waitForURL(/\/library/);
	// The list of entries is one stop; its rows are walked through with the arrows, the newest first.
	await tabTo(page, /^Entries$/);
	await page.keyboard.press('Home');
	await page.keyboard.press('Enter');
	await expect(page.getByText('Seen by hand, with no mouse.')).toBeVisible();
});

/** Presses Tab until what has the focus is called so. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
	const passed: string[] = [];
	for (let presses = 0; presses < 80; presses += 1) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate(() => {
			const on = document.activeElement;
			return on?.getAttribute('aria-label') ?? on?.textContent?.trim().replace(/\s+/g, ' ') ?? '';
		});
		if (name.test(at)) return;
		passed.push(at.slice(0, 40));
	}
	throw new Error(`Tab never came to ${String(name)}; it passed ${passed.join(' | ')}`);
}
