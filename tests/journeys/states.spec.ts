import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
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
import { expect, test } from './fixtures';

// The states that a11y.spec.ts does not come by: forms with mistakes, dialogs, menus, messages, a run that works or
// failed. Each is held against all of axe's rules, light and dark, wide and narrow. Real: the app with its own data.
// Scripted: a server that never answers, so that a run can be looked at while it works.

const WIDTHS = [1440, 390];
const SCHEMES = ['light', 'dark'] as const;

test.setTimeout(240_000);

/** Nothing to find in what is on the screen now, in every width and scheme; comes back to the first of each. */
async function clean(page: Page, what: string): Promise<void> {
	for (const width of WIDTHS) {
		await page.setViewportSize({ width, height: 900 });
		for (const colorScheme of SCHEMES) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			await page.evaluate(async () => {
				// Two frames: in the first the other colours are computed, and only then do they begin to change.
				for (let frame = 0; frame < 2; frame++)
					await new Promise((resolve) => requestAnimationFrame(resolve));
				const changing = document.getAnimations().filter((one) => one instanceof CSSTransition);
				await Promise.all(changing.map((one) => one.finished.catch(() => undefined)));
			});
			const { violations } = await new AxeBuilder({ page }).analyze();
			const found = violations.flatMap(({ id, nodes }) =>
				nodes.map(
					(node) => `${id} ${node.target.join(' ')}: ${node.failureSummary?.split('\n')[1]?.trim() ?? ''}`
				)
			);
			expect.soft(found, `${what}, ${width} pixels wide, ${colorScheme}`).toEqual([]);
		}
	}
	await page.setViewportSize({ width: WIDTHS[0] ?? 1440, height: 900 });
	await page.emulateMedia({ colorScheme: 'light' });
}

test('before anything is here, and where nothing is', async ({ page }) => {
	for (const path of ['/workflows', '/runs', '/library', '/corrections']) {
		await page.goto(path);
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await clean(page, `${path}, empty`);
	}
	await page.goto('/runs/none');
	await expect(page.getByText('There is no such run on this device')).toBeVisible();
	await clean(page, 'no such run');
});

test('what lies over the screen: messages, the menu', async ({ page }) => {
	await chooseWeeklyReport(page);
	await page.goto('/workflows');
	await expect(page.getByRole('link', { name: /Weekly performance report/ }).first()).toBeVisible();
	const opening = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: 'Import', exact: true }).click();
	await (
		await opening
	).setFiles({ name: 'half.json', mimeType: 'application/json', buffer: Buffer.from('{') });
	await expect(page.getByRole('button', { name: 'Put away' })).toBeVisible();
	await clean(page, 'message');
	await page.getByRole('button', { name: 'Put away' }).click();
	await page.setViewportSize({ width: 390, height: 900 });
	await page.getByRole('button', { name: 'Menu' }).click();
	await expect(page.getByRole('dialog')).toBeVisible();
	await clean(page, 'menu');
});

test('a workflow: read, edited, as YAML, with problems; the form that starts it', async ({ page }) => {
	await chooseWeeklyReport(page);
	await clean(page, 'start form');
	await page.getByRole('button', { name: 'Start run' }).click();
	await expect(page.getByText(/still needed, marked above/)).toBeVisible();
	await clean(page, 'start form with things missing');
	await page.getByRole('button', { name: `Week ${WEEKS[0]}` }).click();
	await expect(page.getByText('sales.csv')).toBeVisible();
	await clean(page, 'start form, filled');
	await page.goto('/workflows/weekly-report?tab=edit');
	await page
		.getByRole('button', { name: /Extract metrics/ })
		.first()
		.click();
	await expect(page.getByRole('textbox', { name: /Instructions/ }).first()).toBeVisible();
	await clean(page, 'workflow form');
	await page.getByRole('tab', { name: 'YAML' }).click();
	const field = page.getByRole('textbox', { name: 'The workflow as YAML' });
	await expect(field).toHaveValue(/Weekly/);
	await field.fill((await field.inputValue()).replaceAll('steps.extract.output', 'steps.gone.output'));
	await expect(page.getByRole('region', { name: 'Problems' }).getByText(/gone/).first()).toBeVisible();
	await clean(page, 'YAML with problems');
});

