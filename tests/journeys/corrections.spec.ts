import { approve, chooseWeeklyReport, copyOf, done, gate, startWeek, textOfCopy, WEEKS } from './report';
import { expect, test } from './fixtures';

// Proposals that were not decided about in their run are found again. Nothing is scripted.

const NOTE = 'Give money without decimals.';

test('proposals that were neither kept nor dismissed wait on the corrections page', async ({ page }) => {
	await chooseWeeklyReport(page);
	const runId = await startWeek(page, WEEKS[0]);
	await gate(page);
	const draft = await textOfCopy(page);
	const title = /^## (.+)$/m.exec(draft)?.[1] ?? '';
	const edited = draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1').replace(`## ${title}\n`, `## In a few words\n`);
	await copyOf(page).fill(`${edited}\n## Outlook\n\nNothing new.\n`);
	await approve(page, /Approve with edits/);
	await done(page);
	const inRun = page.getByRole('article', { name: 'Proposed correction note' });
	await expect(inRun.first()).toBeVisible();
	const all = await inRun.count();
	expect(all).toBeGreaterThan(2);

	await page.goto('/corrections');
	const group = page.getByRole('region', { name: 'Proposed, not decided' });
	const cards = group.getByRole('article', { name: 'Proposed correction note' });
	await expect(cards).toHaveCount(all);
	await expect(group).toContainText(`${all} proposals`);

	// Kept here it is a note like any other, and no proposal any more.
	await cards.filter({ hasText: NOTE }).getByRole('button', { name: 'Keep' }).click();
	await expect(cards.filter({ hasText: NOTE })).toHaveCount(0);
	await expect(page.getByRole('button', { name: `Edit: ${NOTE}` })).toBeVisible();
	await expect(cards).toHaveCount(all - 1);

	// Dismissed here it can be taken back; else it stays away, in the run as well.
	const dismiss = () => cards.first().getByRole('button', { name: 'Not this time' }).click();
	await dismiss();
	await expect(cards).toHaveCount(all - 2);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(cards).toHaveCount(all - 1);
	await dismiss();
	await expect(cards).toHaveCount(all - 2);
	await group
		.getByRole('link', { name: /Performance, week/ })
		.first()
		.click();
	await page.waitForURL(new RegExp(runId));
	await expect(inRun).toHaveCount(all - 2);
	await page.goBack();
	for (let left = all - 2; left > 0; left -= 1) {
		await expect(cards).toHaveCount(left);
		await dismiss();
	}
	await page.reload();
	await expect(page.getByRole('button', { name: `Edit: ${NOTE}` })).toBeVisible();
	await expect(group).toHaveCount(0);
});
