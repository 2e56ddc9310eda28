import type { Page } from '@playwright/test';
import {
	approve,
	chooseWeeklyReport,
	copyOf,
	done,
	eventsOf,
	gate,
	startWeek,
	textOfCopy,
	WEEKS
} from './report';
import { expect, test } from './fixtures';

// What a person has begun at a gate and not decided: asked about before it is passed over, kept over a reload, kept when
// another tab decides. Nothing is scripted: sample files, the built-in model, real workers and storage.

async function atGate(page: Page): Promise<string> {
	await chooseWeeklyReport(page);
	const runId = await startWeek(page, WEEKS[0]);
	await gate(page);
	return runId;
}

async function decisionOf(page: Page, runId: string) {
	return (await eventsOf(page, runId)).find((event) => event.type === 'review.decided');
}

test('a key does not pass over criteria that are not ticked; the decision records the ticks as they are', async ({
	page
}) => {
	const runId = await atGate(page);
	const criteria = page.getByRole('checkbox');
	const all = await criteria.count();
	await criteria.first().check();
	await page.getByRole('heading', { name: /Is this report ready/ }).click();
	await page.keyboard.press('a');
	const question = page.getByText(`${all - 1} of ${all} criteria`, { exact: false });
	await expect(question).toContainText('not ticked. Approve anyway?');
	const anyway = page.getByRole('button', { name: 'Approve anyway' });
	await expect(anyway).toBeFocused();
	expect(await decisionOf(page, runId)).toBeUndefined();

	// Escape and “Go back” lead back to the four ways to decide, with the focus where it can go on.
	await page.keyboard.press('Escape');
	await expect(question).toHaveCount(0);
	const button = page.getByRole('group', { name: 'Decision' }).getByRole('button', { name: /^Approve/ });
	await button.click();
	await page.getByRole('button', { name: 'Go back' }).click();
	await expect(button).toBeFocused();

	// The key again asks again, and pressed once more it still only asks; Enter approves.
	await page.keyboard.press('a');
	await page.keyboard.press('a');
	await expect(anyway).toBeFocused();
	expect(await decisionOf(page, runId)).toBeUndefined();
	await page.keyboard.press('Enter');
	await done(page);
	expect((await decisionOf(page, runId))?.['ticks']).toHaveLength(1);
});

test('with every criterion ticked the key approves at once', async ({ page }) => {
	const runId = await atGate(page);
	const criteria = await page.getByRole('checkbox').all();
	for (const criterion of criteria) await criterion.check();
	await page.getByRole('heading', { name: /Is this report ready/ }).click();
	await page.keyboard.press('a');
	await done(page);
	expect((await decisionOf(page, runId))?.['ticks']).toHaveLength(criteria.length);
});

test('ticks, the edited text and a half-written reason are there again after a reload; a decision forgets them', async ({
	page
}) => {
	await atGate(page);
	await page.getByRole('checkbox').nth(1).check();
	await copyOf(page).fill('My own words, not decided yet.');
	await page.getByRole('button', { name: /Ask for changes/ }).click();
	const reason = page.getByRole('textbox', { name: 'What should change?' });
	await reason.fill('Say why revenue');
	await page.reload();
	await gate(page);
	await expect(page.getByRole('checkbox').nth(0)).not.toBeChecked();
	await expect(page.getByRole('checkbox').nth(1)).toBeChecked();
	await expect.poll(() => textOfCopy(page)).toBe('My own words, not decided yet.');
	await expect(reason).toHaveValue('Say why revenue');

	await page.getByRole('button', { name: 'Back' }).click();
	await approve(page, /Approve with edits/);
	await done(page);
	expect(await kept(page)).toEqual([]);
	await expect(page.getByRole('region', { name: 'Your text' })).toHaveCount(0);
});

