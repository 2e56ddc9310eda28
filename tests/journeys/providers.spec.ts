import { readFileSync } from 'node:fs';
import { startModelServer } from '../support/model-server.mjs';
import { filesWith, ledgerOf, stores } from './device';
import { approve, done, eventsOf, gate, openTab, startWeek, WEEKS } from './report';
import { exportAs, GALLEY_FILE, READABLE } from './exporting';
import { expect } from './fixtures';
import { failedExtract, startOn, test } from './served';

// A model on a server. Real: the app, its workers and guard, HTTP and SSE over the loopback. Scripted: the server, which
// answers usably or fails in the way that its `behaviour` says; it knows no report.

test('a run on a server: text is seen while it is written, what was sent is shown, what left is counted', async ({
	page,
	app,
	models,
	asked
}) => {
	test.setTimeout(120_000);
	models.behaviour = 'slow';
	const runId = await startOn(page, models);
	const draft = page.locator('[data-cell=draft]');
	await expect(draft.locator('[aria-busy=true]')).toContainText('The figure to look at is', {
		timeout: 60_000
	});
	await expect(draft).toContainText('Working');
	await expect(draft).not.toContainText('Done');
	models.behaviour = null;
	await gate(page);
	await approve(page);
	await done(page);

	// As sent is what arrived, for every step that asked.
	const prompts = models.requests.map(({ messages }) => messages.map(({ content }) => content).join('\n\n'));
	expect(prompts).toHaveLength(3);
	for (const [index, step] of ['extract', 'draft', 'flag'].entries()) {
		const cell = await openTab(page, step, 'As sent');
		const shown = await cell.getByLabel('The prompt as sent').textContent();
		expect(prompts, `${step} (${index})`).toContain(shown);
	}

	// The ledger has every byte, and the chip says so.
	const rows = (await eventsOf(page, runId)).flatMap(
		(event) => (event['egress'] ?? []) as { origin: string; sent: number; status: number }[]
	);
	expect(rows.map(({ origin, status }) => ({ origin, status }))).toEqual(
		models.requests.map(() => ({ origin: models.url, status: 200 }))
	);
	const bytes = models.requests.reduce((sum, request) => sum + request.bytes, 0);
	expect(rows.reduce((sum, row) => sum + row.sent, 0)).toBe(bytes);
	const chip = page.getByRole('button', { name: `sent to ${new URL(models.url).host}` });
	await expect(chip).toContainText(`${(bytes / 1000).toFixed(1).replace('.0', '')} KB sent`);
	await chip.click();
	const ledger = page.getByRole('dialog', { name: 'What left this device' });
	await expect(ledger.getByRole('row').filter({ hasText: models.url })).toHaveCount(3);
	await page.keyboard.press('Escape');

	// The ledger of the device, kept by others than the run's log, says the same as the server: byte by byte.
	await expect
		.poll(async () => (await ledgerOf(page)).filter((row) => row.endedAt !== null).length)
		.toBe(models.requests.length);
	const requests = await ledgerOf(page);
	// Draft and flags are asked for side by side: which of them arrives first is open.
	const told = requests.map((row) => [row.origin, row.method, row.status, row.sent, row.received].join(' '));
	const arrived = models.requests.map((one) =>
		[models.url, one.method, one.status, one.bytes, one.answered].join(' ')
	);
	expect(told.sort()).toEqual(arrived.sort());
	for (const { seen, sent, received } of requests) if (seen) expect(seen).toEqual({ sent, received });
	expect(requests.every((row) => row.runId === runId && row.purpose === 'model')).toBe(true);
	await page.goto('/ledger');
	await expect(page.getByRole('row', { name: new URL(models.url).host })).toContainText('3');
	await expect(page.getByRole('listitem').filter({ hasText: 'asking a model' })).toHaveCount(3);
	expect([...asked].sort()).toEqual([new URL(app.url).origin, models.url].sort());
});

