// Real: the built app with the finished example on it. Every screen and the states that axe can see, in both colour schemes.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { copyOf, gate } from './report';
import { expect, test } from './fixtures';

const WORKFLOW = '/workflows/weekly-report-example';

/** Screens by name; each brings the page there. */
const SCREENS: Record<string, (page: Page, run: string) => Promise<unknown>> = {
	home: (page) => page.goto('/'),
	workflows: (page) => page.goto('/workflows'),
	workflow: (page) => page.goto(WORKFLOW),
	'workflow form': (page) => page.goto(`${WORKFLOW}?tab=edit`),
	'workflow YAML': (page) => page.goto(`${WORKFLOW}?tab=yaml`),
	'start form': (page) => page.goto(`${WORKFLOW}/start`),
	runs: (page) => page.goto('/runs'),
	waiting: (page) => page.goto('/runs?status=waiting'),
	library: (page) => page.goto('/library'),
	'library entry': async (page) => {
		await page.goto('/library');
		await page.getByText('2026-W45 Weekly report.md').first().click();
		await expect(page.getByRole('heading', { name: 'Performance, week 2026-W45' }).first()).toBeVisible();
	},
	corrections: (page) => page.goto('/corrections'),
	models: (page) => page.goto('/models'),
	ledger: async (page) => {
		await page.goto('/ledger');
		// Something to show: a request that the page's policy stops.
		await page.evaluate(() => void (new Image().src = 'https://elsewhere.example/pixel'));
		await expect(page.getByText('Stopped by the browser').first()).toBeVisible({ timeout: 15_000 });
	},
	settings: (page) => page.goto('/settings'),
	'no such page': (page) => page.goto('/nowhere'),
	palette: async (page) => {
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.keyboard.press('Control+k');
		await expect(page.getByRole('dialog')).toBeVisible();
	},
	'list of keys': async (page) => {
		await page.goto('/');
		await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
		await page.keyboard.press('?');
		await expect(page.getByRole('dialog')).toBeVisible();
	},
	'a run at its gate': async (page, run) => {
		await page.goto(run);
		await gate(page);
	},
	'a gate with edits': async (page, run) => {
		await page.goto(run);
		await gate(page);
		const edit = page.getByRole('tab', { name: 'Edit' });
		if (await edit.isVisible()) await edit.click();
		await copyOf(page).fill('Another text.');
		await expect(page.getByRole('button', { name: /Approve with edits/ })).toBeVisible();
	},
	'a finished run': async (page) => {
		await page.goto('/runs');
		await page.getByText('Performance, week 2026-W45').first().click();
		await page.waitForURL(/\/runs\/.+/);
	}
};

/** What a screen is looked at in: all rules where its layout is another one, colours alone where only those are. */
const LOOKS = {
	wide: [
		{ width: 1440, colorScheme: 'light', rules: 'all' },
		{ width: 1920, colorScheme: 'dark', rules: 'colours' }
	],
	narrow: [
		{ width: 390, colorScheme: 'dark', rules: 'all' },
		{ width: 390, colorScheme: 'light', rules: 'colours' }
	]
} as const;

for (const [size, looks] of Object.entries(LOOKS)) {
	test(`axe finds nothing on any screen, ${size}, light and dark`, async ({ page }) => {
		test.setTimeout(300_000);
		await look(page, looks[0]);
		await page.goto('/');
		await expect(page.getByRole('button', { name: /See a finished example/ })).toBeVisible();
		await clean(page, 'first run', looks);
		await look(page, looks[0]);
		await page.getByRole('button', { name: /See a finished example/ }).click();
		await page.waitForURL(/\/runs\//, { timeout: 60_000 });
		await gate(page);
		const run = new URL(page.url()).pathname;
		for (const [name, go] of Object.entries(SCREENS)) {
			await look(page, looks[0]);
			await go(page, run);
			await clean(page, name, looks);
		}
	});
}

type Look = (typeof LOOKS)[keyof typeof LOOKS][number];

async function look(page: Page, { width, colorScheme }: Look): Promise<void> {
	await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
	await page.setViewportSize({ width, height: 900 });
}

/** Every finding as one line, so that a failure says what and where. A screen is brought up once for all of its looks. */
async function clean(page: Page, name: string, looks: readonly Look[]): Promise<void> {
	await expect(page.getByRole('heading').first()).toBeVisible();
	for (const one of looks) {
		await look(page, one);
		const axe = new AxeBuilder({ page });
		const { violations } = await (
			one.rules === 'colours' ? axe.withRules(['color-contrast']) : axe
		).analyze();
		const found = violations.flatMap(({ id, nodes }) =>
			nodes.map((node) => `${name}, ${one.width}, ${one.colorScheme}: ${id} at ${node.target.join(' ')}`)
		);
		expect.soft(found).toEqual([]);
	}
}
