import type { Page } from '@playwright/test';

/** Workflows that come in from a file, as a person brings them. */

export type Chosen = string | { name: string; mimeType: string; buffer: Buffer };

/** The text of a workflow as a file that can be chosen. */
export function yamlFile(text: string, name = 'workflow.yaml'): Chosen {
	return { name, mimeType: 'application/yaml', buffer: Buffer.from(text) };
}

/** Imports a workflow, makes it one's own and, where it asks for something, allows it; its page is open afterwards. */
export async function importWorkflow(page: Page, file: Chosen, allow = true): Promise<void> {
	await page.goto('/workflows');
	const opening = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: 'Import', exact: true }).first().click();
	await (await opening).setFiles(file);
	await page.waitForURL(/\/workflows\/[^/]+$/);
	await page.getByRole('heading', { name: 'Permissions' }).waitFor();
	const mine = page.getByRole('button', { name: 'Make it mine' });
	await mine.click();
	await mine.waitFor({ state: 'hidden' });
	const ask = page.getByRole('button', { name: 'Allow all of it' });
	if (!allow || !(await ask.isVisible())) return;
	await ask.click();
	await ask.waitFor({ state: 'hidden' });
}

/** Starts a run from the form that is open; the id of the run. */
export async function startRun(page: Page): Promise<string> {
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\/[^/]+$/, { timeout: 30_000 });
	return page.url().split('/').pop() ?? '';
}

/** Imports a workflow that asks for nothing at its start, and starts it; the id of the run. */
export async function startImported(page: Page, file: Chosen): Promise<string> {
	await importWorkflow(page, file);
	await page.goto(`${new URL(page.url()).pathname}/start`);
	return startRun(page);
}

/** A text, the facts in it in a form, and a draft made of them: what any model is asked in a run. */
export function factsAndDraft(id: string, title: string, instructions: string): Chosen {
	return yamlFile(`
format: 1
id: ${id}
title: ${title}
steps:
  - id: text
    title: Text
    kind: transform
    job: extract
    with: { expression: '"Revenue was 48,210 in week 45."' }
  - id: facts
    title: Facts
    kind: model
    job: extract
    inputs: { text: steps.text.output }
    instructions: Take the revenue.
    output:
      type: json
      media: application/json
      schema: { type: object, properties: { revenue: { type: number } }, required: [revenue], additionalProperties: false }
    permissions: { model: any }
  - id: draft
    title: Draft
    kind: model
    job: draft
    inputs: { facts: steps.facts.output }
    instructions: ${instructions}
    permissions: { model: any }
`);
}

/** Chooses a file for a restore or a check and presses the button. */
export async function choose(page: Page, path: string, button: string): Promise<void> {
	const dialog = page.getByRole('dialog');
	await dialog.locator('input[type=file]').setInputFiles(path);
	await dialog.getByRole('button', { name: button, exact: true }).click();
}
