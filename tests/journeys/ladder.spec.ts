import AxeBuilder from '@axe-core/playwright';
import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { startModelServer } from '../support/model-server.mjs';
import { stores } from './device';
import { importWorkflow, startRun, yamlFile } from './importing';
import { eventsOf } from './report';
import { exportAs, READABLE } from './exporting';
import { expect, test as base } from './fixtures';

// Real: the built app, its workers and storage, HTTP over the loopback. Scripted: a model on the device that always fails,
// and the server. Settings that no screen offers (the scripted model) are written past the app.

type Models = Awaited<ReturnType<typeof startModelServer>>;

const test = base.extend<{ models: Models }>({
	models: async ({ app: _app }, use) => {
		const models = await startModelServer({ slowMs: 10 });
		await use(models);
		await models.close();
	}
});

const YAML = `format: 1
id: letter
title: A letter
model: { privacy: ask }
inputs:
  - { id: topic, title: Topic }
steps:
  - id: draft
    title: Draft
    kind: model
    job: draft
    inputs: { topic: inputs.topic }
    instructions: Write a letter.
    retry: { attempts: 1, delaySeconds: 0 }
    permissions: { model: any }
    with: { maxTokens: 500 }
`;

const NEAR = {
	id: 'near',
	title: 'Small one here',
	tier: 'small',
	choice: {
		id: 'scripted',
		title: 'Small one here',
		onDevice: true,
		config: { script: [{ fail: { status: 500 } }] }
	}
};

const far = (models: Models, more: object = {}) => ({
	id: 'far',
	title: 'Large one there',
	tier: 'large',
	choice: {
		id: 'openai-compatible',
		title: 'Large one there',
		onDevice: false,
		config: { baseUrl: models.baseUrl, model: 'tester' }
	},
	...more
});

/** Puts settings where the app keeps them, then begins anew so that every part reads them. */
async function set(page: Page, settings: Record<string, unknown>): Promise<void> {
	await page.goto('/settings');
	await expect(page.getByRole('heading', { name: 'Model', exact: true })).toBeVisible();
	await page.evaluate(async (value) => {
		const open = indexedDB.open('galley');
		const database = await new Promise<IDBDatabase>((resolve) => {
			open.onsuccess = () => resolve(open.result);
		});
		const write = database.transaction('settings', 'readwrite');
		write.objectStore('settings').put({ key: 'settings', value });
		await new Promise((resolve) => (write.oncomplete = resolve));
		database.close();
	}, settings);
}

/** Imports the workflow, once, and starts a run of it; the id of the run. */
async function start(page: Page, topic: string): Promise<string> {
	await page.goto('/workflows');
	if ((await page.getByRole('link', { name: 'A letter' }).count()) === 0)
		await importWorkflow(page, yamlFile(YAML));
	await page.goto('/workflows/letter/start');
	await page.getByLabel('Topic').fill(topic);
	return startRun(page);
}

const draft = (page: Page): Locator => page.locator('[data-cell=draft]');
const ways = (page: Page): Locator => page.getByRole('group', { name: 'What to do about Draft' });

async function clean(page: Page, name: string): Promise<void> {
	const { violations } = await new AxeBuilder({ page }).analyze();
	const found = violations.flatMap(({ id, nodes }) =>
		nodes.map((node) => `${name}: ${id} at ${node.target.join(' ')}`)
	);
	expect.soft(found).toEqual([]);
}

async function rows(page: Page, runId: string): Promise<{ origin: string; sent: number }[]> {
	return (await eventsOf(page, runId)).flatMap(
		(event) => (event['egress'] ?? []) as { origin: string; sent: number }[]
	);
}

