import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { startFileServer } from '../support/file-server.mjs';
import { gguf, SIZES } from '../support/gguf.mjs';
import { expect, test } from './fixtures';
import { startImported, yamlFile } from './importing';
import { approve, chooseWeeklyReport, done, eventsOf, openTab, rowsOf, startWeek } from './report';

/** The Models page as a person uses it, and the main job done by a model of this device. */
const TINY = gguf(SIZES.tiny);
const FILE = gguf({ ...SIZES.medium, layers: 2 }, 5);
/** The tiny model wants its time where many tests run at once. */
const PATIENT = 60_000;

let folder: string;
test.beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), 'galley-models-'));
	writeFileSync(join(folder, 'tiny.gguf'), TINY);
	writeFileSync(join(folder, 'small.gguf'), gguf(SIZES.small));
	writeFileSync(join(folder, 'page.gguf'), '<!doctype html><title>Sign in</title>'.padEnd(4000));
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

const card = (page: Page, title: string) =>
	page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
const drop = (page: Page) => page.getByLabel(/Bring in model files/);

async function bringInModel(page: Page, name = 'tiny'): Promise<void> {
	await page.goto('/models');
	await drop(page).setInputFiles(join(folder, `${name}.gguf`));
	await expect(card(page, name)).toContainText('Ready', { timeout: PATIENT });
}

