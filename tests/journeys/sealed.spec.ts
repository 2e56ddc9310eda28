// Real: the app, its workers, its service worker. Ours: a sink that writes down what arrives, and a model that is not asked.
import { startModelServer } from '../support/model-server.mjs';
import { startSink } from '../support/sink.mjs';
import { ledgerOf } from './device';
import { importWorkflow, startRun, yamlFile } from './importing';
import { eventsOf, gate, useServer } from './report';
import { expect, test } from './fixtures';

/** Everything a step can do to get something out: code, what is rendered of its output, a model elsewhere, a request. */
const yaml = (host: string) => `format: 1
id: leaky
title: Leaky
steps:
  - id: code
    title: Code that tries
    kind: code
    job: extract
    retry: { attempts: 1 }
    with:
      code: |
        const tried = [];
        const go = (name, act) => { try { act(); tried.push(name + ' done'); } catch { tried.push(name); } };
        go('fetch', () => fetch('http://${host}/p/code-fetch'));
        go('xhr', () => new XMLHttpRequest());
        go('import', () => Function('return import("http://${host}/p/code-import")')());
        go('self', () => Function('return this')().fetch('http://${host}/p/code-self'));
        return tried.join(', ');
  - id: text
    title: Text that loads
    kind: transform
    job: draft
    output: { type: text, media: text/markdown }
    with:
      expression: >-
        "# Hello\\n\\n![a picture](http://${host}/p/markdown-image)\\n\\n<img src='http://${host}/p/html-image'>
        <script src='http://${host}/p/html-script'></script> <iframe src='http://${host}/p/html-frame'></iframe>
        <link rel=stylesheet href='http://${host}/p/html-style'> [a link](http://${host}/p/markdown-link)"
  - id: model
    title: A model elsewhere
    kind: model
    job: draft
    instructions: Say hello.
    permissions: { model: any }
    retry: { attempts: 1 }
    fallback: [{ use: value, value: 'hello' }]
  - id: propose
    title: Propose
    kind: propose
    job: draft
    permissions: { hosts: ['${host}'] }
    with: { url: 'http://${host}/p/request', json: { a: 1 } }
  - id: review
    title: Look at it
    kind: review
    job: decide
    inputs: { draft: steps.propose.output }
  - id: send
    title: Send
    kind: request
    job: act
    inputs: { proposal: steps.review.output }
    permissions: { hosts: ['${host}'] }
`;

test('a sealed run: whatever its steps try, nothing arrives anywhere, and the run says so', async ({
	page
}, info) => {
	test.setTimeout(120_000);
	const [sink, models] = await Promise.all([startSink(), startModelServer()]);
	const { host } = new URL(sink.url);
	await page.goto('/');
	await useServer(page, models.baseUrl);
	await importWorkflow(page, yamlFile(yaml(host)));
	await page.goto('/workflows/leaky/start');
	await page.getByRole('checkbox', { name: /^Sealed/ }).check();
	await expect(page.getByText(/is elsewhere, so it is not asked/)).toBeVisible();
	const runId = await startRun(page);
	const decision = await gate(page);
	await expect(page.getByRole('button', { name: 'Sealed: 0 bytes left this device' })).toBeVisible();
	await decision.getByRole('button', { name: /^Approve/ }).click();
	const send = page.locator('[data-cell=send]');
	await expect(send).toContainText('This run is sealed: nothing may leave the device for it', {
		timeout: 30_000
	});
	const text = page.locator('[data-cell=text]');
	await text.getByRole('heading').getByRole('button').first().click();
	await expect(text).toContainText('not loaded');
	const failed = (await eventsOf(page, runId)).flatMap((event) =>
		event.type === 'attempt.failed' ? [(event['failure'] as { code: string }).code] : []
	);
	expect(failed).toEqual(['model.sealed', 'egress.sealed']);

	await page.getByRole('button', { name: 'Sealed: 0 bytes left this device' }).click();
	const dialog = page.getByRole('dialog', { name: 'What left this device' });
	await expect(dialog).toContainText('This run is sealed');
	await page.screenshot({ path: info.outputPath('sealed.png') });
	await page.keyboard.press('Escape');

	expect([...sink.arrived]).toEqual([]);
	expect(models.requests).toEqual([]);
	expect((await ledgerOf(page)).filter((row) => row.decision === 'allowed')).toEqual([]);
	await Promise.all([sink.close(), models.close()]);
});
