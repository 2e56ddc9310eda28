import { readFileSync } from 'node:fs';
import { unzipSync } from 'fflate';
import { startModelServer } from '../support/model-server.mjs';
import { ledgerOf } from './device';
import { importWorkflow, startRun, yamlFile } from './importing';
import { gate, useServer } from './report';
import { expect, test } from './fixtures';

// What is for this device only, followed to every place where something could leave. Real: the app, its workers, HTTP over
// the loopback, real downloads. The model on this device repeats what it is given, so the token does travel inside.

const FILE = 'Osprey-41c7';
const NOTE = 'Heron-9d02';

const workflow = yamlFile(`
format: 1
id: private
title: Private and open
sources:
  - { id: private, title: Private, kind: text, reach: local-only }
  - { id: open, title: Open, kind: text }
steps:
  - { id: take, title: Take, kind: transform, job: extract, inputs: { text: sources.private }, with: { expression: text } }
  - id: here
    title: Here
    kind: model
    job: draft
    inputs: { text: steps.take.output, open: sources.open }
    instructions: Say what matters.
    permissions: { model: on-device }
    fallback: [{ use: provider, provider: built-in }]
  - id: elsewhere
    title: Elsewhere
    kind: model
    job: draft
    inputs: { open: sources.open, private: sources.private, here: steps.here.output, taken: steps.take.output }
    optional: [private, here, taken]
    instructions: Say what matters.
    permissions: { model: any }
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.elsewhere.output } }
  - id: save
    title: Save
    kind: save
    job: act
    inputs: { value: steps.review.output }
    permissions: { write: [Private] }
    with: { path: 'Private/{{run.date}}.md' }
`);

/** Everything in a file that can be read, of a packed one each part. */
function textsOf(path: string): string {
	const bytes = readFileSync(path);
	if (bytes.subarray(0, 2).toString() !== 'PK') return bytes.toString('utf8');
	const parts = Object.entries(unzipSync(new Uint8Array(bytes)));
	return parts.map(([name, part]) => `${name}\n${Buffer.from(part).toString('utf8')}`).join('\n');
}

test('a token in a file and in a note for this device only reaches no body, header, address, export or console', async ({
	page,
	context
}, info) => {
	test.setTimeout(180_000);
	const models = await startModelServer();
	const outside: string[] = [];
	context.on('request', (request) => {
		outside.push(request.url(), JSON.stringify(request.headers()), request.postData() ?? '');
	});
	context.on('console', (message) => outside.push(message.text()));
	page.on('pageerror', (error) => outside.push(error.message));

	await useServer(page, models.baseUrl);
	await page.goto('/corrections');
	await page.getByRole('button', { name: 'Write a note' }).click();
	const writing = page.getByRole('dialog', { name: 'Write a note' });
	await writing.getByRole('textbox', { name: 'Instruction' }).fill(`Always include a section “${NOTE}”.`);
	await writing.getByRole('checkbox', { name: 'Only for models on this device' }).check();
	await writing.getByRole('button', { name: 'Save' }).click();
	await expect(writing).toBeHidden();

	await importWorkflow(page, workflow);
	await page.goto('/workflows/private/start');
	await page.getByRole('textbox', { name: 'Text for private' }).fill(`${FILE} was sold for 48,210.`);
	await page.getByRole('button', { name: 'Use this text' }).first().click();
	await page.getByRole('textbox', { name: 'Text for open' }).fill('Revenue was 51,300.');
	await page.getByRole('button', { name: 'Use this text' }).click();
	await startRun(page);
	await gate(page);
	// It did travel inside: the model on this device was given both.
	const here = page.locator('[data-cell=here]');
	await here.getByRole('heading').getByRole('button').first().click();
	await here.getByRole('tab', { name: 'As sent' }).click();
	await expect(here.getByLabel('The prompt as sent')).toContainText(FILE);
	await expect(here.getByLabel('The prompt as sent')).toContainText(NOTE);
	await expect(page.locator('[data-cell=elsewhere]')).toContainText('kept here: private, here, taken');

	const asked = models.requests.map((one) => JSON.stringify([one.path, one.headers, one.body]));
	expect(asked.join('\n')).toContain('51,300');
	const exported: Record<string, string> = {};
	const dialog = page.getByRole('dialog', { name: 'Export this run' });
	await page.getByRole('button', { name: 'Export', exact: true }).click();
	await expect(dialog.getByText(/stay out, for this device only/)).toBeVisible();
	await dialog.screenshot({ path: info.outputPath('withheld.png') });
	const forms = await dialog.getByRole('radio').count();
	for (let form = 0; form < forms; form++) {
		if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Export', exact: true }).click();
		const radio = dialog.getByRole('radio').nth(form);
		await radio.check();
		const packet = dialog.getByRole('checkbox', { name: 'Send it all the same' });
		if (await packet.isVisible()) await packet.check();
		const coming = page.waitForEvent('download', { timeout: 15_000 }).catch(() => null);
		await dialog.getByRole('button', { name: 'Export', exact: true }).click();
		const file = await coming;
		if (file) exported[`${form} ${file.suggestedFilename()}`] = textsOf(await file.path());
		// With nothing approved that may leave, there is no document.
		else await expect(dialog.getByText('Nothing was exported')).toBeVisible();
	}
	expect(Object.keys(exported).length).toBeGreaterThanOrEqual(8);
	const places = { asked: asked.join('\n'), outside: outside.join('\n'), ...exported };
	for (const [place, text] of Object.entries({ ...places, ledger: JSON.stringify(await ledgerOf(page)) }))
		for (const token of [FILE, NOTE]) expect(text.includes(token), `${token} in ${place}`).toBe(false);
	await models.close();
});
