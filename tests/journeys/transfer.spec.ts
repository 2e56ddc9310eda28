import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Page, TestInfo } from '@playwright/test';
import { kept, written } from './device';
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
import { exportAs, GALLEY_FILE, READABLE } from './exporting';
import { expect, test } from './fixtures';

// Out and back in again. Nothing is scripted: sample files, the built-in model, real downloads, real file choosers,
// storage read past the app. Only the tampering is ours.

const NOTE = 'Give money without decimals.';
const WRITTEN = 'Read and signed for the Monday meeting by Ines.';
const FIRST_SCREEN = 'A notebook for the work that comes back every week';

/** Week 45 approved with edits, the correction kept; its run. */
async function correctedWeek(page: Page): Promise<string> {
	await chooseWeeklyReport(page);
	const runId = await startWeek(page, WEEKS[0]);
	await gate(page);
	await page.getByRole('checkbox').first().check();
	const draft = await textOfCopy(page);
	await copyOf(page).fill(`${draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1')}\n${WRITTEN}\n`);
	await approve(page, /Approve with edits/);
	await done(page);
	const proposal = page.getByRole('article', { name: 'Proposed correction note' }).filter({ hasText: NOTE });
	await proposal.getByRole('button', { name: 'Keep' }).click();
	await expect(proposal).toHaveCount(0);
	return runId;
}

/** Exports the run on the screen as a person does; where the file lies now. */
async function saveAs(page: Page, form: RegExp, info: TestInfo, name: string): Promise<string> {
	const path = info.outputPath(name);
	await (await exportAs(page, form)).saveAs(path);
	return path;
}

/** Imports a file by a button that opens the file chooser; what the chooser says it takes. */
async function importBy(page: Page, button: RegExp, path: string): Promise<string> {
	const opening = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: button }).click();
	const chooser = await opening;
	const takes = (await chooser.element().getAttribute('accept')) ?? '';
	await chooser.setFiles(path);
	return takes;
}

/** Deletes everything through the settings, with the words typed. */
async function wipe(page: Page): Promise<void> {
	await page.goto('/settings');
	await page.getByRole('button', { name: 'Delete everything…' }).click();
	const sure = page.getByRole('dialog', { name: 'Delete everything on this device?' });
	const button = sure.getByRole('button', { name: 'Delete everything' });
	await expect(button).toBeDisabled();
	await sure.getByRole('textbox').fill('delete everything');
	await button.click();
	await expect(page.getByRole('heading', { name: FIRST_SCREEN })).toBeVisible({ timeout: 30_000 });
}

test('a finished run as one page: opens from disk with no network, whole', async ({
	page,
	browser
}, info) => {
	test.setTimeout(120_000);
	const runId = await correctedWeek(page);
	const path = info.outputPath('week.html');
	await (await exportAs(page, READABLE, true)).saveAs(path);
	const prompt = await promptOf(page, runId, 'draft');

	const context = await browser.newContext();
	await context.setOffline(true);
	const reader = await context.newPage();
	const requests: string[] = [];
	const complaints: string[] = [];
	context.on('request', (request) => requests.push(request.url()));
	reader.on('console', (message) => complaints.push(message.text()));
	reader.on('pageerror', (error) => complaints.push(error.message));
	const address = pathToFileURL(path).href;
	await reader.goto(address);

	await expect(reader).toHaveTitle('Performance, week 2026-W45');
	await expect(
		reader.getByRole('heading', { level: 1, name: 'Performance, week 2026-W45' }).first()
	).toBeVisible();
	await expect(reader.getByText(WRITTEN).first()).toBeVisible();
	await expect(reader.getByText('0 bytes left the device')).toBeVisible();
	const cell = reader
		.locator('section')
		.filter({ has: reader.getByRole('heading', { level: 2, name: 'Draft', exact: true }) });
	await cell.getByText('As sent').click();
	expect(await cell.locator('details[open] pre').textContent()).toBe(prompt);
	await expect(reader.locator('section.cell .state.done').first()).toBeVisible();
	await reader.getByRole('button', { name: 'Verify' }).click();
	await expect(reader.getByText(/^Unchanged since export.* Signed by (\w{4} ){7}\w{4}\./)).toBeVisible();
	expect(requests).toEqual([address]);
	expect(complaints).toEqual([]);

	const changed = info.outputPath('changed.html');
	writeFileSync(changed, readFileSync(path, 'utf8').replace(WRITTEN, `${WRITTEN} Not.`));
	await reader.goto(pathToFileURL(changed).href);
	await reader.getByRole('button', { name: 'Verify' }).click();
	await expect(reader.getByText(/What this page shows was changed/)).toBeVisible();
	await context.close();
});

