import type { Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
import {
	approve,
	chooseWeeklyReport,
	copyOf,
	done,
	eventsOf,
	executionsOf,
	gate,
	startWeek,
	useServer,
	WEEKS
} from './report';
import { expect, test } from './fixtures';

// Two tabs on one profile on disk, each with an engine of its own; one of them carries out what is due. Real: both
// tabs, their workers, the lock between them, the crash of one. Scripted: a server that answers slowly, so that there
// is a middle of a step to crash in.

/** What a tab says of each cell: its title, its state, and the facts behind it; not what is unfolded there. */
async function cells(page: Page): Promise<string[]> {
	const heads = await page.locator('[data-cell] header').allInnerTexts();
	return heads.map((head) => head.split('\n').slice(0, 3).join(' '));
}

test('started in one tab, decided in the other, done; both show the same', async ({ newPersistent }) => {
	test.setTimeout(120_000);
	const { context, page: first } = await newPersistent();
	await chooseWeeklyReport(first);
	const second = await context.newPage();
	await second.goto('/runs');
	const runId = await startWeek(first, WEEKS[0]);
	await gate(first);
	// The other tab hears of it without being loaded again.
	await second
		.getByRole('main')
		.getByRole('link', { name: /Performance, week 2026-W45|Is this report ready/ })
		.first()
		.click();
	await second.waitForURL(new RegExp(runId));
	await gate(second);
	await copyOf(second).press('ControlOrMeta+End');
	await copyOf(second).pressSequentially('\nDecided in the second tab.\n');
	await approve(second, /Approve with edits/);
	await done(second);
	await done(first);
	await expect.poll(async () => JSON.stringify(await cells(first))).toBe(JSON.stringify(await cells(second)));
	expect(await cells(first)).toHaveLength(7);
	await expect(first.getByText('Decided in the second tab.').first()).toBeVisible();

	const executions = await executionsOf(second, runId);
	for (const [step, count] of Object.entries(executions))
		expect(count, step).toMatchObject({ begun: count.done });
	const decided = (await eventsOf(second, runId)).filter((event) => event.type === 'review.decided');
	expect(decided).toHaveLength(1);
	for (const tab of [first, second]) await expect(tab.getByText('A new version is ready')).toHaveCount(0);
});

test('the tab that works crashes in the middle of a step: the other one goes on, nothing done is done again', async ({
	newPersistent
}) => {
	test.setTimeout(180_000);
	const models = await startModelServer({ slowMs: 100 });
	try {
		const { context, page: first } = await newPersistent();
		await useServer(first, models.baseUrl, { model: 'slow' });
		await chooseWeeklyReport(first);
		const runId = await startWeek(first, WEEKS[0]);
		const second = await context.newPage();
		await second.goto(`/runs/${runId}`);
		const draft = second.locator('[data-cell=draft] [aria-busy=true]');
		await expect(draft).toContainText('The figure to look at is', { timeout: 60_000 });

		const crashed = first.waitForEvent('crash');
		const session = await context.newCDPSession(first);
		void session.send('Page.crash').catch(() => undefined);
		await crashed;

		await gate(second);
		await approve(second);
		await done(second);
		const executions = await executionsOf(second, runId);
		for (const [step, count] of Object.entries(executions)) {
			if (step !== 'review') expect(count.done, step).toBe(1);
		}
		expect(executions['extract']).toEqual({ begun: 1, done: 1 });
		expect(executions['draft']?.begun).toBe(2);
		const types = (await eventsOf(second, runId)).map((event) => event.type);
		expect(types.filter((type) => type === 'attempt.interrupted').length).toBeGreaterThan(0);
		await expect(second.getByText('A new version is ready')).toHaveCount(0);

		// A third tab, opened afterwards, reads the same.
		const third = await context.newPage();
		await third.goto(`/runs/${runId}`);
		await done(third);
		await expect
			.poll(async () => JSON.stringify(await cells(third)))
			.toBe(JSON.stringify(await cells(second)));
	} finally {
		await models.close();
	}
});