for (const { behaviour, says, advice, tries } of [
	{ behaviour: 'status-401', says: /asks for a key \(401\)/, advice: /Enter the key/, tries: 1 },
	{ behaviour: 'status-500', says: /has a problem of its own \(500\)/, advice: /Try again later/, tries: 2 },
	{
		behaviour: 'prose',
		says: /asked for data, but its answer is prose/,
		advice: /Try again, or choose/,
		tries: 2
	},
	{
		behaviour: 'cut',
		says: /stopped in the middle of the answer/,
		advice: /What had arrived is kept/,
		tries: 2
	},
	{
		behaviour: 'redirect',
		says: /wanted to send the request on to another address/,
		advice: /nothing was sent there/,
		tries: 1
	}
]) {
	test(`a server that answers with ${behaviour}: said in the cell, and Retry goes on when it is better`, async ({
		page,
		app,
		models,
		asked
	}) => {
		test.setTimeout(120_000);
		models.behaviour = behaviour;
		// The browser tells of the address that a redirect names as if it asked it; whether it did, only that server knows.
		const elsewhere = await startModelServer();
		models.elsewhere = `${elsewhere.url}/v1/chat/completions`;
		const runId = await startOn(page, models);
		const cell = await failedExtract(page);
		await expect(cell.getByText(says).first()).toBeVisible();
		await expect(cell.getByText(advice).first()).toBeVisible();
		expect(models.requests).toHaveLength(tries);
		if (behaviour === 'cut' || behaviour === 'prose') {
			await cell.getByRole('button', { name: /what had arrived/ }).click();
			await expect(cell).toContainText(behaviour === 'cut' ? '"revenue"' : 'everything seems fine');
		}
		await page.reload();
		await expect((await failedExtract(page)).getByText(says).first()).toBeVisible();
		models.behaviour = null;
		await cell.getByRole('button', { name: 'Retry', exact: true }).click();
		await gate(page);
		expect(page.url()).toContain(runId);
		expect([elsewhere.requests, elsewhere.preflights]).toEqual([[], []]);
		await elsewhere.close();
		asked.delete(elsewhere.url);
		expect([...asked].sort()).toEqual([new URL(app.url).origin, models.url].sort());
	});
}

test('an address that is none is told at its field, and does not come into use', async ({ page }) => {
	await page.goto('/settings');
	await page.getByRole('radio', { name: /Server of your choice/ }).check();
	await page.getByRole('textbox', { name: 'Model' }).fill('tester');
	const address = page.getByRole('textbox', { name: 'Address' });
	for (const none of ['localhost:11434/v1', 'ftp://example.org/v1']) {
		await address.fill(none);
		await page.getByRole('button', { name: /^Use / }).click();
		await expect(page.getByText(/Enter the whole address, such as/)).toBeVisible();
		await expect(address).toHaveAttribute('aria-invalid', 'true');
		await expect(page.getByRole('button', { name: 'In use' })).toHaveCount(0);
	}
	await address.fill('http://localhost:11434/v1');
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
});

test('a server that is down: said in the cell; the built-in takes over, for good', async ({
	page,
	app,
	models,
	asked
}) => {
	test.setTimeout(120_000);
	await models.close();
	const runId = await startOn(page, models);
	const cell = await failedExtract(page);
	await expect(cell.getByText(/could not be reached\. Nothing was lost/)).toBeVisible();
	await cell.getByRole('button', { name: 'Retry with the built-in' }).click();
	await approve(page);
	await done(page);
	const events = await eventsOf(page, runId);
	const used = events
		.filter((event) => event.type === 'attempt.started' && event['provider'])
		.map((event) => (event['provider'] as { id: string }).id);
	expect(used.at(0)).toBe('openai-compatible');
	expect(used.slice(-3)).toEqual(['built-in', 'built-in', 'built-in']);
	for (const origin of asked) expect([new URL(app.url).origin, models.url]).toContain(origin);
});

test('a server that lets no web page in: told apart from one that is down, with what to switch on', async ({
	page,
	app,
	models
}) => {
	test.setTimeout(120_000);
	models.closed = true;
	await startOn(page, models);
	const cell = await failedExtract(page);
	const here = new URL(app.url).origin;
	await expect(
		cell.getByText(`${models.url} is there, but does not let ${here} read its answers (CORS)`).first()
	).toBeVisible();
	await expect(cell).toContainText(`Allow the origin ${here} in the settings of that server.`);
	expect(models.requests, 'the preflight was refused, once').toHaveLength(0);
	expect(models.preflights).toEqual([here]);
	models.closed = false;
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await gate(page);
});

