import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { approve, chooseWeeklyReport, done, startWeek, WEEKS } from './report';

// A folder on disk, connected. A real one by drag, which a browser without a screen lets be read and not written; for
// writing one of the browser's own file system, handed out in place of the system's picker.

const section = (page: Page) => page.getByRole('region', { name: 'Folders on this device' });
const rows = (page: Page) => page.locator('[role=row] .name a').allTextContents();

/** Drops a folder of this machine's disk, as a hand does. */
async function dropFolder(page: Page, path: string): Promise<void> {
	const box = await section(page).boundingBox();
	if (!box) throw new Error('there is a place to drop it');
	const session = await page.context().newCDPSession(page);
	const [x, y] = [box.x + 20, box.y + 10];
	for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
		const data = { items: [], files: [path], dragOperationsMask: 1 };
		await session.send('Input.dispatchDragEvent', { type, x, y, data });
	}
}

test('a real folder: read where it lies, anew when a file changed, leave lost and given again', async ({
	page
}, info) => {
	const disk = mkdtempSync(join(tmpdir(), 'galley-disk-'));
	writeFileSync(join(disk, 'prices.csv'), 'a,b\n1,2\n');
	writeFileSync(join(disk, 'style.md'), '# Style\n');
	await page.goto('/library');
	await dropFolder(page, disk);
	await expect(section(page).getByText(/^2 files, looked at/)).toBeVisible();
	await expect(section(page).getByText('It is read only')).toBeVisible();
	await expect.poll(() => rows(page)).toEqual(expect.arrayContaining(['prices.csv', 'style.md']));

	writeFileSync(join(disk, 'prices.csv'), 'a,b\n1,2\n3,4\n');
	writeFileSync(join(disk, 'plan.txt'), 'Plan');
	await expect(section(page).getByText(/^3 files, looked at/)).toBeVisible();
	await expect(page.getByText('v2')).toBeVisible();
	await page.screenshot({ path: info.outputPath('connected.png') });
	expect((await new AxeBuilder({ page }).analyze()).violations.map((one) => one.id)).toEqual([]);

	// The browser takes its leave back some seconds after the last page of an origin.
	await page.goto('about:blank');
	await page.waitForTimeout(8000);
	await page.goto('/library');
	await expect(section(page).getByRole('button', { name: 'Reconnect folder' })).toBeVisible();
	await expect(section(page).getByText(/asks again before Galley may use/)).toBeVisible();
	await page.screenshot({ path: info.outputPath('lost.png') });
	writeFileSync(join(disk, 'late.txt'), 'Late');
	await section(page).getByRole('link').click();
	await expect.poll(() => rows(page)).toHaveLength(3);
	await dropFolder(page, disk);
	await expect(section(page).getByText(/^4 files, looked at/)).toBeVisible();
	await expect.poll(() => rows(page)).toHaveLength(4);
	rmSync(disk, { recursive: true });
});

test('an approved report is a file in the folder, and a backup lies beside it', async ({ page }, info) => {
	test.setTimeout(120_000);
	await page.addInitScript(() => {
		const pick = async ({ id }: { id: string }) =>
			(await navigator.storage.getDirectory()).getDirectoryHandle(
				id === 'galley-library' ? 'Reports' : 'Safe',
				{ create: true }
			);
		Object.assign(window, { showDirectoryPicker: pick });
	});
	const onDisk = (folder: string) =>
		page.evaluate(async (name) => {
			const root = await navigator.storage.getDirectory();
			const texts: Record<string, string> = {};
			for await (const handle of (await root.getDirectoryHandle(name)).values())
				texts[handle.name] = await (await (handle as FileSystemFileHandle).getFile()).text();
			return texts;
		}, folder);
	await chooseWeeklyReport(page);
	await page.goto('/library');
	await section(page).getByRole('button', { name: 'Connect a folder' }).click();
	await expect(page.getByText('“Reports” is connected.')).toBeVisible();
	await page.goto('/workflows/weekly-report');
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await expect.poll(async () => Object.keys(await onDisk('Reports'))).toEqual(['2026-W45 Weekly report.md']);
	expect(Object.values(await onDisk('Reports'))[0]).toContain('Performance');

	await page.goto('/settings#backup');
	await page.getByRole('button', { name: 'Back up to a folder by itself…' }).click();
	await expect(page.getByText('read back and found whole.').first()).toBeVisible();
	await expect(page.getByText(/Last backup .*, in the folder “Safe”/)).toBeVisible();
	expect(Object.keys(await onDisk('Safe'))).toEqual([expect.stringMatching(/^galley-.*\.galley-backup$/)]);
	await page.locator('#backup').screenshot({ path: info.outputPath('backup.png') });

	// Edited by hand, in another program.
	await page.goto('/library');
	await page.evaluate(async () => {
		const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('Reports');
		const file = await (await folder.getFileHandle('2026-W45 Weekly report.md')).createWritable();
		await file.write('Mine.');
		await file.close();
	});
	await expect(page.getByText('v2')).toBeVisible();
	await section(page).getByRole('button', { name: 'Disconnect' }).click();
	await expect(page.getByText(/is not connected any more/)).toBeVisible();
	await expect(section(page).getByRole('listitem')).toHaveCount(0);
});
