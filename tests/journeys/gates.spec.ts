import type { Page } from '@playwright/test';
import { cell, clean, text } from './gate-pages';
import { importWorkflow, startImported, startRun, yamlFile } from './importing';
import { copyOf, eventsOf, gate, selectInCopy, textOfCopy } from './report';
import { expect, test } from './fixtures';

// Real: the built app, its workers and storage; workflows come in as YAML, and no model is asked.

const decisionOf = async (page: Page, runId: string) =>
	(await eventsOf(page, runId)).findLast((event) => event.type === 'review.decided');

const REFUND = `
format: 1
id: refund
title: Refund
inputs: [{ id: amount, title: Amount, type: number }]
steps:
${text('draft', 'Letter', '"We pay you back " & run.inputs.amount & "."')}
  - id: review
    title: Review
    kind: review
    job: decide
    inputs: { draft: steps.draft.output, amount: inputs.amount }
    with:
      question: May this refund go ahead?
      askWhen: amount > 500
      deadlineHours: 48
      afterDeadline: reject
      buttons:
        - { id: pay, title: Pay it, outcome: approve, route: pay }
        - { id: hold, title: Hold it back, outcome: approve, route: hold }
        - { id: refuse, title: Say no, outcome: reject, route: refuse }
${text('paid', 'Booking', '"booked"', ', when: { step: review, route: [pay] }')}
${text('held', 'Note to accounts', '"held"', ', when: { step: review, route: [hold] }')}
${text('refusal', 'Refusal', '"Sorry."', ', when: { step: review, route: [refuse] }')}
`;

test('a gate asks only when its condition holds, and says why not; its named buttons lead where they say', async ({
	page
}) => {
	await importWorkflow(page, yamlFile(REFUND));
	const start = `${new URL(page.url()).pathname}/start`;
	const begin = async (amount: string) => {
		await page.goto(start);
		await page.getByLabel('Amount').fill(amount);
		return startRun(page);
	};
	await begin('120');
	await expect(cell(page, 'review')).toContainText('Not asked');
	await expect(cell(page, 'review')).toContainText('amount is 120, not over 500');
	await expect(cell(page, 'paid')).toContainText('Done');
	await expect(cell(page, 'held')).toContainText('Not on this way');
	await clean(page, 'not asked');

	const runId = await begin('620');
	const decide = await gate(page);
	await expect(cell(page, 'review')).toContainText('Asked because amount is 620, over 500.');
	await expect(cell(page, 'review')).toContainText('no answer means no.');
	await expect(decide).toContainText('Hold it back: goes on with “Note to accounts”');
	await expect(decide.getByRole('button', { name: /^Ask for changes/ })).toHaveCount(0);
	await clean(page, 'named buttons');
	await decide.getByRole('button', { name: 'Say no' }).click();
	const send = decide.getByRole('button', { name: 'Say no' });
	await expect(send).toBeDisabled();
	await page.getByRole('textbox', { name: 'Why is it rejected?' }).fill('No receipt.');
	await clean(page, 'reason');
	await send.click();
	await expect(cell(page, 'refusal')).toContainText('Done');
	await expect(cell(page, 'paid')).toContainText('Not on this way');
	await expect(cell(page, 'review')).toContainText('Say no');
	await expect(cell(page, 'review')).toContainText('No receipt.');
	expect(await decisionOf(page, runId)).toMatchObject({
		decision: 'rejected',
		button: { id: 'refuse', title: 'Say no' },
		route: 'refuse'
	});
	expect((await eventsOf(page, runId)).at(-1)).toMatchObject({ type: 'run.finished', status: 'done' });
});

const CHAIN = `
format: 1
id: chain
title: Chain
steps:
${text('facts', 'Facts', '"Revenue was 48,210."')}
${text('draft', 'Report', '"Report: " & facts', ', inputs: { facts: steps.facts.output }')}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { question: Is the report right? } }
  - { id: final, title: Last look, kind: review, job: decide, inputs: { draft: steps.review.output }, with: { question: May it go into the library? } }
`;

