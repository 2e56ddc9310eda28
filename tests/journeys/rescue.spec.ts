import { readFileSync } from 'node:fs';
import { everything } from './device';
import { expect, test } from './fixtures';
import { choose } from './importing';
import { approve, chooseWeeklyReport, done, startWeek, WEEKS } from './report';

// When it goes wrong: a database that does not open, a restore that is broken off. Real storage, damaged past the app.

/** A page of this origin that starts nothing of Galley. */
const BESIDE = '/icons/icon.svg';

test('a database that does not open: what can be read is saved, then begun anew and brought back', async ({
	page
}, info) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await page.goto(BESIDE);
	// The database is one that no release ever made.
	await page.evaluate(async () => {
		const known = (await indexedDB.databases()).find(({ name }) => name === 'galley');
		const settled = (request: IDBRequest) =>
			new Promise((resolve, reject) => {
				request.onsuccess = resolve;
				request.onerror = () => reject(new Error('it cannot be damaged'));
			});
		await settled(indexedDB.deleteDatabase('galley'));
		const open = indexedDB.open('galley', known?.version ?? 1);
		open.onupgradeneeded = () => open.result.createObjectStore('events', { keyPath: 'other' });
		await settled(open);
		open.result.close();
	});
	await page.goto('/');
	const failed = page.getByRole('heading', { name: 'Galley could not start' });
	await expect(failed).toBeVisible({ timeout: 30_000 });
	await page.getByRole('button', { name: 'Try again' }).click();
	await expect(failed).toBeVisible({ timeout: 30_000 });
	const coming = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Save what can be read' }).click();
	const file = info.outputPath('saved.galley-backup');
	await (await coming).saveAs(file);
	await expect(page.getByText(/^Saved as galley-/)).toBeVisible();
	await page.screenshot({ path: info.outputPath('rescue.png') });
	await page.getByRole('button', { name: 'Start over…' }).click();
	const sure = page.getByRole('dialog', { name: 'Start over on this device?' });
	await sure.getByRole('textbox').fill('start over');
	await sure.getByRole('button', { name: 'Start over' }).click();
	await page.getByRole('button', { name: 'restore from a backup' }).click({ timeout: 30_000 });
	// Every page is loaded anew after it.
	const anew = page.waitForEvent('load', { timeout: 30_000 });
	await choose(page, file, 'Restore');
	await anew;
	await page
		.getByRole('link', { name: /2026-W45/ })
		.first()
		.click({ timeout: 30_000 });
	await done(page);
});

test('a run whose records were lost in part is shown whole, from the second copy', async ({ page }) => {
	await chooseWeeklyReport(page);
	const id = await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await page.goto(BESIDE);
	const lost = await page.evaluate(async (stream) => {
		const settled = <T>(request: IDBRequest<T>) =>
			new Promise<T>((resolve, reject) => {
				request.onsuccess = () => resolve(request.result);
				request.onerror = () => reject(new Error('it cannot be damaged'));
			});
		const db = await settled(indexedDB.open('galley'));
		const events = db.transaction('events', 'readwrite').objectStore('events');
		const keys = await settled(events.getAllKeys(IDBKeyRange.bound([stream, 0], [stream, Infinity])));
		await settled(events.delete(keys[0] ?? ''));
		db.close();
		return keys.length;
	}, `run:${id}`);
	expect(lost).toBeGreaterThan(1);
	await page.goto(`/runs/${id}`);
	const none = page.getByText('There is no such run on this device');
	await expect(page.locator('[data-cell=save]').or(none)).toBeVisible();
	await expect(none).toHaveCount(0);
	await done(page);
});

test('a locked backup opens with its passphrase alone; a restore broken off is finished at the next start', async ({
	page
}, info) => {
	test.setTimeout(150_000);
	await chooseWeeklyReport(page);
	await page.goto('/settings#backup');
	const save = async (name: string) => {
		const coming = page.waitForEvent('download');
		await page.getByRole('button', { name: 'Back up now' }).click();
		const path = info.outputPath(name);
		await (await coming).saveAs(path);
		return path;
	};
	const open = await save('open.galley-backup');
	const asItWas = await everything(page);
	await page.getByRole('checkbox', { name: 'Lock it with a passphrase' }).check();
	await page.getByRole('textbox', { name: 'Passphrase' }).fill('correct horse battery');
	const locked = await save('locked.galley-backup.age');
	expect(readFileSync(locked).includes('weekly-report')).toBe(false);
	await page.getByRole('button', { name: 'Check a backup…' }).click();
	const dialog = page.getByRole('dialog', { name: 'Check a backup' });
	await dialog.locator('input[type=file]').setInputFiles(locked);
	const words = dialog.getByRole('textbox', { name: 'Passphrase of this backup' });
	await words.fill('another horse battery');
	await dialog.getByRole('button', { name: 'Check it', exact: true }).click();
	await expect(dialog.getByText(/not the passphrase of this file/)).toBeVisible({ timeout: 30_000 });
	await words.fill('correct horse battery');
	await dialog.getByRole('button', { name: 'Check it', exact: true }).click();
	await expect(dialog.getByText('This backup restores whole')).toBeVisible({ timeout: 30_000 });
	await page.keyboard.press('Escape');

	await startWeek(page, WEEKS[1]);
	await approve(page);
	await done(page);
	await page.goto(BESIDE);
	const put = (name: string, text: string) =>
		page.evaluate(
			async ([file, content]) => {
				const shelf = await (
					await navigator.storage.getDirectory()
				).getDirectoryHandle('galley-shelf', { create: true });
				const writable = await (await shelf.getFileHandle(file, { create: true })).createWritable();
				await writable.write(content);
				await writable.close();
			},
			[name, text] as const
		);
	// Broken off before everything was proved: the file lies there, and nothing says that it is wanted.
	await put('staged', readFileSync(open, 'utf8'));
	await page.goto('/runs');
	await expect(page.getByRole('link', { name: /2026-W46/ }).first()).toBeVisible();
	// Broken off after that: what was begun is finished.
	await page.goto(BESIDE);
	await put('wanted', '');
	await page.goto('/');
	await expect(page.getByText('The restore that was interrupted has been finished.')).toBeVisible({
		timeout: 30_000
	});
	expect(await everything(page)).toEqual(asItWas);
});