for (const { radio, model, path, protocol } of [
	{ radio: /^Anthropic/, model: 'claude-sonnet-4-5', path: '/v1', protocol: 'anthropic' },
	{ radio: /^Google/, model: 'gemini-2.5-flash', path: '/v1beta', protocol: 'google' }
]) {
	test(`the ${protocol} protocol in the real worker: a run with typed data, a stream, and a cut one that is tried again`, async ({
		page,
		models
	}) => {
		test.setTimeout(120_000);
		await page.goto('/settings');
		await page.getByRole('radio', { name: radio }).check();
		await page.getByRole('textbox', { name: 'Model' }).fill(model);
		await page.getByRole('textbox', { name: 'Address' }).fill(`${models.url}${path}`);
		await page.getByRole('textbox', { name: 'Key', exact: true }).fill('sk-canary-1f2e3d4c');
		await page.getByRole('button', { name: /^Use / }).click();
		await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
		await page.getByRole('navigation', { name: 'Galley' }).getByRole('link', { name: 'Home' }).click();
		await page
			.getByRole('button', { name: /Start from the weekly report|Weekly performance report/ })
			.click();
		await expect(page.getByText('what the steps read is sent there')).toBeVisible();
		models.behaviour = 'cut';
		await startWeek(page, WEEKS[0]);
		const cell = await failedExtract(page);
		await expect(cell).toContainText('stopped in the middle of the answer');
		expect(models.requests).toHaveLength(2);
		models.behaviour = null;
		await cell.getByRole('button', { name: 'Retry', exact: true }).click();
		await gate(page);
		expect(models.requests.map((request) => request.protocol)).toEqual(Array(5).fill(protocol));
		for (const { headers } of models.requests)
			expect(headers[protocol === 'google' ? 'x-goog-api-key' : 'x-api-key']).toBe('sk-canary-1f2e3d4c');
	});
}

test('a key is in the header that it is for and nowhere else, also when the server quotes it', async ({
	page,
	models
}, info) => {
	test.setTimeout(180_000);
	const KEY = 'sk-canary-9f2b7c41d6e8';
	const said: string[] = [];
	page.on('console', (message) => said.push(message.text()));
	page.on('pageerror', (error) => said.push(error.message));
	const nowhere = async (when: string) => {
		expect(JSON.stringify(await stores(page)), when).not.toContain(KEY);
		const files = await filesWith(page, KEY);
		expect(files.read, when).toBeGreaterThan(0);
		expect(files.found, when).toEqual([]);
		expect(await page.content(), when).not.toContain(KEY);
		const shown = await page.evaluate(() => [
			document.body.innerText,
			...[...document.querySelectorAll('input, textarea')].map((one) => (one as HTMLInputElement).value),
			JSON.stringify({ ...localStorage, ...sessionStorage }),
			location.href
		]);
		expect(shown.join('\n'), when).not.toContain(KEY);
	};

	models.behaviour = 'status-401';
	await startOn(page, models, KEY);
	const cell = await failedExtract(page);
	await expect(cell).toContainText('did not accept the key (401)');
	await nowhere('refused');
	models.behaviour = 'status-500';
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await expect(cell).toContainText('has a problem of its own (500)', { timeout: 30_000 });
	await failedExtract(page);
	await nowhere('quoted');
	models.behaviour = null;
	await cell.getByRole('button', { name: 'Retry', exact: true }).click();
	await approve(page);
	await done(page);
	await nowhere('done');

	for (const format of [READABLE, GALLEY_FILE]) {
		const path = info.outputPath(format.source.replace(/\W+/g, '-'));
		await (await exportAs(page, format)).saveAs(path);
		expect(readFileSync(path, 'utf8')).not.toContain(KEY);
	}
	expect(said.join('\n')).not.toContain(KEY);
	expect(models.requests.length).toBeGreaterThan(4);
	for (const { headers, path, body } of models.requests) {
		expect(headers['authorization']).toBe(`Bearer ${KEY}`);
		expect(JSON.stringify({ ...headers, authorization: '', path, body })).not.toContain(KEY);
	}
});