test('an approval is void when what it rests on is changed: the gate reopens with the difference', async ({
	page
}) => {
	await startImported(page, yamlFile(CHAIN));
	await (await gate(page)).getByRole('button', { name: /^Approve/ }).click();
	await expect(
		cell(page, 'final').getByRole('heading', { name: 'May it go into the library?' })
	).toBeVisible();
	const facts = cell(page, 'facts');
	const fold = facts.getByRole('heading').getByRole('button');
	if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
	await facts.getByRole('button', { name: 'Change this output' }).click();
	await facts.getByRole('textbox', { name: 'Output of Facts' }).fill('Revenue was 51,000.');
	await facts.getByRole('button', { name: /Use this from here on/ }).click();
	const review = cell(page, 'review');
	await expect(review.getByText('Approval void: content changed')).toBeVisible({ timeout: 30_000 });
	await expect(review.locator('ins')).toContainText('51,000');
	await expect(review.locator('del')).toContainText('48,210');
	await expect(cell(page, 'final')).not.toContainText('May it go into the library?');
	await clean(page, 'void');
	// The way back is one click, and the gate then says that these are the very bytes that were approved.
	await facts.getByRole('button', { name: 'Put back what the step made' }).click();
	await expect(review.getByText(/You approved exactly this/)).toBeVisible({ timeout: 30_000 });
});

const REMARKS = `
format: 1
id: remarks
title: Remarks
steps:
${text('draft', 'Draft', '"Costs were flat. Revenue rose to 12,000 in week 45. Costs were flat. We hire two people."')}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { criteria: [Names are right], maxRevisions: 5 } }
`;

/** The review as a screen reader has it: what is asked, the draft, the copy, the remarks, the ways to decide, in this order. */
const SPOKEN = `
- region "Review, waiting for you":
  - heading "Is “Review” ready?" [level=3]
  - group "Criteria":
    - checkbox "Names are right"
  - tablist "How to see the draft":
    - tab "Draft" [selected]
    - tab "Changes"
    - tab "Your text"
  - paragraph: Costs were flat. Revenue rose to 12,000 in week 45. Costs were flat. We hire two people.
  - heading "Your copy" [level=4]
  - button "Remark"
  - textbox "Your copy of the draft"
  - region "Remarks":
    - list:
      - listitem:
        - paragraph: Why were they flat?
        - button "Show the place"
        - button "Remove"
      - listitem:
        - paragraph:
          - deletion: We hire two people
        - paragraph:
          - insertion: We hire three people
        - button "Accept"
        - button "Show the place"
        - button "Remove"
  - paragraph
  - group "Decision":
    - button "Approve"
    - button "Ask for changes (2 remarks)"
    - button "Reject"
    - button "Later"
`;

test('remarks keep their place through edits, go along when changes are asked for, and are checked in the next draft', async ({
	page
}) => {
	const runId = await startImported(page, yamlFile(REMARKS));
	const decide = await gate(page);
	const copy = copyOf(page);
	const remarks = page.getByRole('region', { name: 'Remarks' });
	await selectInCopy(page, 'Costs were flat', true);
	await page.keyboard.press('Control+Alt+m');
	await page.getByRole('textbox', { name: 'Your remark on this place' }).fill('Why were they flat?');
	await page.keyboard.press('Control+Enter');
	await expect(remarks).toContainText('Why were they flat?');
	await expect(copy).toBeFocused();
	await selectInCopy(page, 'We hire two people');
	await page.keyboard.press('Control+Alt+m');
	await page.getByRole('button', { name: 'Suggest a text' }).click();
	const suggestion = page.getByRole('textbox', { name: 'Suggested text' });
	await expect(suggestion).toHaveValue('We hire two people');
	await suggestion.fill('We hire three people');
	await page.keyboard.press('Control+Enter');
	await clean(page, 'remark');
	await expect(cell(page, 'review')).toMatchAriaSnapshot(SPOKEN);

	// Text before it moves it, and it is the second one that was meant all the same.
	const draft = await textOfCopy(page);
	await copy.fill(`A new beginning of some length. ${draft}`);
	await remarks.getByRole('button', { name: 'Show the place' }).first().click();
	await expect(copy).toBeFocused();
	expect(await page.evaluate(() => getSelection()?.toString())).toBe('Costs were flat');
	// A suggestion goes where its place is now, with one click, and can be taken back.
	await remarks.getByRole('button', { name: 'Accept' }).click();
	await expect
		.poll(() => textOfCopy(page))
		.toBe(`A new beginning of some length. ${draft.replace('two', 'three')}`);
	await expect(remarks.getByRole('listitem')).toHaveCount(1);
	await page.getByRole('button', { name: 'Undo', exact: true }).click();
	await expect(remarks.getByRole('listitem')).toHaveCount(2);
	await copy.fill(draft.replace('45. Costs were flat', '45. Costs fell'));
	await expect(remarks).toContainText('Rewritten since: Costs fell');
	await copy.fill('Nothing of it is left.');
	await expect(remarks).toContainText('The place is gone.');
	await page.reload();
	await gate(page);
	await expect(remarks).toContainText('Why were they flat?');

	await decide.getByRole('button', { name: /Ask for changes \(2 remarks\)/ }).click();
	await decide.getByRole('button', { name: 'Ask for changes' }).click();
	const asked = page.getByRole('region', { name: 'What you asked for' });
	await expect(asked).toContainText('Why were they flat?', { timeout: 30_000 });
	await expect(asked).toContainText('The draft is the same as before.');
	await expect(page.getByText('revision 2 of 5', { exact: false }).first()).toBeVisible();
	await clean(page, 'asked for');
	// What was suggested and not followed can be put in by hand, at its place.
	await page.getByRole('button', { name: 'Undo all' }).click();
	await asked.getByRole('button', { name: 'Put it in now' }).click();
	await expect.poll(() => textOfCopy(page)).toBe(draft.replace('two', 'three'));
	const draftAt = draft.lastIndexOf('Costs were flat');
	expect(await decisionOf(page, runId)).toMatchObject({
		decision: 'changes',
		comments: [
			{ quote: 'Costs were flat', at: draftAt, text: 'Why were they flat?' },
			{ quote: 'We hire two people', text: '', replacement: 'We hire three people' }
		]
	});
});

