import { expect, test } from './fixtures';
import { approve, chooseWeeklyReport, done, eventsOf, gate, openTab, startWeek, WEEKS } from './report';

// Repeating, reusing, verifying and trying, as a person does them. Nothing is scripted.

test('a run is repeated from its review on: earlier steps are taken over, what is saved is approved again', async ({
	page
}) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	const first = await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);

	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: /Run again/ }).click();
	const dialog = page.getByRole('dialog', { name: 'Run again' });
	await dialog.getByRole('combobox', { name: 'From' }).selectOption({ label: 'Review' });
	await expect(dialog).toContainText('Taken over');
	await expect(dialog).toContainText('Acts outside again');
	await expect(dialog).toContainText('Save, after you approved it in the new run.');
	await dialog.getByRole('button', { name: 'Start the run' }).click();
	await page.waitForURL((url) => url.pathname.startsWith('/runs/') && !url.pathname.endsWith(first));
	await expect(page.getByText(/Repeats run 1 from “Review”/)).toBeVisible();
	await gate(page);
	await expect(page.locator('[data-cell=draft]')).toContainText('reused from run 1');
	await approve(page);
	await done(page);
	const second = page.url().split('/').pop() ?? '';
	const events = await eventsOf(page, second);
	const begun = events.flatMap((event) => (event.type === 'attempt.started' ? [event['stepId']] : []));
	expect(begun).toEqual(['save']);

	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: /Verify/ }).click();
	const audit = page.getByRole('dialog', { name: 'Verify this run' });
	await expect(audit).toContainText('The record is whole');
	await expect(audit.getByRole('row', { name: /Review.*approved/ })).toContainText('You');
	await audit.getByRole('button', { name: 'Close' }).last().click();
});

test('the same week again takes over equal answers, and asks anew when that is switched off', async ({
	page
}) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await startWeek(page, WEEKS[0]);
	await gate(page);
	await expect(page.locator('[data-cell=draft]')).toContainText('reused from run 1');
	// Evidence and checks are there as if it had been made here.
	await expect(page.locator('[data-cell=check]')).toContainText('Done');
	await page.goto('/workflows/weekly-report/start');
	await page.getByRole('checkbox', { name: 'Take equal earlier results' }).uncheck();
	await startWeek(page, WEEKS[0]);
	await gate(page);
	await expect(page.locator('[data-cell=draft]')).toContainText('Built-in');
	await expect(page.locator('[data-cell=draft]')).not.toContainText('reused');
});

test('a step is tried alone on an output that was changed, and says what it rests on', async ({ page }) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await approve(page);
	await done(page);
	await page.goto('/workflows/weekly-report?tab=edit');
	await page.getByRole('button', { name: 'Try Draft alone' }).click();
	const dialog = page.getByRole('dialog', { name: 'Try “Draft” alone' });
	const metrics = dialog.getByRole('textbox', { name: 'Output of “Extract metrics”' });
	await expect(metrics).toHaveValue(/57310\.8/);
	await metrics.fill((await metrics.inputValue()).replace('57310.8', '12345.6'));
	await dialog.getByRole('button', { name: 'Try it' }).click();
	await page.waitForURL(/\/runs\//);
	await expect(page.getByText('A try, not a run')).toBeVisible();
	await expect(page.locator('[data-cell=draft]')).toContainText('Done', { timeout: 30_000 });
	const cell = await openTab(page, 'draft', 'Output');
	await expect(cell).toContainText('12,345.6');
});
