import { AxeBuilder } from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './fixtures';

// Real: the built app and its own storage. A workflow with steps inside steps is built by hand, field by field.

test('a map with two steps inside is built by hand, saved, and read as YAML and as a page', async ({
	page
}) => {
	test.setTimeout(120_000);
	await page.goto('/workflows');
	await page
		.getByRole('button', { name: /^New workflow/ })
		.first()
		.click();
	await page.waitForURL(/\/workflows\/workflow-/);
	await page.getByRole('tab', { name: 'Edit' }).click();

	// A list to go through, then the map, which names what it works on by itself.
	await add(page, 'Add a step', 'Transform');
	await page.getByLabel('Expression').fill('documents.text');
	await add(page, 'Add a step', 'For each');
	await field(page, 'steps.2', 'title').fill('Every order');
	await expect(page.getByLabel('What over refers to')).toHaveValue('steps.transform.output');
	await expect(page.getByText(/Nothing inside yet/)).toBeVisible();
	const problems = page.getByRole('region', { name: 'Problems' });
	await expect(problems.getByText(/with nothing inside/)).toBeVisible();
	await clean(page, 'an empty block');

	// Two steps inside. The first is given the item; the second gets an id that everything follows.
	await add(page, 'Add a step inside Every order', 'Transform');
	await field(page, 'steps.2.steps.0', 'title').fill('Read it');
	await field(page, 'steps.2.steps.0', 'with.expression').fill('order.name');
	await see(page, 'steps.2.steps.0', 'order', 'item.name');
	await add(page, 'Add a step inside Every order', 'Code');
	await field(page, 'steps.2.steps.1', 'title').fill('Say it');
	await field(page, 'steps.2.steps.1', 'with.code').fill('return inputs.name;');
	await see(page, 'steps.2.steps.1', 'name', 'steps.transform-2.output');
	await page.getByLabel('name may be missing').check();
	await page.getByLabel('What name is when it is missing').fill('nobody');
	const renamed = field(page, 'steps.2.steps.0', 'id');
	await renamed.fill('read');
	await renamed.blur();
	await expect(page.getByLabel('What name refers to')).toHaveValue('steps.read.output');

	// How it is reached, and what is done when it fails.
	const second = page
		.getByRole('listitem')
		.filter({ has: field(page, 'steps.2.steps.1', 'title') })
		.last();
	await second.getByText('How it is reached').click();
	await field(page, 'steps.2.steps.1', 'when.step').selectOption({ label: 'Depending on Read it' });
	await second.getByRole('group', { name: 'Only when' }).getByLabel('it is done').check();
	await second.getByText('When it fails', { exact: true }).click();
	await second.getByRole('button', { name: 'Add a way on' }).click();
	await expect(problems.getByText('Nothing is wrong with it.')).toBeVisible();
	await clean(page, 'a block with its forms open');

	// A step goes out of the block and back in, by keys, and undo takes a removal back.
	await page.getByRole('button', { name: 'Move Say it out of Every order' }).press('Enter');
	await expect(page.locator('[id="f.steps.3"]')).toBeFocused();
	await expect(problems.getByText(/steps\[3\]/).first()).toBeVisible();
	await page.getByRole('button', { name: 'Move Say it into Every order' }).press('Enter');
	await expect(page.locator('[id="f.steps.2.steps.1"]')).toBeFocused();
	await page.getByRole('button', { name: 'Remove Every order' }).click();
	await expect(page.getByText('with the 2 steps inside it')).toBeVisible();
	await page.keyboard.press('Control+z');
	await expect(page.locator('[id="f.steps.2.steps.1"]')).toBeVisible();

	await page.keyboard.press('Control+s');
	await expect(page.getByText(/Saved as version 2/)).toBeVisible();
	await page.getByRole('tab', { name: 'YAML' }).click();
	const yaml = page.getByRole('textbox', { name: 'The workflow as YAML' });
	await expect(yaml).toHaveValue(/over: steps\.transform\.output/);
	await expect(yaml).toHaveValue(/ {4}steps:\n {6}- id: read\n/);
	await expect(yaml).toHaveValue(/name: nobody/);
	await expect(yaml).toHaveValue(/use: person/);

	await page.reload();
	await page.getByRole('tab', { name: 'Read' }).click();
	await expect(page.getByText('For each item of Transform, 4 at once.')).toBeVisible();
	const inside = page.getByRole('list', { name: 'Inside Every order' });
	await expect(inside.getByRole('heading', { name: 'Read it' })).toBeVisible();
	await expect(inside.getByText('Runs only when Read it is done.')).toBeVisible();
	await expect(inside.getByText('Where name is missing, it takes “nobody”.')).toBeVisible();
	await expect(inside.getByText('When it fails: asks you.')).toBeVisible();
	await clean(page, 'the step map');
});

