import { expect, type Download, type Page } from '@playwright/test';

/** The forms of an export by what is written on them. */
export const READABLE = /Readable page/;
export const GALLEY_FILE = /The run \(Galley file\)/;

/** Chooses a form in the export dialog of the run on the screen and presses Export. */
export async function pressExport(page: Page, form: RegExp, signed = false): Promise<void> {
	const dialog = page.getByRole('dialog', { name: 'Export this run' });
	if (!(await dialog.isVisible())) await openExport(page);
	await dialog.getByRole('radio', { name: form }).check();
	if (signed) await dialog.getByRole('checkbox', { name: /^Sign it/ }).check();
	await dialog.getByRole('button', { name: 'Export', exact: true }).click();
}

/** On a narrow screen it lies in the menu of the run. */
async function openExport(page: Page): Promise<void> {
	const button = page.getByRole('button', { name: 'Export', exact: true });
	const menu = page.getByRole('button', { name: 'More', exact: true });
	await expect(button.or(menu).first()).toBeVisible();
	if (await button.isVisible()) return button.click();
	await menu.click();
	await page.getByRole('menuitem', { name: /^Export/ }).click();
}

/** Exports the run on the screen. */
export async function exportAs(page: Page, form: RegExp, signed = false): Promise<Download> {
	const coming = page.waitForEvent('download');
	await pressExport(page, form, signed);
	return coming;
}