const LIST = `
format: 1
id: list
title: List
steps:
  - id: letters
    title: Letters
    kind: transform
    job: draft
    output: { type: json, media: application/json }
    with: { expression: '["Dear Acme, please pay.", "Dear Birch, please pay.", "Dear Cedar, please pay."]' }
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.letters.output }, with: { question: May these letters go out?, each: true } }
`;

test('of a list only what was opened is approved together; each member has its own decision', async ({
	page
}) => {
	const runId = await startImported(page, yamlFile(LIST));
	const decide = await gate(page);
	const review = cell(page, 'review');
	const together = review.getByRole('button', { name: /Approve the .*opened/ });
	const approve = decide.getByRole('button', { name: /^Approve/ });
	await expect(together).toBeDisabled();
	await expect(approve).toBeDisabled();
	await review.getByRole('button', { name: /Dear Acme/ }).click();
	await review.getByRole('button', { name: 'Next' }).press('Enter');
	await expect(review.getByRole('button', { name: /Dear Birch/ })).toBeFocused();
	await together.click();
	await expect(review).toContainText('2 of 3 opened · 2 approved');
	await expect(decide).toContainText('1 of 3 is open');
	await clean(page, 'list');
	await review.getByRole('button', { name: /Dear Cedar/ }).click();
	await review.getByRole('button', { name: 'Leave it out' }).click();
	await expect(decide).toContainText('Say why number 3 is left out.');
	await review.getByRole('textbox', { name: 'Why is number 3 left out?' }).fill('Paid.');
	await approve.click();
	await expect(review).toContainText('2 approved, 1 left out');
	expect((await decisionOf(page, runId))?.['items']).toEqual([
		{ index: 0, decision: 'approved' },
		{ index: 1, decision: 'approved' },
		{ index: 2, decision: 'left-out', reason: 'Paid.' }
	]);
});

const FLAGGED = `
format: 1
id: flagged
title: Flagged
steps:
${text('draft', 'Draft', '"As an AI I say: revenue rose."')}
  - { id: rules, title: Rules, kind: check, job: evaluate, inputs: { draft: steps.draft.output }, with: { forbidden: [as an AI] } }
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output, rules: steps.rules.output }, with: { question: Is it clean? } }
`;

