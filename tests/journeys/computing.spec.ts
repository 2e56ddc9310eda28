import { expect, test } from './fixtures';
import { chooseWeeklyReport, eventsOf, openTab } from './report';

const WORKFLOW = `format: 1
id: weekly-report
title: Sorting
inputs:
  - id: amount
    title: Amount
    type: number
steps:
  - id: double
    title: Double it
    kind: transform
    job: extract
    inputs: { amount: inputs.amount }
    with:
      expression: '{ "amount": amount * 2, "week": run.date }'
  - id: way
    title: Choose the way
    kind: branch
    job: decide
    inputs: { amount: steps.double.output.amount }
    with:
      routes:
        - { id: large, title: A large one, when: amount > 100 }
      otherwise: small
  - id: walk
    title: Count by code
    kind: code
    job: extract
    inputs: { doubled: steps.double.output, way: steps.way.output }
    with:
      code: |
        console.log('way', inputs.way.route);
        const reached = [typeof fetch, typeof indexedDB, typeof postMessage, typeof Function('return this')().self];
        return { half: inputs.doubled.amount / 2, reached: reached.join(' ') };
  - id: hang
    title: Never done
    kind: code
    job: extract
    inputs: { amount: inputs.amount }
    retry: { attempts: 1 }
    with:
      code: for (;;) {}
      timeoutSeconds: 1
`;

test('a workflow that computes: edited, checked, run; code that hangs is ended and the rest is done', async ({
	page
}) => {
	const refused: string[] = [];
	page.on('console', (message) => {
		if (/Content Security Policy|TrustedScript/i.test(message.text())) refused.push(message.text());
	});
	await chooseWeeklyReport(page);
	await page.goto('/workflows/weekly-report?tab=yaml');
	const field = page.getByRole('textbox', { name: 'The workflow as YAML' });
	const problems = page.getByRole('region', { name: 'Problems' });
	await field.fill(WORKFLOW.replace('amount * 2', 'amount * '));
	await expect(problems).toContainText('The expression cannot be read');
	await field.fill(WORKFLOW);
	await expect(problems).toContainText('Nothing is wrong with it');

	await page.getByRole('tab', { name: 'Edit' }).click();
	await page
		.getByRole('button', { name: /Double it/ })
		.first()
		.click();
	const expression = page.getByRole('textbox', { name: /Expression/ });
	await expect(expression).toHaveValue(/amount \* 2/);
	expect(await expression.evaluate((node) => `${node.tagName} ${getComputedStyle(node).fontFamily}`)).toMatch(
		/^TEXTAREA .*mono/i
	);
	await page.getByRole('button', { name: /^Save/ }).click();
	await expect(page.getByText(/Saved as version 2/)).toBeVisible();

	await page.goto('/workflows/weekly-report/start');
	await page.getByLabel('Amount', { exact: false }).first().fill('60');
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\/[^/]+$/);
	const runId = page.url().split('/').pop() ?? '';

	const walk = page.locator('[data-cell=walk]');
	await expect(walk).toContainText('Done', { timeout: 30_000 });
	await expect(page.locator('[data-cell=hang]')).toContainText('Failed', { timeout: 30_000 });
	await expect(await openTab(page, 'way', 'Output')).toContainText('A large one');
	await expect(await openTab(page, 'walk', 'Output')).toContainText(
		'undefined undefined undefined undefined'
	);
	await expect(walk).toContainText('The code wrote: way large');
	await expect(await openTab(page, 'hang', 'Error')).toContainText(
		'was not done after a second and was stopped'
	);

	const events = await eventsOf(page, runId);
	const walked = events.find((event) => event.type === 'attempt.succeeded' && event['stepId'] === 'walk');
	expect(walked).toMatchObject({
		flags: [{ text: 'The code wrote: way large', about: 'console' }],
		egress: []
	});
	expect(refused).toEqual([]);
});