test.describe('the Models page', () => {
	test.setTimeout(180_000);

	test('says what is here, what suits this device, and refuses what is no model', async ({ page }) => {
		await page.goto('/models');
		await expect(page.getByText('No model is here yet.')).toBeVisible();
		await expect(card(page, 'Qwen2.5 0.5B')).toContainText('Apache 2.0');
		await expect(card(page, 'Qwen2.5 0.5B')).toContainText(/graphics processor/);
		await expect(page.getByRole('button', { name: /Download Qwen2.5 0.5B, 491 MB from/ })).toBeEnabled();
		await drop(page).setInputFiles(join(folder, 'page.gguf'));
		await expect(page.getByRole('alert')).toContainText('A web page came instead of a model');
		await expect(page.getByText('No model is here yet.')).toBeVisible();
	});

	test('a model is brought in, checked, used, and deleted by keyboard', async ({ page }) => {
		await bringInModel(page);
		await card(page, 'tiny').getByRole('button', { name: 'Check the file' }).press('Enter');
		await expect(page.getByText('tiny is whole: every byte is as it was.')).toBeVisible();
		await card(page, 'tiny').getByRole('button', { name: 'Use for new runs' }).press('Enter');
		await expect(card(page, 'tiny')).toContainText('in use for new runs');
		await page.reload();
		await expect(card(page, 'tiny')).toContainText('in use for new runs');
		await card(page, 'tiny').getByRole('button', { name: 'Delete tiny' }).press('Enter');
		await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).press('Enter');
		await expect(page.getByText('No model is here yet.')).toBeVisible();
	});

	test('two tabs never have it in memory both, and one that only keeps it lets it be deleted', async ({
		page,
		context
	}) => {
		await bringInModel(page);
		const tryIt = (tab: Page) => card(tab, 'tiny').getByRole('button', { name: 'Try it: tiny' }).click();
		/** Which worker has a model in memory; of two there would be two. */
		const seats = async () => {
			const { held = [] } = await page.evaluate(() => navigator.locks.query());
			return held
				.filter(({ name }) => name?.startsWith('galley-model-seat:'))
				.map(({ clientId }) => clientId);
		};
		await tryIt(page);
		await expect(page.getByText(/Worked when it was tried/)).toBeVisible({ timeout: PATIENT });
		const [first] = await seats();
		const other = await context.newPage();
		await other.goto('/models');
		await tryIt(other);
		await expect
			.poll(async () => (await seats()).map((id) => id === first), { timeout: PATIENT })
			.toEqual([false]);
		await expect(other.getByText(/Worked when it was tried/)).toBeVisible({ timeout: PATIENT });
		await card(page, 'tiny').getByRole('button', { name: 'Delete tiny' }).click();
		await page.getByRole('dialog').getByRole('button', { name: 'Delete it' }).click();
		await expect(page.getByText('No model is here yet.')).toBeVisible();
	});

	test('a download shows its bytes, pauses, survives a reload, and goes on', async ({ page }) => {
		const server = await startFileServer(FILE);
		server.next('ok', 'slow', 'slow');
		await page.goto('/models');
		await page.getByLabel('Or download from an address').fill(server.url);
		await page.getByRole('button', { name: 'Download', exact: true }).last().click();
		await expect(card(page, 'made')).toContainText('Downloading', { timeout: PATIENT });
		await expect(card(page, 'made')).toContainText(/MB of 29\.\d MB/);
		await card(page, 'made').getByRole('button', { name: 'Pause' }).click();
		await expect(card(page, 'made')).toContainText('Paused');
		await page.reload();
		await expect(card(page, 'made')).toContainText(/are here\./);
		const before = server.asked.length;
		server.next();
		await card(page, 'made').getByRole('button', { name: 'Go on' }).click();
		await expect(card(page, 'made')).toContainText('Ready', { timeout: PATIENT });
		expect(server.asked[before]?.range).not.toBe('bytes=0-8388607');
		await page.getByText(/What was downloaded, and from where/).click();
		await expect(page.getByRole('cell', { name: new URL(server.url).host }).first()).toBeVisible();
		await server.close();
	});

	test('without a network the models that are here stay, and downloads wait', async ({ page, context }) => {
		await bringInModel(page);
		await context.setOffline(true);
		await expect(page.getByText('Models that are here work all the same.')).toBeVisible();
		await expect(page.getByRole('button', { name: /Download Qwen2.5 0.5B/ })).toBeDisabled();
		await expect(card(page, 'tiny').getByRole('button', { name: 'Use for new runs' })).toBeEnabled();
	});

	test('the weekly report runs through it, gate and all', async ({ page }) => {
		test.setTimeout(360_000);
		await bringInModel(page);
		// A token for each letter: the material of a week is long for it.
		await card(page, 'tiny').getByLabel('Context').selectOption('32768');
		await card(page, 'tiny').getByRole('button', { name: 'Use for new runs' }).click();
		await expect(card(page, 'tiny')).toContainText('in use for new runs');
		await chooseWeeklyReport(page);
		const runId = await startWeek(page, '2026-W45');
		// It writes nonsense, which is flagged; the typed steps hold their form all the same.
		await expect(page.getByRole('group', { name: 'Decision' })).toBeVisible({ timeout: 240_000 });
		await approve(page);
		await done(page);
		const events = await eventsOf(page, runId);
		const models = events.filter(({ type }) => type === 'attempt.succeeded').map(({ model }) => model);
		expect(models).toContain('tiny');
		expect(events.some(({ egress }) => Array.isArray(egress) && egress.length > 0)).toBe(false);
	});

	test('a tab killed while its model writes: the step is begun again, and the half that was there is kept as that', async ({
		newPersistent
	}) => {
		test.setTimeout(360_000);
		const { context, page } = await newPersistent();
		await bringInModel(page, 'small');
		await card(page, 'small').getByRole('button', { name: 'Use for new runs' }).click();
		await expect(card(page, 'small')).toContainText('in use for new runs');
		const runId = await startImported(page, WRITING);
		await expect.poll(() => salvaged(page), { timeout: PATIENT, intervals: [100] }).toMatch(/[a-z0-9]{20}/);
		const killed = page.waitForEvent('crash');
		void (await context.newCDPSession(page)).send('Page.crash').catch(() => undefined);
		await killed;
		await page.close();

		const fresh = await context.newPage();
		await fresh.goto(`/runs/${runId}`);
		await expect(fresh.locator('[data-cell=write]')).toContainText('Done', { timeout: 4 * PATIENT });
		const tries = await openTab(fresh, 'write', 'Attempts');
		await expect(tries.getByText('interrupted', { exact: true })).toBeVisible();
		await tries.getByRole('button', { name: 'Show what had arrived' }).click();
		await expect(tries.getByRole('listitem').last()).toContainText(/[a-z0-9]{20}/);
		const events = await eventsOf(fresh, runId);
		expect(events.filter(({ type }) => type === 'attempt.interrupted')).toEqual([
			expect.objectContaining({ stepId: 'write', kept: expect.objectContaining({ media: 'text/plain' }) })
		]);
		expect(await salvaged(fresh)).toBe('');
	});
});

/** A step that takes a model some seconds to write. */
const WRITING = yamlFile(`
format: 1
id: writing
title: Writing
steps:
  - id: write
    title: Write
    kind: model
    job: draft
    instructions: Write.
    permissions: { model: any }
    with: { maxTokens: 2000 }
`);

/** What lies beside the log, in case that this tab is killed. */
async function salvaged(page: Page): Promise<string> {
	const rows = await rowsOf(page, 'settings', ['salvage:', 'salvage:\uffff']);
	return (rows as { value: string }[]).map(({ value }) => value).join('');
}
