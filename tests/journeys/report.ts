import { expect, type Locator, type Page } from '@playwright/test';
import { recordsIn } from '../support/stored-rows.mjs';

/** The steps of the main job as a person does them, by what is written on the screen. */

export const WEEKS = ['2026-W45', '2026-W46', '2026-W47'] as const;
export type Week = (typeof WEEKS)[number];

/** From the first screen to the start form of the weekly report. */
export async function chooseWeeklyReport(page: Page): Promise<void> {
	await page.goto('/');
	await page.getByRole('button', { name: /Start from the weekly report/ }).click();
	await expect(page.getByRole('heading', { name: 'Start a run' })).toBeVisible();
}

/** Starts a run on the sample files of a week and waits for its notebook; the id of the run. */
export async function startWeek(page: Page, week: Week): Promise<string> {
	if (!page.url().endsWith('/start')) await page.goto('/workflows/weekly-report/start');
	await page.getByRole('button', { name: `Week ${week}` }).click();
	await expect(page.getByLabel('Week', { exact: false }).first()).toHaveValue(week);
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\/[^/]+$/);
	return page.url().split('/').pop() ?? '';
}

/** Chooses a server as the model of new runs, as the settings do. */
export async function useServer(
	page: Page,
	baseUrl: string,
	{ model = 'tester', key }: { model?: string; key?: string } = {}
): Promise<void> {
	await page.goto('/settings');
	await page.getByRole('radio', { name: /Server of your choice/ }).check();
	await page.getByRole('textbox', { name: 'Address' }).fill(baseUrl);
	await page.getByRole('textbox', { name: 'Model' }).fill(model);
	if (key) await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key);
	await page.getByRole('button', { name: /^Use / }).click();
	// A page that is left before it says so has not saved.
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
}

/** The open gate of a run; what is flagged there is opened, as a person does who wants to approve. */
export async function gate(page: Page): Promise<Locator> {
	const decision = page.getByRole('group', { name: 'Decision' });
	await expect(decision).toBeVisible({ timeout: 30_000 });
	// The plain field gives way to the editor; whoever types before that types in the field.
	await expect(page.locator('textarea[aria-label="Your copy of the draft"]')).toHaveCount(0);
	const flagged = page.getByRole('button', { name: /flagged/, expanded: false });
	if ((await flagged.count()) > 0) await flagged.first().click();
	return decision;
}

/** Approves, criteria ticked or not: as a person who is asked about those left open, and stays with it. */
export async function approve(page: Page, name = /^Approve/): Promise<void> {
	const decision = await gate(page);
	await decision.getByRole('button', { name }).click();
	const unticked = await page.getByRole('checkbox', { checked: false }).count();
	if (unticked > 0) await decision.getByRole('button', { name: 'Approve anyway' }).click();
}

/** The editable copy of the draft. */
export function copyOf(page: Page): Locator {
	return page.getByRole('textbox', { name: /copy/i });
}

/** The text of the copy, in the editor or in the plain field that stands in for it. */
export function textOfCopy(page: Page): Promise<string> {
	return copyOf(page).evaluate((field) =>
		field instanceof HTMLTextAreaElement
			? field.value
			: [...field.querySelectorAll('.cm-line')].map((line) => line.textContent).join('\n')
	);
}

/** Selects words of the copy, the first that read so or the last. */
export async function selectInCopy(page: Page, quote: string, last = false): Promise<void> {
	await copyOf(page).evaluate(
		(field, [quote, last]) => {
			field.focus();
			const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
			const found: [Text, number][] = [];
			while (walker.nextNode()) {
				const node = walker.currentNode as Text;
				for (let at = node.data.indexOf(quote); at >= 0; at = node.data.indexOf(quote, at + 1))
					found.push([node, at]);
			}
			const place = found.at(last ? -1 : 0);
			if (!place) throw new Error(`The copy does not say “${quote}”.`);
			getSelection()?.setBaseAndExtent(place[0], place[1], place[0], place[1] + quote.length);
		},
		[quote, last] as const
	);
}

/** Waits until the run says that it is done. */
export async function done(page: Page): Promise<void> {
	await expect(page.locator('[data-cell=save]')).toContainText('Done', { timeout: 30_000 });
}

/** Opens a tab of a cell, unfolding the cell first; the cell. */
export async function openTab(page: Page, step: string, tab: string): Promise<Locator> {
	const cell = page.locator(`[data-cell=${step}]`);
	const fold = cell.getByRole('heading').getByRole('button').first();
	if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
	await cell.getByRole('tab', { name: tab }).click();
	return cell;
}

/** The whole log of a run as this origin's IndexedDB holds it. */
export async function eventsOf(
	page: Page,
	runId: string
): Promise<{ type: string; [key: string]: unknown }[]> {
	const stream = `run:${runId}`;
	const rows = await rowsOf(page, 'events', [
		[stream, 0],
		[stream, Infinity]
	]);
	return recordsIn(rows).map((record) => record.event as { type: string });
}

/** Rows of a table of this origin's database, all or those with a key in a range. */
export function rowsOf(page: Page, table: string, range: [unknown, unknown]): Promise<unknown[]> {
	return page.evaluate(
		async ([name, [from, to]]) => {
			const open = indexedDB.open('galley');
			const database = await new Promise<IDBDatabase>((resolve, reject) => {
				open.onsuccess = () => resolve(open.result);
				open.onerror = () => reject(new Error('the database cannot be opened'));
			});
			const request = database.transaction(name).objectStore(name).getAll(IDBKeyRange.bound(from, to));
			const found = await new Promise<unknown[]>((resolve) => {
				request.onsuccess = () => resolve(request.result as unknown[]);
			});
			database.close();
			return found;
		},
		[table, range] as const
	);
}

/** How often each step was finished, and how often it was begun. */
export async function executionsOf(
	page: Page,
	runId: string
): Promise<Record<string, { begun: number; done: number }>> {
	const counts: Record<string, { begun: number; done: number }> = {};
	for (const event of await eventsOf(page, runId)) {
		const count = (counts[String(event['stepId'])] ??= { begun: 0, done: 0 });
		if (event.type === 'attempt.started') count.begun += 1;
		if (event.type === 'attempt.succeeded') count.done += 1;
	}
	delete counts['undefined'];
	return counts;
}