test('a problem inside a block leads to its field', async ({ page }) => {
	await page.goto('/workflows');
	await page
		.getByRole('button', { name: /^New workflow/ })
		.first()
		.click();
	await page.waitForURL(/\/workflows\/workflow-/);
	await page.getByRole('tab', { name: 'Edit' }).click();
	await add(page, 'Add a step', 'Repeat until');
	await field(page, 'steps.1', 'with.until').fill('output.score >= 8');
	await add(page, 'Add a step inside Repeat until', 'Transform');
	await field(page, 'steps.1.steps.0', 'with.expression').fill('last');
	await see(page, 'steps.1.steps.0', 'last', 'item.name');
	// Its form is closed; the problem opens it.
	await page.locator('[id="f.steps.1.steps.0"]').click();
	await page
		.getByRole('region', { name: 'Problems' })
		.getByRole('button', { name: /only means something inside a map/ })
		.click();
	await expect(page.getByLabel('What last refers to')).toBeFocused();
	await page.getByLabel('What last refers to').fill('loop.last');
	await expect(page.getByText('Nothing is wrong with it.')).toBeVisible();
});

test('a called workflow is chosen, and what it takes is offered', async ({ page }) => {
	await page.goto('/workflows');
	await page
		.getByRole('button', { name: /^New workflow/ })
		.first()
		.click();
	await page.waitForURL(/\/workflows\/workflow-/);
	await page.getByRole('tab', { name: 'Edit' }).click();
	await field(page, 'title').fill('Weekly figures');
	await page.locator('[id="f.inputs"]').getByRole('button', { name: 'Add' }).click();
	await field(page, 'inputs.0.id').fill('week');
	await field(page, 'inputs.0.title').fill('Week');
	await expect(page.getByText('Nothing is wrong with it.')).toBeVisible();
	await page.keyboard.press('Control+s');
	await expect(page.getByText(/Saved as version 2/)).toBeVisible();

	await page.goto('/workflows');
	await page
		.getByRole('button', { name: /^New workflow/ })
		.first()
		.click();
	await page.waitForURL(/\/workflows\/workflow-/);
	await page.getByRole('tab', { name: 'Edit' }).click();
	await add(page, 'Add a step', 'Workflow');
	await field(page, 'steps.1.with.workflow').selectOption({ label: 'Weekly figures' });
	await expect(page.getByText('still needed')).toBeVisible();
	await clean(page, 'a called workflow');
	await page.getByRole('button', { name: 'Add what is missing to what it sees' }).click();
	await page.getByLabel('What week refers to').fill('run.date');
	await expect(page.getByText('given', { exact: true })).toBeVisible();
	await expect(page.getByText('Nothing is wrong with it.')).toBeVisible();
	await page.keyboard.press('Control+s');
	await expect(page.getByText(/Saved as version 2/)).toBeVisible();
	await page.getByRole('tab', { name: 'Read' }).click();
	await expect(page.getByText('Runs Weekly figures, newest version.')).toBeVisible();
});

function field(page: Page, ...place: string[]): Locator {
	return page.locator(`[id="f.${place.join('.')}"]`);
}

/** Adds a step of a kind; its form opens and the title has the focus. */
async function add(page: Page, button: string, kind: string): Promise<void> {
	await page.getByRole('button', { name: button, exact: true }).click();
	await page
		.getByRole('dialog')
		.getByRole('button', { name: new RegExp(`^${kind}`) })
		.click();
	await expect(page.locator(':focus')).toHaveAttribute('id', /\.title$/);
}

/** Gives a step an input: its name and what it refers to. */
async function see(page: Page, step: string, name: string, ref: string): Promise<void> {
	const inputs = page.locator(`[id="f.${step}.inputs"]`);
	await inputs.getByRole('button', { name: 'Add', exact: true }).click();
	await inputs.getByLabel('Name of input 1').fill(name);
	await inputs.getByLabel('Name of input 1').blur();
	await inputs.getByLabel(`What ${name} refers to`).fill(ref);
}

/** Nothing to find, wide and narrow, light and dark. */
async function clean(page: Page, what: string): Promise<void> {
	for (const width of [390, 1440]) {
		await page.setViewportSize({ width, height: 900 });
		for (const colorScheme of ['dark', 'light'] as const) {
			await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
			// Colours on their way from one scheme to the other are no finding.
			await page.evaluate(() =>
				Promise.all(
					document
						.getAnimations()
						.filter((one) => one instanceof CSSTransition)
						.map((one) => one.finished.catch(() => undefined))
				)
			);
			const { violations } = await new AxeBuilder({ page }).analyze();
			const found = violations.flatMap(({ id, nodes }) =>
				nodes.map((node) => `${id} at ${node.target.join(' ')}`)
			);
			expect.soft(found, `${what}, ${width} pixels wide, ${colorScheme}`).toEqual([]);
		}
	}
}
