import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { startImported, yamlFile } from './importing';
import { eventsOf, gate } from './report';
import { expect, test } from './fixtures';

// Real: the built app, its workers and storage. A workflow with a branch, a question, a gate for each item, a loop, a wait
// and a step that fails for good is brought in as YAML and run to its end. Nothing is scripted; no model is asked.

const WORKFLOW = 'tests/fixtures/flow.yaml';

/** A cell by its coordinates. */
function cell(page: Page, id: string): Locator {
	return page.locator(`[data-cell="${id}"]`);
}

async function clean(page: Page, name: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const found = violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${name}: ${id} at ${node.target.join(' ')}`)
	);
	expect.soft(found).toEqual([]);
}

for (const { colorScheme, width } of [
	{ colorScheme: 'light', width: 1440 },
	{ colorScheme: 'dark', width: 390 }
] as const) {
	test(`a run through branch, question, items, rounds, wait and failure, ${colorScheme}, ${width} pixels wide`, async ({
		page
	}) => {
		test.setTimeout(180_000);
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.setViewportSize({ width, height: 900 });
		const runId = await startImported(page, WORKFLOW);

		// The branch: which way, why, and what is not on it.
		const question = cell(page, 'tone');
		await expect(question.getByRole('heading', { name: 'How should the letters sound?' })).toBeVisible({
			timeout: 30_000
		});
		await expect(cell(page, 'route')).toContainText('took “Write letters”');
		await expect(cell(page, 'call')).toContainText('Not on this way');
		await expect(cell(page, 'call').getByRole('tab')).toHaveCount(0);
		await clean(page, 'question');

		// The answer: refused in words, kept over a reload, sent by key.
		await page.keyboard.press('e');
		await expect(question.getByLabel(/^Tone/)).toBeFocused();
		await question.getByRole('button', { name: /^Answer/ }).click();
		await expect(question).toContainText('“Days to pay” is needed.');
		await clean(page, 'refused answer');
		await question.getByLabel(/^Tone/).selectOption('Firm');
		await question.getByLabel(/^Days to pay/).fill('3');
		await expect(question).toContainText('“Days to pay” has to be at least 7.');
		await question.getByLabel(/^Days to pay/).fill('14');
		await page.waitForTimeout(400);
		await page.reload();
		await expect(question.getByLabel(/^Days to pay/)).toHaveValue('14');
		await expect(question.getByLabel(/^Tone/)).toHaveValue('Firm');
		await question.getByLabel(/^Days to pay/).press('Enter');
		await expect(question).toContainText('answered by you');
		await expect(question).toContainText('Tone: Firm · Days to pay: 14');

		// A gate for each item: unfolded by itself, decided by key, one after the other.
		await gate(page);
		const block = cell(page, 'each');
		await expect(block).toContainText('0 of 3 items, 3 waiting for you');
		await expect(block.getByRole('button', { name: /1 Acme/ })).toHaveAttribute('aria-expanded', 'true');
		await expect(cell(page, 'each[0]/read')).toContainText('item 1 of 3 · Acme');
		await expect(cell(page, 'each[1]/read')).toHaveCount(0);
		await clean(page, 'gate of an item');
		await page.keyboard.press('p');
		await expect(page.getByText('Paused: nothing new begins')).toBeVisible();
		await clean(page, 'paused');
		await page.keyboard.press('p');
		await expect(page.getByText('Paused: nothing new begins')).toHaveCount(0);
		for (const [index, name] of ['Acme', 'Birch'].entries()) {
			await expect(cell(page, `each[${index}]/read`)).toContainText(name);
			await approveByKey(page, `each[${index}]/read`);
			await expect(block).toContainText(`${index + 1} of 3 items`);
		}
		// The last one is found by its filter and decided by its own button.
		await block.getByRole('button', { name: /^Waiting/ }).click();
		await expect(block.getByRole('list').getByRole('button')).toHaveCount(1);
		await cell(page, 'each[2]/read').getByRole('button', { name: 'Reject' }).click();
		await page.getByRole('textbox', { name: /Why/ }).fill('Paid yesterday.');
		await page.keyboard.press('Control+Enter');

		await expect(block).toContainText('2 of 3 items, 1 rejected');

		// Rounds, the wait, and what failed for good.
		await expect(cell(page, 'polish')).toContainText('3 rounds: This holds: output >= 3', {
			timeout: 30_000
		});
		await expect(cell(page, 'nap')).toContainText(/Waiting until .* \(in \d s\)/);
		await clean(page, 'wait');
		const rate = cell(page, 'rate');
		await expect(rate.getByRole('heading', { name: /could not be done/ })).toBeVisible({ timeout: 30_000 });
		await expect(rate).toContainText('the rate is not published yet');
		await expect(rate).toContainText('Left out with it: “Summary”.');
		await clean(page, 'escalation');
		await page.goto('/');
		await expect(page.getByRole('link', { name: /Help out/ })).toBeVisible();
		await page.getByRole('link', { name: /Help out/ }).click();
		await rate.getByRole('button', { name: 'Fill in by hand' }).click();
		await rate.getByLabel(/^Rate/).fill('4.5');
		await page.keyboard.press('Control+Enter');

		await expect(cell(page, 'summary')).toContainText('letters, rate 4.5', { timeout: 30_000 });
		await expect(cell(page, 'summary')).toContainText('did not see: call');
		await expect(rate).toContainText('filled in by you');
		await block.getByRole('heading').getByRole('button').click();
		await block.getByRole('button', { name: /3 Cedar/ }).click();
		await expect(cell(page, 'each[2]/read')).toContainText('Rejected');
		await clean(page, 'done');
		const events = await eventsOf(page, runId);
		expect(events.at(-1)).toMatchObject({ type: 'run.finished', status: 'done' });
		expect(events.filter((event) => event.type === 'review.decided').map((event) => event['stepId'])).toEqual(
			['each[0]/read', 'each[1]/read', 'each[2]/read']
		);
	});
}

const MANY = `
format: 1
id: many
title: Many
steps:
  - id: list
    title: List
    kind: transform
    job: extract
    output: { type: json, media: application/json }
    with: { expression: '[1..1000].{ "name": "Customer " & $ }' }
  - id: each
    title: For each
    kind: map
    job: draft
    inputs: { over: steps.list.output }
    with: { concurrency: 16, onFail: collect }
    steps:
      - id: letter
        title: Letter
        kind: transform
        job: draft
        retry: { attempts: 1 }
        with: { expression: 'index % 97 = 0 ? $error("no address") : "Dear " & item.name' }
`;

test('a thousand items cost no more than a page of them, and those that failed are found at once', async ({
	page
}) => {
	test.setTimeout(180_000);
	await startImported(page, yamlFile(MANY));
	const block = cell(page, 'each');
	await expect(block).toContainText('990 of 1,000 items, 10 failed', { timeout: 120_000 });
	const fold = block.getByRole('heading').getByRole('button');
	if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
	const rows = block.getByRole('list').getByRole('button');
	await expect(rows).toHaveCount(12);
	await expect(page.locator('[data-cell]')).toHaveCount(2);
	// The page with the first one that needs a look comes first.
	await expect(rows.first()).toContainText('Customer 97');
	await block.getByRole('button', { name: 'More items' }).click();
	await expect(rows.first()).toContainText('Customer 109');
	await block.getByRole('spinbutton', { name: 'Item' }).fill('777');
	await page.keyboard.press('Enter');
	await expect(block.getByRole('button', { name: /777 Customer 777/ })).toBeVisible();
	await block.getByRole('button', { name: /^Failed/ }).click();
	await expect(rows).toHaveCount(10);
	await rows.nth(1).click();
	await expect(cell(page, 'each[193]/letter')).toContainText('no address');
	await expect(page.locator('[data-cell]')).toHaveCount(3);
	await clean(page, 'a thousand items');
});

/** `a` brings the gate into view and, pressed where it is seen, approves. */
async function approveByKey(page: Page, id: string): Promise<void> {
	await cell(page, id).getByRole('group', { name: 'Decision' }).waitFor();
	await page.evaluate((at) => document.querySelector(`[data-cell="${at}"]`)?.scrollIntoView(), id);
	await page.keyboard.press('a');
	await expect(cell(page, id)).toHaveCount(0);
}
