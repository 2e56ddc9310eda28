import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
import { filesWith } from './device';
import { approve, done, startWeek, WEEKS } from './report';
import { exportAs, GALLEY_FILE, pressExport, READABLE } from './exporting';
import { expect, test as base } from './fixtures';

// Keys, and what trying a model says. Real: the app, its workers, the browser's database and cryptography, HTTP on the
// loopback. Scripted: the server.

type Models = Awaited<ReturnType<typeof startModelServer>>;

const test = base.extend<{ models: Models }>({
	models: async ({ app: _app }, use) => {
		const models = await startModelServer();
		await use(models);
		await models.close();
	}
});

const KEY = 'sk-canary-5b1d77ce90a4';
const WORDS = 'correct horse battery';

async function fillIn(page: Page, models: Models, key: string, onlyNow = false): Promise<void> {
	await page.goto('/settings');
	await page.getByRole('radio', { name: /Server of your choice/ }).check();
	await page.getByRole('textbox', { name: 'Address' }).fill(models.baseUrl);
	await page.getByRole('textbox', { name: 'Model' }).fill('tester');
	await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key);
	if (onlyNow) await page.getByRole('checkbox', { name: 'Only for now' }).check();
}

async function use(page: Page): Promise<void> {
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
}

/** What the vault's own database holds, bytes as text. */
function vault(page: Page): Promise<string> {
	return page.evaluate(async () => {
		const open = indexedDB.open('galley-keys');
		const database = await new Promise<IDBDatabase>(
			(resolve) => (open.onsuccess = () => resolve(open.result))
		);
		const rows: unknown[] = [];
		for (const name of database.objectStoreNames) {
			const request = database.transaction(name).objectStore(name).getAll();
			rows.push(await new Promise((resolve) => (request.onsuccess = () => resolve(request.result))));
		}
		database.close();
		return JSON.stringify(rows, (_, value: unknown) =>
			value instanceof ArrayBuffer || value instanceof Uint8Array
				? new TextDecoder('latin1').decode(value)
				: value
		);
	});
}

const keys = (page: Page) => page.getByRole('list', { name: 'Keys on this device' });
const axe = async (page: Page) => (await new AxeBuilder({ page }).analyze()).violations;

test('a key that is kept survives a reload, is sealed where it lies, and goes to its server alone', async ({
	page,
	models
}) => {
	test.setTimeout(180_000);
	await fillIn(page, models, KEY);
	await use(page);
	const host = new URL(models.url).host;
	await expect(keys(page)).toContainText(host);
	await expect(keys(page)).toContainText(`For ${models.url} alone`);
	await expect(keys(page)).toContainText('never used');
	const lies = await vault(page);
	expect(lies).toContain(host);
	expect(lies).not.toContain(KEY);
	expect((await filesWith(page, KEY)).found).toEqual([]);

	await page.goto('/workflows');
	await page.goto('/');
	await page.getByRole('button', { name: /Start from the weekly report|Weekly performance report/ }).click();
	await page.getByText('what the steps read is sent there').waitFor();
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	expect(models.requests).toHaveLength(3);
	for (const { headers } of models.requests) expect(headers['authorization']).toBe(`Bearer ${KEY}`);

	// Another server: the key stays where it is.
	const other = await startModelServer();
	await page.goto('/settings');
	await expect(keys(page)).toContainText('used');
	await page.getByRole('textbox', { name: 'Address' }).fill(other.baseUrl);
	await expect(page.getByText('is for another server and does not go to this one')).toBeVisible();
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(page.getByText(/It can be used/)).toBeVisible({ timeout: 30_000 });
	for (const { headers } of [...other.requests, ...other.lists])
		expect(headers['authorization']).toBeUndefined();
	await other.close();
});

test('with a passphrase a new session is locked; the step says so and goes on when unlocked', async ({
	page,
	models
}) => {
	test.setTimeout(180_000);
	await fillIn(page, models, KEY);
	await use(page);
	await page.getByRole('button', { name: 'Set a passphrase' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'New passphrase' }).fill(WORDS);
	await dialog.getByRole('textbox', { name: 'The same again' }).fill(`${WORDS}x`);
	await expect(dialog.getByText('The two are not the same.')).toBeVisible();
	await expect(dialog.getByRole('button', { name: 'Keep it' })).toBeDisabled();
	await dialog.getByRole('textbox', { name: 'The same again' }).fill(WORDS);
	await dialog.getByRole('button', { name: 'Keep it' }).click();
	await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible({ timeout: 20_000 });

	await page.reload();
	await expect(page.getByText('Locked. Steps that need a key wait')).toBeVisible();
	await page.goto('/');
	await page.getByRole('button', { name: /Start from the weekly report|Weekly performance report/ }).click();
	await page.getByText('what the steps read is sent there').waitFor();
	await startWeek(page, WEEKS[0]);
	const cell = page.locator('[data-cell=extract]');
	await expect(cell.getByText(/is locked, so nothing was sent/).first()).toBeVisible({ timeout: 30_000 });
	expect(models.requests).toEqual([]);
	const run = page.url();

	// Not by a new page load, which would lock it again.
	await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Settings' }).click();
	const unlock = page.getByRole('textbox', { name: 'Passphrase' });
	await unlock.fill('wrong horse battery');
	await page.getByRole('button', { name: 'Unlock' }).click();
	await expect(page.getByText('That is not the passphrase')).toBeVisible({ timeout: 20_000 });
	expect(await axe(page)).toEqual([]);
	await unlock.fill(WORDS);
	await page.getByRole('button', { name: 'Unlock' }).click();
	await expect(page.getByRole('button', { name: 'Lock now' })).toBeVisible({ timeout: 20_000 });
	await page.goBack();
	await page.waitForURL(run);
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await approve(page);
	await done(page);
	expect(models.requests[0]?.headers['authorization']).toBe(`Bearer ${KEY}`);

	// An export is looked through; while the keys are locked nobody can, so none is made.
	await page.reload();
	await done(page);
	await pressExport(page, GALLEY_FILE);
	await expect(page.getByText(/keys are locked, so Galley cannot make sure/)).toBeVisible();
});