test('typed in one tab, decided in the other: the text stays, over a reload, until it is put away', async ({
	newPersistent
}) => {
	test.setTimeout(120_000);
	const { context, page: first } = await newPersistent();
	await context.grantPermissions(['clipboard-read', 'clipboard-write']);
	const runId = await atGate(first);
	const second = await context.newPage();
	await second.goto(`/runs/${runId}`);
	await gate(second);
	const mine = 'Words that took me half an hour.';
	await copyOf(first).fill(mine);
	await approve(second);
	await done(second);

	// In both tabs, and after a reload: the deciding tab had other text than the one that lies on the device.
	for (const tab of [first, second]) {
		await expect(tab.getByText('Typed in one tab, decided in another')).toBeVisible();
		await expect(tab.getByRole('region', { name: 'Your text' })).toHaveText(mine);
	}
	await first.reload();
	await expect(first.getByRole('region', { name: 'Your text' })).toHaveText(mine);
	await first.bringToFront();
	await first.getByRole('button', { name: 'Copy the text' }).click();
	await expect(first.getByText('Copied.')).toBeVisible();
	expect(await first.evaluate(() => navigator.clipboard.readText())).toBe(mine);

	const proposals = first.getByRole('article', { name: 'Proposed correction note' });
	await expect(proposals).toHaveCount(0);
	await first.getByRole('button', { name: 'Make a note of it' }).click();
	await expect(first.getByText(/proposed under “From your edit”/)).toBeVisible();
	await expect(proposals.first()).toBeVisible();

	await first.getByRole('button', { name: 'Put it away' }).click();
	await expect(first.getByRole('region', { name: 'Your text' })).toHaveCount(0);
	await first.getByRole('button', { name: 'Undo' }).click();
	await expect(first.getByRole('region', { name: 'Your text' })).toHaveText(mine);
	await first.getByRole('button', { name: 'Put it away' }).click();
	await first.reload();
	await done(first);
	await expect(first.getByRole('region', { name: 'Your text' })).toHaveCount(0);
});

test('sent back in the other tab: the text stands above the new draft', async ({ newPersistent }) => {
	test.setTimeout(120_000);
	const { context, page: first } = await newPersistent();
	const runId = await atGate(first);
	const second = await context.newPage();
	await second.goto(`/runs/${runId}`);
	const decision = await gate(second);
	await first.getByRole('button', { name: 'Reject' }).click();
	await first.getByRole('textbox', { name: 'Why is it rejected?' }).fill('The numbers are of');
	await decision.getByRole('button', { name: /Ask for changes/ }).click();
	await second
		.getByRole('textbox', { name: 'What should change?' })
		.fill('Leave out the section “Next steps”.');
	await decision.getByRole('button', { name: 'Ask for changes' }).click();
	await expect(first.getByText('revision 2 of 3', { exact: false }).first()).toBeVisible({ timeout: 30_000 });
	await expect(first.getByText(/Changes asked for .*without what was typed here/)).toBeVisible();
	await expect(first.getByRole('region', { name: 'Your text' })).toHaveText('The numbers are of');
});

test('cancelled with text at the gate: the text stays', async ({ page }) => {
	await atGate(page);
	await copyOf(page).fill('Words for a report that nobody will get.');
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Cancel run' }).click();
	await page.getByRole('button', { name: 'Cancel the run' }).click();
	await expect(page.getByText('The run ended before this was decided')).toBeVisible();
	await page.reload();
	await expect(page.getByRole('region', { name: 'Your text' })).toHaveText(
		'Words for a report that nobody will get.'
	);
});

test('a number typed into the copy that nothing holds is a hint under the flags, and stops nothing', async ({
	page
}) => {
	await atGate(page);
	const draft = await textOfCopy(page);
	const hint = page.getByRole('listitem').filter({ hasText: 'Typed by you' });
	await copyOf(page).fill(`${draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1')}\nSee you on 3 December.\n`);
	await expect(page.getByRole('button', { name: /Approve with edits/ })).toBeVisible();
	await copyOf(page).press('ControlOrMeta+End');
	await copyOf(page).pressSequentially('The goal was € 987,654.');
	await expect(hint).toContainText('Not found in the material: 987,654.');
	await approve(page, /Approve with edits/);
	await done(page);
});

test('deleting everything deletes what was typed, too', async ({ page }) => {
	await atGate(page);
	await copyOf(page).fill('A secret of mine.');
	await expect.poll(() => kept(page)).not.toEqual([]);
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Delete everything…' }).click();
	await page.getByRole('textbox', { name: /To go on, type/ }).fill('delete everything');
	await page.getByRole('dialog').getByRole('button', { name: 'Delete everything' }).click();
	await expect(page.getByRole('button', { name: /Start from the weekly report/ })).toBeVisible();
	expect(await kept(page)).toEqual([]);
});

/** What lies on the device beside the logs. */
function kept(page: Page): Promise<string[]> {
	return page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('galley:')));
}