test('two runs out, everything deleted, in again: deeply equal; twice changes nothing', async ({
	page
}, info) => {
	test.setTimeout(180_000);
	await correctedWeek(page);
	const first = info.outputPath('first.json');
	await (await exportAs(page, GALLEY_FILE, true)).saveAs(first);
	await startWeek(page, WEEKS[1]);
	await approve(page);
	await done(page);
	const second = await saveAs(page, GALLEY_FILE, info, 'second.json');
	const before = await kept(page);
	expect(before.runs).toHaveLength(2);
	expect(before.notes).toHaveLength(1);
	// Two reports, and the house style that the workflow keeps for the next run.
	expect(before.entries).toHaveLength(3);

	await wipe(page);
	expect(Object.values(await kept(page)).flat()).toEqual([]);
	await importBy(page, /^Import/, first);
	await page.waitForURL(/\/runs\//);
	await expect(page.getByText(/^Imported 1 run, 1 workflow, 1 note\. Signed by \w{4} /)).toBeVisible();
	await page.goto('/settings');
	await importBy(page, /^Import/, second);
	await page.waitForURL(/\/runs\//);
	await done(page);
	const after = await kept(page);
	for (const part of Object.keys(before) as (keyof typeof before)[])
		expect(after[part], part).toEqual(before[part]);

	// What the screens say is what was there, and the note goes into the next run.
	await page.goto('/library');
	await expect(page.getByText('2026-W45 Weekly report.md').first()).toBeVisible();
	// It came from a file: nothing runs before somebody has looked at it.
	await page.goto('/workflows/weekly-report');
	await page.getByRole('button', { name: 'Make it mine' }).click();
	await expect(page.getByRole('button', { name: 'Make it mine' })).toHaveCount(0);
	await startWeek(page, WEEKS[2]);
	await gate(page);
	expect(await textOfCopy(page)).not.toMatch(/€ ?[\d,]+\.\d{2}/);

	await page.goto('/settings');
	const untouched = await written(page);
	await importBy(page, /^Import/, first);
	await expect(page.getByText(/here already\. Nothing was changed/)).toBeVisible();
	expect(await written(page)).toEqual(untouched);
});

test('a changed file is refused, in words, and nothing of it is kept', async ({ page }, info) => {
	test.setTimeout(120_000);
	await correctedWeek(page);
	const path = await saveAs(page, GALLEY_FILE, info, 'whole.json');
	const whole = readFileSync(path, 'utf8');
	await wipe(page);
	const changes: [string, string][] = [
		['value', whole.replace(`${WRITTEN}\\n"`, `${WRITTEN} Twice.\\n"`)],
		[
			'record',
			whole.replace('"title": "Performance, week 2026-W45"', '"title": "Performance, week 2026-W44"')
		],
		['half', whole.slice(0, whole.length / 2)]
	];
	for (const [what, text] of changes) {
		expect(text, what).not.toBe(whole);
		const changed = info.outputPath(`${what}.json`);
		writeFileSync(changed, text);
		await importBy(page, /^Import/, changed);
		const said = page.getByLabel('Messages').getByText(/Nothing was brought in/);
		await expect(said, what).toBeVisible();
		await expect(said).toContainText(
			what === 'half' ? 'cannot be read as JSON' : 'was changed after it was exported'
		);
		await page.getByLabel('Messages').getByRole('button', { name: 'Put away' }).click();
		expect(Object.values(await kept(page)).flat(), what).toEqual([]);
		await expect(page.getByRole('heading', { name: FIRST_SCREEN })).toBeVisible();
	}
});

test('a workflow comes in as YAML; one that cannot be read says in which line', async ({ page }, info) => {
	await page.goto('/');
	const good = info.outputPath('invoices.yaml');
	writeFileSync(good, WORKFLOW);
	const takes = await importBy(page, /^Import/, good);
	expect(takes).toContain('.yaml');
	await page.waitForURL(/\/workflows\/invoices$/);
	await expect(page.getByRole('heading', { level: 1, name: 'Invoices of a month' })).toBeVisible();
	await expect(
		page.getByText('Nothing is wrong with it').or(page.getByText('Sum them up')).first()
	).toBeVisible();

	const before = await written(page);
	const bad = info.outputPath('broken.yaml');
	writeFileSync(bad, WORKFLOW.replace('goal: A sum', 'goal: "A sum'));
	await page.goto('/workflows');
	await importBy(page, /^Import$/, bad);
	await expect(page.getByLabel('Messages').getByText(/line \d+/)).toBeVisible();
	expect(await written(page)).toEqual(before);
});

/** The prompt of the last attempt of a step, as stored. */
async function promptOf(page: Page, runId: string, step: string): Promise<string> {
	const prepared = (await eventsOf(page, runId)).findLast(
		(event) => event.type === 'attempt.prepared' && event['stepId'] === step
	);
	const { hash } = prepared?.['prompt'] as { hash: string };
	const values = (await kept(page)).values as { hash: string; content: string }[];
	return values.find((value) => value.hash === hash)?.content ?? '';
}

const WORKFLOW = `format: 1
id: invoices
title: Invoices of a month
goal: A sum that can be booked.
sources:
  - id: papers
    title: Papers
    kind: files
    accept: [csv]
steps:
  - id: collect
    title: Collect
    kind: collect
    job: collect
  - id: sum
    title: Sum them up
    kind: model
    job: summarize
    inputs: { documents: steps.collect.output }
    instructions: Sum them up.
    permissions: { model: on-device }
output:
  title: Invoices, {{run.date}}
`;
