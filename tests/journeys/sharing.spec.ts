import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { everything } from './device';

import { exportAs } from './exporting';
import { choose } from './importing';
import { expect, test } from './fixtures';
import { approve, chooseWeeklyReport, done, gate, startWeek, WEEKS } from './report';

// A backup, and a review by somebody without Galley. Real files, real browsers with nothing in common.

test('fill, back up, lose the database, restore: everything is as it was', async ({ app, page }, info) => {
	test.setTimeout(150_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await page.goto('/settings#backup');
	await expect(page.getByText('No backup was made on this device yet.')).toBeVisible();
	const coming = page.waitForEvent('download');
	await page.getByRole('button', { name: 'Back up now' }).click();
	const file = info.outputPath('all.galley-backup');
	await (await coming).saveAs(file);
	await expect(page.getByText('Nothing has changed since')).toBeVisible();
	const before = await everything(page);

	await page.getByRole('button', { name: 'Check a backup…' }).click();
	const damaged = info.outputPath('damaged.galley-backup');
	const bytes = readFileSync(file);
	bytes[Math.floor(bytes.length / 2)] = (bytes[Math.floor(bytes.length / 2)] ?? 0) ^ 1;
	writeFileSync(damaged, bytes);
	await choose(page, damaged, 'Check it');
	await expect(page.getByText(/This backup is damaged at part \d+/)).toBeVisible();
	await choose(page, file, 'Check it');
	await expect(page.getByText('This backup restores whole')).toBeVisible();
	expect(await everything(page)).toEqual(before);

	// The browser throws everything away, as it does.
	await page.goto('about:blank');
	const session = await page.context().newCDPSession(page);
	await session.send('Storage.clearDataForOrigin', {
		origin: app.url,
		storageTypes: 'indexeddb,file_systems'
	});
	await page.goto('/');
	await page.getByRole('button', { name: 'restore from a backup' }).click();
	// Every page is loaded anew after it, and lists may show what came back a moment before that.
	const anew = page.waitForEvent('load', { timeout: 30_000 });
	await choose(page, file, 'Restore');
	await anew;
	await expect(page.getByText('2026-W45', { exact: false }).first()).toBeVisible({ timeout: 30_000 });
	expect(await everything(page)).toEqual(before);
});

test('a gate goes to somebody without Galley, and the decision comes back, once', async ({
	page,
	browser
}, info) => {
	test.setTimeout(150_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await gate(page);
	const packet = info.outputPath('packet.html');
	await (await exportAs(page, /Review packet/, true)).saveAs(packet);

	const elsewhere = await browser.newContext();
	await elsewhere.setOffline(true);
	const requests: string[] = [];
	const complaints: string[] = [];
	elsewhere.on('request', (request) => requests.push(request.url()));
	const reader = await elsewhere.newPage();
	reader.on('console', (message) => complaints.push(message.text()));
	reader.on('pageerror', (error) => complaints.push(error.message));
	const address = pathToFileURL(packet).href;
	await reader.goto(address);
	await expect(reader.getByText(/^Signed by (\w{4} ){7}\w{4}\./)).toBeVisible();
	await expect(reader.getByText(/and no signature/)).toBeVisible();
	const save = reader.getByRole('button', { name: 'Save the decision file' });
	await save.click();
	await expect(reader.getByText(/Not saved yet: choose a decision, enter your name/)).toBeVisible();
	const text = reader.getByRole('textbox', { name: 'Your copy of the draft' });
	await text.fill(`${await text.inputValue()}\nSeen by Robin.\n`);
	for (const box of await reader.getByRole('checkbox').all()) await box.check();
	await reader.getByRole('radio', { name: /^Approve/ }).check();
	await reader.getByRole('textbox', { name: 'Your name' }).fill('Robin');
	const coming = reader.waitForEvent('download');
	await save.click();
	const decision = info.outputPath('decision.json');
	await (await coming).saveAs(decision);
	expect(requests.filter((url) => !url.startsWith('blob:'))).toEqual([address]);
	expect(complaints).toEqual([]);
	await elsewhere.close();

	const bring = async (path: string) => {
		await page.goto('/workflows');
		const opening = page.waitForEvent('filechooser');
		await page.getByRole('button', { name: 'Import', exact: true }).first().click();
		await (await opening).setFiles(path);
	};
	const forged = info.outputPath('forged.json');
	writeFileSync(forged, readFileSync(decision, 'utf8').replace('Seen by Robin', 'Seen by nobody'));
	await bring(forged);
	await expect(page.getByText(/was changed after it was saved. Nothing was decided/)).toBeVisible();
	await bring(decision);
	await expect(page.getByText('Robin approved. The name is as it was entered')).toBeVisible();
	await done(page);
	await expect(page.getByText('Seen by Robin.').first()).toBeVisible();
	await bring(decision);
	await expect(page.getByText(/brought in already and counts once|has ended/)).toBeVisible();
});
