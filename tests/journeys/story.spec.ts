import {
	approve,
	chooseWeeklyReport,
	copyOf,
	done,
	gate,
	openTab,
	startWeek,
	textOfCopy,
	WEEKS
} from './report';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';

// The main job with nothing scripted: sample files, the built-in model, real workers and storage.

const NOTE = 'Give money without decimals.';

test('three weeks: corrected once, obeyed and judged twice, all three found again', async ({ page }) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);

	// Week 1: the person takes the cents off and keeps the correction.
	await gate(page);
	const draft = await textOfCopy(page);
	expect(draft).toMatch(/€ [\d,]+\.\d{2}/);
	await page.getByRole('checkbox').first().check();
	await copyOf(page).fill(draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1'));
	await approve(page, /Approve with edits/);
	await done(page);
	const proposal = page.getByRole('article', { name: 'Proposed correction note' }).filter({ hasText: NOTE });
	await proposal.getByRole('button', { name: 'Keep' }).click();
	await expect(proposal).toHaveCount(0);

	// Weeks 2 and 3: the note is in what is sent, the draft obeys, the note is judged.
	for (const week of WEEKS.slice(1)) {
		await startWeek(page, week);
		await gate(page);
		const text = await textOfCopy(page);
		expect(text).toContain('Changes since last week');
		expect(text).not.toMatch(/€ ?[\d,]+\.\d{2}/);
		if (week === '2026-W46') await equalNumbersApart(page);
		const sent = await openTab(page, 'draft', 'As sent');
		await expect(sent).toContainText(NOTE);
		const notes = await openTab(page, 'draft', 'Notes');
		await expect(notes).toContainText(NOTE);
		await expect(notes).toContainText(/held/i);
		await approve(page);
		await done(page);
	}

	// All three reports are in the library, each opens, and the record of the note says what happened.
	await page.goto('/library');
	for (const week of WEEKS) {
		await page.goto('/library');
		await page.getByText(`${week} Weekly report.md`).first().click();
		await expect(page.getByRole('heading', { name: `Performance, week ${week}` }).first()).toBeVisible();
	}
	await page.goto('/corrections');
	await expect(page.getByText(NOTE).first()).toBeVisible();
	await expect(page.locator('main')).toContainText(/held/i);

	// And the runs can be found again.
	await page.goto('/runs');
	for (const week of WEEKS) await expect(page.getByText(`Performance, week ${week}`).first()).toBeVisible();
});

/** In this week an average order was € 44 and there were 44 support tickets: each has a source of its own. */
async function equalNumbersApart(page: Page): Promise<void> {
	const cite = (words: string) =>
		page.getByRole('row', { name: words }).getByRole('button', { name: /where 44 comes from/ });
	const orders = cite('Average order');
	const tickets = cite('Support tickets');
	await expect(orders).not.toHaveText((await tickets.textContent()) ?? '');
	const sources = page.getByRole('region', { name: 'Where the numbers come from' });
	await tickets.click();
	await expect(sources.locator('[aria-expanded=true]')).toContainText('notes.md');
	await expect(tickets).toHaveAttribute('aria-current', 'true');
	await expect(orders).not.toHaveAttribute('aria-current');
	await orders.click();
	await expect(sources.locator('[aria-expanded=true]')).toContainText('sum of revenue ÷ sum of orders');
	await expect(orders).toHaveAttribute('aria-current', 'true');
	await expect(tickets).not.toHaveAttribute('aria-current');
}

test('a week made late is compared with the week before it, and the form says so', async ({ page }) => {
	test.setTimeout(120_000);
	await chooseWeeklyReport(page);
	for (const week of [WEEKS[0], WEEKS[2]]) {
		await startWeek(page, week);
		await approve(page);
		await done(page);
	}
	await page.goto('/workflows/weekly-report/start');
	const previous = page.getByRole('region', { name: 'Last approved report' });
	await expect(previous).toContainText('Which one it is depends on “Week” above.');
	await page.getByRole('button', { name: `Week ${WEEKS[1]}` }).click();
	await expect(previous).toContainText(`Compared with Reports/${WEEKS[0]} Weekly report.md`);
	await startWeek(page, WEEKS[1]);
	await gate(page);
	expect(await textOfCopy(page)).toContain('Revenue fell 9.4 %, from € 57,310.80 to € 51,904.30');
	const collected = await openTab(page, 'collect', 'Output');
	await expect(collected).toContainText(`Reports/${WEEKS[0]} Weekly report.md`);
	await expect(collected).toContainText('compared with this run');
});

test('changes asked for: the draft is written again with the words, as revision 2 of 3', async ({ page }) => {
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	const decision = await gate(page);
	await decision.getByRole('button', { name: /Ask for changes/ }).click();
	await page
		.getByRole('textbox', { name: 'What should change?' })
		.fill('Leave out the section “Next steps”.');
	await page
		.getByRole('group', { name: 'Decision' })
		.getByRole('button', { name: 'Ask for changes' })
		.click();
	await expect(page.getByText('revision 2 of 3', { exact: false }).first()).toBeVisible({ timeout: 30_000 });
	expect(await textOfCopy(page)).not.toContain('Next steps');
	const sent = await openTab(page, 'draft', 'As sent');
	await expect(sent).toContainText('Leave out the section “Next steps”.');
});

test('rejected: the run ends, nothing is written, the reason stays', async ({ page }) => {
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	const decision = await gate(page);
	await decision.getByRole('button', { name: 'Reject' }).click();
	await page.getByRole('textbox', { name: 'Why is it rejected?' }).fill('The numbers are of the wrong week.');
	await page.getByRole('button', { name: 'Reject this run' }).click();
	await expect(page.locator('main')).toContainText('The numbers are of the wrong week.');
	await page.goto('/library');
	await expect(page.getByText('Weekly report.md')).toHaveCount(0);
});

test('a finished example is there at one click', async ({ page }) => {
	await page.goto('/');
	await page.getByRole('button', { name: /See a finished example/ }).click();
	await page.waitForURL(/\/runs\//, { timeout: 60_000 });
	await gate(page);
	const sent = await openTab(page, 'draft', 'As sent');
	await expect(sent).toContainText(NOTE);
});