test('a run: its gate with changes, done with proposals, failed', async ({ page }) => {
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	const decision = await gate(page);
	await openTab(page, 'draft', 'As sent');
	await openTab(page, 'extract', 'Input');
	await clean(page, 'cells beside a gate');
	await page.getByRole('checkbox').first().check();
	const draft = await textOfCopy(page);
	await copyOf(page).fill(draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1'));
	await decision.getByRole('button', { name: /Ask for changes/ }).click();
	await expect(page.getByRole('textbox', { name: 'What should change?' })).toBeVisible();
	await clean(page, 'gate, changes');
	await page.getByRole('button', { name: 'Back' }).click();
	await decision.getByRole('button', { name: /Approve with edits/ }).click();
	await expect(page.getByRole('button', { name: 'Approve anyway' })).toBeFocused();
	await copyOf(page).fill(`${await textOfCopy(page)}\nThe goal was € 987,654.\n`);
	await expect(page.getByText('Typed by you')).toBeVisible();
	await clean(page, 'gate, criteria not ticked, a number typed');
	const other = await page.context().newPage();
	await other.goto(page.url());
	await gate(other);
	await copyOf(other).fill(draft.replace(/(€ [\d,]+)\.\d{2}/g, '$1'));
	await approve(other, /Approve with edits/);
	// A decision counts when it is written, not when it is clicked.
	await done(other);
	await other.close();
	await done(page);
	await expect(page.getByText('Typed in one tab, decided in another')).toBeVisible();
	await clean(page, 'decided in another tab');
	await page.getByRole('button', { name: 'Put it away' }).click();
	await expect(page.getByRole('article', { name: 'Proposed correction note' }).first()).toBeVisible();
	await clean(page, 'done, with proposals');
	await page.goto('/corrections');
	await expect(page.getByRole('article', { name: 'Proposed correction note' }).first()).toBeVisible();
	await clean(page, 'corrections, with proposals');
	await page.goBack();
	await expect(page.getByRole('article', { name: 'Proposed correction note' }).first()).toBeVisible();
	await page.getByRole('article').getByRole('button', { name: 'Keep' }).first().click();
	await page.getByRole('button', { name: 'Export', exact: true }).click();
	await expect(page.getByRole('radio', { name: /Readable page/ })).toBeVisible();
	await clean(page, 'export dialog');
	await page.keyboard.press('Escape');
	await page.getByRole('button', { name: /bytes left this device/ }).click();
	await clean(page, 'what left this device');
	await page.keyboard.press('Escape');

	await page.goto('/workflows/weekly-report/start');
	await page.getByRole('button', { name: `Week ${WEEKS[1]}` }).click();
	const sales = page.locator('[data-source=sales]');
	await sales.getByRole('button', { name: 'Choose another' }).click();
	await sales
		.locator('input[type=file]')
		.setInputFiles({ name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.from(' \n') });
	await page.getByRole('button', { name: 'Start run' }).click();
	await expect(page.getByRole('button', { name: 'Choose another file' })).toBeVisible({ timeout: 30_000 });
	await clean(page, 'failed');
});

test('the settings, and a run that works on a server', async ({ page }) => {
	const models = await startModelServer();
	models.behaviour = 'hang';
	await page.goto('/settings');
	await expect(page.getByRole('radio', { name: /Built-in/ })).toBeChecked();
	await page.getByRole('radio', { name: /Server of your choice/ }).check();
	await clean(page, 'settings, a server');
	await page.getByRole('textbox', { name: 'Address' }).fill(models.baseUrl);
	await page.getByRole('textbox', { name: 'Model' }).fill('tester');
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
	await page.getByRole('button', { name: 'Delete everything…' }).click();
	await clean(page, 'delete everything');
	await page.keyboard.press('Escape');
	await chooseWeeklyReport(page);
	await startWeek(page, WEEKS[0]);
	await expect(page.locator('[data-cell=extract]')).toContainText('Working');
	await clean(page, 'running');
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Cancel run' }).click();
	await clean(page, 'cancel a run');
	await page.getByRole('button', { name: 'Cancel the run' }).click();
	await expect(page.getByText('Cancelled').first()).toBeVisible();
	await clean(page, 'cancelled');
	await models.close();
});