for (const { colorScheme, width } of [
	{ colorScheme: 'light', width: 1440 },
	{ colorScheme: 'dark', width: 390 }
] as const) {
	test(`the local model fails: asked before anything leaves; once, never, by hand; ${colorScheme}, ${width} pixels`, async ({
		page,
		models
	}) => {
		test.setTimeout(180_000);
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.setViewportSize({ width, height: 900 });
		await set(page, { models: [NEAR, far(models)], provider: NEAR.choice });
		const first = await start(page, 'rivers');
		await expect(draft(page)).toContainText('May Large one there have what “Draft” sees?', {
			timeout: 30_000
		});
		await expect(draft(page)).toContainText(new URL(models.url).host);
		await expect(draft(page)).toContainText('model tester');
		await expect(draft(page)).toContainText('unknown: no price is set');
		const shown = await page.getByLabel('What would be sent').textContent();
		expect(shown).toContain('rivers');
		await clean(page, 'consent');
		expect([models.requests, models.preflights]).toEqual([[], []]);

		// It waits like a review: after a reload, and on Home.
		await page.goto('/');
		await expect(page.getByText('May Large one there have what “Draft” sees?').first()).toBeVisible();
		await page.goto(`/runs/${first}`);
		await ways(page).getByRole('button', { name: 'Send it this once' }).click();
		await expect(draft(page)).toContainText('answered by Large one there, choice 2 of 2', {
			timeout: 30_000
		});
		await expect(draft(page)).toContainText('Small one here could not');
		expect(models.requests).toHaveLength(1);
		const [request] = models.requests;
		expect(request?.messages.map(({ content }) => content).join('\n\n')).toBe(shown);
		expect(await rows(page, first)).toMatchObject([{ origin: models.url, sent: request?.bytes }]);
		await draft(page).getByRole('tab', { name: 'Cost' }).click();
		await expect(draft(page).getByRole('table')).toContainText('unknown');
		await clean(page, 'cost');
		const exported = readFileSync(await (await exportAs(page, READABLE)).path(), 'utf8');
		expect(exported).toContain('answered by Large one there, choice 2 of 2');
		expect(exported).toContain('cost unknown');

		// Never: also not in the next run, and then the step is a person's.
		const second = await start(page, 'lakes');
		await expect(ways(page)).toBeVisible({ timeout: 30_000 });
		await ways(page).getByRole('button', { name: 'Never for this workflow' }).click();
		await expect(draft(page)).toContainText('You did not let “Large one there” have this');
		await clean(page, 'refused');
		await draft(page).getByRole('button', { name: 'Fill in by hand' }).click();
		await draft(page).getByRole('textbox', { name: 'Output of Draft' }).fill('Written by hand.');
		await draft(page).getByRole('button', { name: 'Use this as the output' }).click();
		await expect(draft(page)).toContainText('filled in by you', { timeout: 30_000 });
		expect(await rows(page, second)).toEqual([]);
		const third = await start(page, 'hills');
		await expect(draft(page)).toContainText(
			'You said that this workflow never sends anything to Large one there',
			{
				timeout: 30_000
			}
		);
		expect((await eventsOf(page, third)).some((event) => event.type === 'call.held')).toBe(false);
		expect(models.requests).toHaveLength(1);

		// It can be taken back.
		await page.goto('/settings');
		await page.getByRole('button', { name: /^Take back: “A letter”/ }).click();
		await expect(page.getByText('Said once for a whole workflow')).toHaveCount(0);
		await start(page, 'seas');
		await expect(ways(page)).toBeVisible({ timeout: 30_000 });
		expect(models.requests).toHaveLength(1);
	});
}

test('a call that could go beyond the budget waits, says what it would cost, and can be allowed or raised', async ({
	page,
	models
}) => {
	test.setTimeout(120_000);
	const price = { input: 1_000, output: 1_000, currency: 'EUR' };
	await set(page, {
		models: [far(models, { price })],
		provider: far(models).choice,
		consents: [],
		budget: { run: { amount: 0.1, currency: 'EUR' }, month: null }
	});
	const runId = await start(page, 'rivers');
	await ways(page).getByRole('button', { name: 'Send it this once' }).click({ timeout: 30_000 });
	await expect(draft(page)).toContainText('would go beyond the budget', { timeout: 30_000 });
	await expect(draft(page)).toContainText(/at most 0\.\d+ EUR/);
	await expect(draft(page)).toContainText('0.00 EUR of 0.10 EUR for this run');
	await clean(page, 'budget');
	expect(models.requests).toHaveLength(0);
	await page.reload();
	await ways(page).getByRole('button', { name: 'Raise the budget' }).click();
	await page.getByLabel('Budget of this run, in EUR').fill('5');
	await page.getByRole('button', { name: 'Raise and go on' }).click();
	await expect(draft(page)).toContainText(/Done · Large one there.* · 0\.\d+ EUR/, { timeout: 30_000 });
	expect(models.requests).toHaveLength(1);
	expect((await eventsOf(page, runId)).find((event) => event['raised'])).toMatchObject({
		type: 'call.allowed',
		raised: { amount: 5, currency: 'EUR' }
	});
	await page.goto('/settings');
	const month = page.getByRole('group').filter({ hasText: /EUR/ }).first();
	await expect(month).toContainText('EUR');
});