test('by keys alone: from the queue to a flagged gate, which is looked at before it is approved, or put off', async ({
	page
}) => {
	const runId = await startImported(page, yamlFile(FLAGGED));
	const decide = page.getByRole('group', { name: 'Decision' });
	await expect(decide).toBeVisible({ timeout: 30_000 });
	await page.goto('/runs?status=waiting');
	await expect(page.getByRole('link', { name: 'Is it clean?' })).toBeVisible();
	await expect(page.getByText(/1 flag · Flagged/)).toBeVisible();
	await clean(page, 'queue');
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await expect(decide).toBeVisible();
	const approve = decide.getByRole('button', { name: /^Approve/ });
	await expect(approve).toBeDisabled();
	await expect(decide).toContainText('Open what is flagged before you approve.');
	await clean(page, 'flags folded');

	await decide.getByRole('button', { name: 'Later' }).press('Enter');
	await page.getByRole('menuitem', { name: 'Tomorrow morning' }).press('Enter');
	await page.waitForURL('/');
	await page.goto('/runs?status=waiting');
	await expect(page.getByRole('region', { name: 'Put off' })).toContainText('Is it clean?');
	await page.keyboard.press('j');
	await page.keyboard.press('Enter');
	await expect(cell(page, 'review')).toContainText('Put off until');

	// The key first opens what is flagged, and approves only when it was opened.
	await page.evaluate(() => document.querySelector('[data-cell="review"]')?.scrollIntoView());
	await page.keyboard.press('a');
	await expect(cell(page, 'review').getByRole('button', { name: /1 thing flagged/ })).toHaveAttribute(
		'aria-expanded',
		'true'
	);
	expect(await decisionOf(page, runId)).toBeUndefined();
	await page.keyboard.press('r');
	await expect(page.getByRole('textbox', { name: 'Why is it rejected?' })).toBeFocused();
	await page.keyboard.press('Escape');
	await page.keyboard.press('a');
	await expect(cell(page, 'review')).toContainText('Approved');
	expect(await decisionOf(page, runId)).toMatchObject({ decision: 'approved', flagsSeen: 1 });
});

const TWO = `
format: 1
id: two
title: Two
steps:
${text('a', 'A', '"Costs were flat. **Revenue** rose.\\r\\n\\r\\nCosts were flat."')}
${text('b', 'B', '"Second."')}
  - { id: ra, title: Review A, kind: review, job: decide, inputs: { draft: steps.a.output }, with: { question: Is A right? } }
  - { id: rb, title: Review B, kind: review, job: decide, inputs: { draft: steps.b.output }, with: { question: Is B right? } }
`;

test('of two reviews each is looked at before a key decides it; what was typed is not lost, or approved empty', async ({
	page
}) => {
	const runId = await startImported(page, yamlFile(TWO));
	await expect(page.getByRole('group', { name: 'Decision' })).toHaveCount(2, { timeout: 30_000 });
	const first = cell(page, 'ra');
	const copy = first.getByRole('textbox', { name: /copy/i });
	const approve = first.getByRole('button', { name: /^Approve/ });
	await expect(first.locator('textarea')).toHaveCount(0);

	// A remark is about the words that were selected as they are read, not about others that read alike.
	await first.getByText('Costs were flat.', { exact: true }).first().selectText();
	await page.keyboard.press('m');
	await page.getByRole('textbox', { name: 'Your remark on this place' }).fill('Why?');
	await page.keyboard.press('Control+Enter');
	await expect(copy.locator('.cm-remark')).toHaveText('Costs were flat.');
	await expect(copy.locator('.cm-line', { has: page.locator('.cm-remark') })).toHaveText('Costs were flat.');

	// A line end of another kind is no edit.
	await copy.press('End');
	await copy.press('x');
	await copy.press('Backspace');
	await expect(first.getByText('8 words, unchanged')).toBeVisible();
	await copy.fill('');
	await expect(approve).toBeDisabled();
	await expect(first).toContainText('Your copy is empty.');
	await copy.fill('All of it anew.');
	await first.getByRole('button', { name: 'Undo all' }).click();
	await expect(first.getByText('8 words, unchanged')).toBeVisible();
	await page.getByRole('button', { name: 'Undo', exact: true }).click();
	await expect(copy).toHaveText('All of it anew.');

	await page.keyboard.press('Escape');
	await first.getByRole('heading', { name: 'Is A right?' }).click();
	// As on a slow device: what was decided is seen long before the next frame comes.
	await page.evaluate(() => {
		const soon = requestAnimationFrame.bind(globalThis);
		globalThis.requestAnimationFrame = (draw) => soon(() => setTimeout(() => draw(performance.now()), 700));
	});
	await page.keyboard.press('a');
	await expect(first).toContainText('Approved with edits');
	await page.keyboard.press('a');
	await page.waitForTimeout(300);
	const decided = async () =>
		(await eventsOf(page, runId))
			.filter(({ type }) => type === 'review.decided')
			.map((event) => event['stepId']);
	expect(await decided()).toEqual(['ra']);
	await page.keyboard.press('a');
	await expect(cell(page, 'rb')).toContainText('Approved');
	expect(await decided()).toEqual(['ra', 'rb']);
});
