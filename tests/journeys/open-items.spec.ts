import { expect, test } from './fixtures';
import { cell, clean, text } from './gate-pages';
import { importWorkflow, startRun, yamlFile } from './importing';
import { approve, done, gate } from './report';

// Real: the built app, its workers and storage; the workflow comes in as YAML, and no model is asked.

const OPEN = `
format: 1
id: open
title: Letter
inputs: [{ id: week, title: Week }]
sources: [{ id: open, title: Left open, kind: open-items }]
steps:
  - { id: collect, title: Collect, kind: collect, job: collect }
${text('draft', 'Draft', '"Costs were flat.\\n\\n- [ ] Ask the carrier"')}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { criteria: [Names are right] } }
  - { id: save, title: Save, kind: save, job: act, inputs: { value: steps.review.output }, permissions: { write: [Letters] }, with: { path: 'Letters/{{inputs.week}}.md' } }
output: { title: 'Letter {{inputs.week}}' }
`;

test('what a review left open is told before and in the next run, with its age, until it is closed; the run over time', async ({
	page
}) => {
	await importWorkflow(page, yamlFile(OPEN));
	const form = `${new URL(page.url()).pathname}/start`;
	const items = page.getByRole('region', { name: 'Open from earlier runs' });
	const begin = async (week: string) => {
		await page.goto(form);
		await page.getByLabel('Week').first().fill(week);
	};
	await begin('2026-W44');
	await expect(page.getByText('No report was approved before this one')).toBeVisible();
	await startRun(page);
	await approve(page);
	await done(page);

	await begin('2026-W45');
	await page.getByText('“Letter 2026-W44” left 2 things open').click();
	await expect(page.getByText('open for 1 run, since “Letter 2026-W44”').first()).toBeVisible();
	await startRun(page);
	await gate(page);
	await items.getByRole('button', { name: 'Close: Ask the carrier' }).click();
	await expect(items).toContainText('1 of 2 things still open');
	await items.getByRole('button', { name: 'Open again: Ask the carrier' }).click();
	await expect(items).toContainText('2 of 2 things still open');
	await items.getByRole('button', { name: 'Close: Ask the carrier' }).click();
	await clean(page, 'open items');
	await page.getByRole('checkbox', { name: 'Names are right' }).check();
	await approve(page);
	await done(page);
	const fold = cell(page, 'review').getByRole('heading').getByRole('button').first();
	if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
	await expect(items).toContainText('all settled');
	await expect(items).toContainText('Ticked');

	// Working and waiting apart, and a stretch of it larger, by keys alone.
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'When it happened' }).click();
	const times = page.getByRole('dialog', { name: 'When it happened' });
	await expect(times.getByRole('link', { name: /^Review: waited/ })).toBeVisible();
	await times.getByRole('group', { name: /The whole run/ }).focus();
	await page.keyboard.press('+');
	await expect(times.getByRole('status')).toContainText('shown');
	await clean(page, 'over time');
	await page.keyboard.press('Home');
	await expect(times.getByRole('status')).toContainText('in all');
});
