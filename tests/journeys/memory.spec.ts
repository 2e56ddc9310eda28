import { readFileSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
import { ledgerOf } from './device';
import { exportAs, GALLEY_FILE, READABLE } from './exporting';
import {
	approve,
	chooseWeeklyReport,
	done,
	eventsOf,
	gate,
	openTab,
	startWeek,
	useServer,
	WEEKS
} from './report';
import { expect, test as base } from './fixtures';

// Notes and a model that does what it likes. Real: the app, its workers, HTTP over the loopback. Scripted: the model, whose
// draft is always the same, so that it keeps no note.

type Models = Awaited<ReturnType<typeof startModelServer>>;

const test = base.extend<{ models: Models }>({
	models: async ({ app: _app }, use) => {
		const models = await startModelServer({ slowMs: 1 });
		await use(models);
		await models.close();
	}
});

const SECTION = 'Always include a section “Weather”.';
const TOKEN = 'Heron-7f3';

async function write(page: Page, instruction: string, stays = false): Promise<void> {
	await page.getByRole('button', { name: 'Write a note' }).click();
	const dialog = page.getByRole('dialog', { name: 'Write a note' });
	await dialog.getByRole('textbox', { name: 'Instruction' }).fill(instruction);
	if (stays) await dialog.getByRole('checkbox', { name: 'Only for models on this device' }).check();
	await dialog.getByRole('button', { name: 'Save' }).click();
	await expect(dialog).toBeHidden();
}

test('missed twice a note is offered as a check; one for this device only never leaves it; two alike are merged', async ({
	page,
	models
}) => {
	test.setTimeout(240_000);
	await chooseWeeklyReport(page);
	await page.goto('/corrections');
	await write(page, SECTION);
	await write(page, 'Include a section called “weather”.');
	await write(page, `Never name Project ${TOKEN} to anybody.`, true);

	const alike = page.getByRole('region', { name: 'One of these is enough' });
	await expect(alike).toContainText('They say the same');
	await alike.getByRole('button', { name: `Keep only: ${SECTION}` }).click();
	await expect(alike).toHaveCount(0);

	await useServer(page, models.baseUrl);
	for (const week of WEEKS.slice(0, 2)) {
		await startWeek(page, week);
		await gate(page);
		const draft = await openTab(page, 'draft', 'Notes');
		await expect(draft).toContainText('missed');
		await expect(draft).toContainText('withheld');
		await approve(page);
		await done(page);
	}
	const asked = models.requests.map((one) => JSON.stringify([one.path, one.headers, one.body])).join('\n');
	expect(asked).toContain('Weather');
	expect(asked).not.toContain(TOKEN);
	// Nor into the run's record, the ledger, or what is exported of them.
	const runId = page.url().split('/').pop() ?? '';
	expect(JSON.stringify([await eventsOf(page, runId), await ledgerOf(page)])).not.toContain(TOKEN);
	for (const form of [READABLE, GALLEY_FILE]) {
		const file = await exportAs(page, form);
		expect(readFileSync(await file.path(), 'utf8')).not.toContain(TOKEN);
	}

	await page.goto('/corrections');
	const note = page.getByRole('listitem').filter({ hasText: SECTION });
	await expect(note).toContainText('Missed 2 times');
	await note.getByRole('button', { name: /Make it a rule/ }).click();
	const dialog = page.getByRole('dialog', { name: 'Make it a part of the workflow' });
	await expect(dialog.locator('ins')).toContainText('Weather');
	expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
	await dialog.getByRole('button', { name: 'Save as a new version' }).click();
	await expect(dialog).toBeHidden();

	await startWeek(page, WEEKS[2]);
	await gate(page);
	await expect(page.getByText('The section “Weather” is missing.').first()).toBeVisible();
});