test('a size that no model has: nobody is named as asked, and one that may be chosen takes over', async ({
	page,
	models
}) => {
	test.setTimeout(120_000);
	await set(page, { models: [NEAR, far(models)], provider: NEAR.choice });
	await importWorkflow(page, yamlFile(YAML.replace('{ privacy: ask }', '{ privacy: device, tier: large }')));
	await page.goto('/workflows/letter/start');
	await page.getByLabel('Topic').fill('rivers');
	await startRun(page);
	await expect(draft(page)).toContainText('wants a large model on this device, and this run has none', {
		timeout: 30_000
	});
	await expect(draft(page).locator('header')).not.toContainText(NEAR.title);
	const others = draft(page).getByRole('button', { name: /^Retry with/ });
	await expect(others).toHaveText([/Small one here/, /the built-in/]);
	await others.last().click();
	await expect(draft(page)).toContainText('Done · Built-in', { timeout: 30_000 });
	expect(models.requests).toEqual([]);
});

test('the list of models: added, moved by keyboard, copied, removed and brought back', async ({ page }) => {
	test.setTimeout(120_000);
	await page.goto('/settings');
	const list = page.getByRole('list', { name: 'Your models, in the order in which they are asked' });
	await expect(list.getByRole('listitem')).toHaveText([/Built-in/]);
	for (const name of ['First', 'Second']) {
		await page.getByRole('button', { name: 'Add a model' }).click();
		const dialog = page.getByRole('dialog', { name: 'Add a model' });
		await dialog.getByLabel('Name').fill(name);
		await dialog.getByLabel('Where it runs').selectOption({ label: 'Server of your choice' });
		await dialog.getByRole('textbox', { name: 'Address' }).fill('http://localhost:11434/v1');
		await dialog.getByLabel('Model', { exact: false }).last().fill(name.toLowerCase());
		if (name === 'First') {
			await clean(page, 'add a model');
			await dialog.getByLabel('Read').fill('1');
			await dialog.getByRole('button', { name: 'Add', exact: true }).click();
			await expect(dialog).toContainText('Give both prices, or neither.');
			await dialog.getByLabel('Written').fill('2');
		}
		await dialog.getByRole('button', { name: 'Add', exact: true }).click();
		await expect(dialog).toHaveCount(0);
	}
	await expect(list.getByRole('listitem')).toHaveText([
		/First.*1 \/ 2 USD/s,
		/Second.*price unknown/s,
		/Built-in/
	]);
	const handle = list.getByRole('button', { name: /^Move Second/ });
	await handle.focus();
	await page.keyboard.press('ArrowUp');
	await expect(list.getByRole('listitem')).toHaveText([/Second/, /First/, /Built-in/]);
	await expect(handle).toBeFocused();
	await list.getByRole('button', { name: 'Duplicate First' }).click();
	await expect(list.getByRole('listitem')).toHaveText([/Second/, /First/, /First copy/, /Built-in/]);
	await list.getByRole('button', { name: 'Remove First', exact: true }).click();
	await expect(list.getByRole('listitem')).toHaveText([/Second/, /First copy/, /Built-in/]);
	await page.getByRole('button', { name: 'Undo' }).click();
	await expect(list.getByRole('listitem')).toHaveText([/Second/, /First/, /First copy/, /Built-in/]);
	// And with the mouse, by the handle: down, and back up again.
	const last = list.getByRole('listitem').filter({ hasText: 'First copy' });
	await handle.dragTo(last);
	await expect(list.getByRole('listitem')).toHaveText([/First/, /First copy/, /Second/, /Built-in/]);
	await handle.dragTo(list.getByRole('listitem').first());
	await expect(list.getByRole('listitem')).toHaveText([/Second/, /First/, /First copy/, /Built-in/]);
	await list.getByRole('button', { name: 'Use first: Second' }).click();
	await expect(list.getByRole('listitem').first()).toContainText('in use');
	await list.getByRole('button', { name: 'Edit Second' }).click();
	await page.getByRole('dialog').getByLabel('Name').fill('Renamed');
	await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
	await expect(list.getByRole('listitem').first()).toContainText('Renamed');
	await expect(list.getByRole('listitem').first()).toContainText('in use');
	await clean(page, 'settings');
	const stored = (await stores(page))['settings'] as { value: { models: { id: string }[] } }[];
	expect(stored[0]?.value.models.map(({ id }) => id)).toEqual(['second', 'first', 'first-copy']);
});