test('an export that would hold a key is not made', async ({ page, models }, info) => {
	test.setTimeout(180_000);
	await fillIn(page, models, KEY);
	await use(page);
	await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Home' }).click();
	await page.getByRole('button', { name: /Start from the weekly report|Weekly performance report/ }).click();
	await page.getByText('what the steps read is sent there').waitFor();
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	const path = info.outputPath('run.json');
	await (await exportAs(page, GALLEY_FILE)).saveAs(path);
	expect(readFileSync(path, 'utf8')).not.toContain(KEY);

	// What is kept as a key now stands in the run: as a text of the report.
	await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Settings' }).click();
	await page.getByRole('button', { name: 'Add a key' }).click();
	const dialog = page.getByRole('dialog');
	await dialog.getByRole('textbox', { name: 'Name' }).fill('Planted');
	await dialog.getByRole('textbox', { name: 'The key itself' }).fill('The figure to look at is');
	await dialog.getByRole('button', { name: 'Keep it' }).click();
	await expect(keys(page)).toContainText('Planted');
	await page.goBack();
	await done(page);
	let downloads = 0;
	page.on('download', () => (downloads += 1));
	for (const format of [GALLEY_FILE, READABLE]) {
		await pressExport(page, format);
		await expect(
			page.getByText(/The key “Planted” stands in what this file would hold/).last()
		).toBeVisible();
	}
	expect(downloads).toBe(0);
});

test('only for now: in every open tab, gone with a reload, and said so', async ({
	page,
	context,
	models
}) => {
	test.setTimeout(120_000);
	await fillIn(page, models, KEY, true);
	await use(page);
	await expect(keys(page)).toContainText('only for now');
	expect(await vault(page)).not.toContain(new URL(models.url).host);
	const second = await context.newPage();
	await second.goto('/settings');
	await expect(keys(second)).toContainText('only for now', { timeout: 20_000 });
	await second.close();
	await page.reload();
	await expect(page.getByText(/is not on this device \(any more\)/)).toBeVisible();
});

test('forgetting asks first; deleting everything takes the keys too', async ({ page, models }) => {
	test.setTimeout(120_000);
	await fillIn(page, models, KEY);
	await use(page);
	const host = new URL(models.url).host;
	await page.getByRole('button', { name: `Forget ${host}` }).click();
	await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
	await expect(keys(page)).toContainText(host);
	await page.getByRole('button', { name: `Replace ${host}` }).click();
	await page.getByRole('textbox', { name: 'The new key itself' }).fill('sk-newer-0000');
	await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).click();
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(page.getByText(/It can be used/)).toBeVisible({ timeout: 30_000 });
	expect(models.requests[0]?.headers['authorization']).toBe('Bearer sk-newer-0000');
	await page.getByRole('button', { name: 'Delete everything…' }).click();
	await page.getByRole('textbox', { name: /To go on, type/ }).fill('delete everything');
	await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
	await page.waitForURL('/');
	await page.goto('/settings');
	await expect(page.getByText('No keys. A model on this device')).toBeVisible();
	expect(await vault(page)).toBe('[[],[]]');
});

test('the connection test: line by line, what was found stays with its time, also when it failed', async ({
	page,
	models
}) => {
	test.setTimeout(120_000);
	await page.goto('/settings');
	await page.getByRole('radio', { name: /Server of your choice/ }).check();
	await page.getByRole('button', { name: 'Ollama' }).click();
	await expect(page.getByRole('textbox', { name: 'Address' })).toHaveValue('http://localhost:11434/v1');
	await expect(
		page.getByText(`set OLLAMA_ORIGINS=${new URL(page.url()).origin} in its environment`)
	).toBeVisible();
	await page.getByRole('textbox', { name: 'Address' }).fill(models.baseUrl);
	await page.getByRole('textbox', { name: 'Model' }).fill('tester');
	const section = page.getByRole('region', { name: 'Connection test' });
	await expect(section).toContainText('Not tested yet.');
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(section).toContainText('It can be used. Tested', { timeout: 30_000 });
	const lines = section.getByRole('listitem');
	await expect(lines).toHaveCount(5);
	for (const [index, title] of [
		'Reachable',
		'Allowed',
		'Model there',
		'Streams',
		'Typed answers'
	].entries()) {
		await expect(lines.nth(index)).toContainText(title);
		await expect(lines.nth(index)).toContainText('works');
	}
	await expect(lines.nth(2)).toContainText('“tester” is one of the 2 that the server lists.');
	expect(await axe(page)).toEqual([]);

	models.behaviour = 'status-401';
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(section).toContainText('It cannot be used like this. Tested', { timeout: 30_000 });
	await expect(lines.nth(1)).toContainText('failed');
	await expect(lines.nth(1)).toContainText('asks for a key (401)');
	await expect(lines.nth(4)).toContainText('not tried');
	expect(await axe(page)).toEqual([]);
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
	await page.reload();
	await expect(section).toContainText('It cannot be used like this. Tested');
	await page.getByRole('textbox', { name: 'Model' }).fill('another');
	await expect(section).toContainText('Not tested yet.');
});
