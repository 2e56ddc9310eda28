import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from '@playwright/test';
import { chromiumArgs, findChromium } from '../../.ci/chromium.mjs';
import { serve } from '../../.ci/serve.mjs';
import { files as modelFiles, startMlcServer } from '../support/mlc-server.mjs';
import { factsAndDraft, startImported } from './importing';
import { eventsOf } from './report';
import { BUILD, expect, offlineReady, test as base } from './fixtures';

// WebLLM. Real: the built app, its workers, guard and caches, HTTP over the loopback, Chromium's WebGPU (computed by the
// processor, without 16-bit numbers) and the end of its graphics process. The package itself is real too, as far as it
// comes without a graphics device that can run a model; past that a stand-in takes its place in a copy of the build.

type Mlc = Awaited<ReturnType<typeof startMlcServer>>;

const CHECK = '/models/webllm-check';
const LEDGER = { folder: 'models', file: 'downloads.json' };

const test = base.extend<{ mlc: Mlc; standIn: string }, { gpu: Browser }>({
	// eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
	mlc: async ({}, use) => {
		const mlc = await startMlcServer();
		await use(mlc);
		await mlc.close();
	},
	/** A browser that gives pages a graphics device. */
	gpu: [
		async ({ playwright }, use) => {
			const executablePath = findChromium();
			const browser = await playwright.chromium.launch({
				...(executablePath ? { executablePath } : {}),
				args: [...chromiumArgs().filter((arg) => arg !== '--disable-gpu'), '--enable-unsafe-webgpu']
			});
			await use(browser);
			await browser.close();
		},
		{ scope: 'worker' }
	],
	/** Address of a copy of the build with the stand-in in the package's place. */
	// eslint-disable-next-line no-empty-pattern -- Playwright wants the pattern
	standIn: async ({}, use) => {
		const folder = mkdtempSync(join(tmpdir(), 'galley-webllm-'));
		cpSync(BUILD, folder, { recursive: true });
		const fake = await readFile('tests/support/fake-web-llm.mjs');
		const name = /@mlc-ai|MLCEngine/;
		for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
			const path = join(file.parentPath, file.name);
			if (!file.isFile() || !/^index-[\w-]+\.js$/.test(file.name) || !path.includes('assets')) continue;
			if (!name.test((await readFile(path)).subarray(-20_000).toString())) continue;
			await writeFile(path, fake);
			for (const ending of ['gz', 'br']) rmSync(`${path}.${ending}`, { force: true });
		}
		const app = await serve({ dir: folder });
		await use(app.url);
		await app.close();
		rmSync(folder, { recursive: true, force: true });
	}
});

async function choose(
	page: Page,
	mlc: Mlc,
	how = 'ok',
	library = 'library.wasm',
	name = 'tiny-q4f32'
): Promise<void> {
	await page.getByRole('combobox', { name: 'Model' }).selectOption('own');
	await page.getByRole('textbox', { name: 'Name' }).fill(name);
	await page.getByRole('textbox', { name: 'Files' }).fill(mlc.filesUrl(how));
	await page.getByRole('textbox', { name: 'Library' }).fill(mlc.libraryUrl(how, library));
}

const downloadButton = (page: Page) => page.getByRole('button', { name: /^Download from/ });
const askButton = (page: Page) => page.getByRole('button', { name: 'Load it and ask' });

/** Everything of models that this origin keeps. */
function kept(page: Page): Promise<string[]> {
	return page.evaluate(async () => {
		const urls: string[] = [];
		for (const shelf of ['webllm/config', 'webllm/wasm', 'webllm/model']) {
			for (const { url } of await (await caches.open(shelf)).keys()) urls.push(new URL(url).pathname);
		}
		return urls.sort();
	});
}

/** What model downloads took from where, as this origin keeps it. */
function ledger(page: Page): Promise<unknown[]> {
	return page.evaluate(async (names) => {
		let folder = await navigator.storage.getDirectory();
		folder = await folder.getDirectoryHandle(names.folder);
		const file = await (await folder.getFileHandle(names.file)).getFile();
		return JSON.parse(await file.text()) as unknown[];
	}, LEDGER);
}

test.describe('the real package', () => {
	test('no graphics device: said before anything is fetched, and the page is fit for all', async ({
		page,
		app
	}) => {
		const foreign = new Set<string>();
		page.on('request', (request) => {
			const { origin, protocol } = new URL(request.url());
			if (protocol.startsWith('http') && origin !== app.url) foreign.add(origin);
		});
		await page.goto(CHECK);
		await expect(page.getByRole('alert')).toContainText('needs WebGPU');
		await expect(page.getByText('none that WebGPU can use')).toBeVisible();
		await expect(downloadButton(page)).toBeDisabled();
		await expect(askButton(page)).toBeDisabled();
		expect([...foreign]).toEqual([]);
		const { violations } = await new AxeBuilder({ page }).analyze();
		expect(violations.map(({ id }) => id)).toEqual([]);
	});

	test('a device without 16-bit numbers runs one model and not the other; what hosts give instead of files is told', async ({
		gpu,
		app,
		mlc
	}) => {
		test.setTimeout(180_000);
		const context = await gpu.newContext({ baseURL: app.url });
		const page = await context.newPage();
		await page.goto(CHECK);
		await expect(page.getByRole('alert')).toContainText('shader-f16');
		await expect(page.getByText('Computed by the processor')).toBeVisible();

		for (const [how, says, library] of [
			['no-library.wasm', /has no library\.wasm \(404\)/, undefined],
			['no-mlc-chat-config.json', /has no mlc-chat-config\.json \(404\)/, undefined],
			['no-params_shard_1.bin', /has no params_shard_1\.bin \(404\)/, undefined],
			['error-tensor-cache.json', /could not give tensor-cache\.json just now \(500\)/, undefined],
			['cut-params_shard_2.bin', /The connection broke .* it goes on from there/, undefined],
			['short-params_shard_0.bin', /Of params_shard_0\.bin came 100000 of 200000 bytes/, undefined],
			['wrong-params_shard_0.bin', /its bytes are not the right ones/, undefined],
			['page-tokenizer.json', /a web page instead of tokenizer\.json/, undefined]
		] as const) {
			await choose(page, mlc, how, library);
			await expect(page.getByText('Nothing speaks against it')).toBeVisible();
			await downloadButton(page).click();
			await expect(page.getByRole('alert'), how).toContainText(says, { timeout: 20_000 });
			await expect(askButton(page)).toBeDisabled();
			await page.getByRole('button', { name: 'Delete its files' }).click();
			await expect(page.getByRole('alert')).toHaveCount(0);
		}
		expect(await kept(page)).toEqual([]);

		// A library that was made for another version of the package: the package itself says so.
		await choose(page, mlc, 'ok', 'library-v0_2_80.wasm');
		await downloadButton(page).click();
		await expect(page.getByText(/All 7 files are on this device/)).toBeVisible();
		await askButton(page).click();
		await expect(page.getByRole('alert')).toContainText('does not fit this Galley’s WebLLM', {
			timeout: 60_000
		});
		await context.close();
	});

	test('a download that breaks off goes on with what is missing; one that does not fit leaves nothing', async ({
		gpu,
		app,
		mlc
	}) => {
		test.setTimeout(120_000);
		const context = await gpu.newContext({ baseURL: app.url });
		const page = await context.newPage();
		await page.goto(CHECK);
		await choose(page, mlc, 'hang-params_shard_2.bin');
		await downloadButton(page).click();
		await expect(page.getByRole('status').last()).toContainText(/Downloading/);
		await expect.poll(() => kept(page)).toContain('/resolve/main/params_shard_1.bin');
		await page.getByRole('button', { name: 'Stop' }).click();
		await expect(page.getByRole('alert')).toContainText('was stopped');
		const before = mlc.asked.length;
		await downloadButton(page).click();
		await expect.poll(() => mlc.asked.slice(before)).toEqual(['params_shard_2.bin']);
		await page.getByRole('button', { name: 'Stop' }).click();

		const session = await context.newCDPSession(page);
		await session.send('Storage.overrideQuotaForOrigin', { origin: app.url, quotaSize: 900_000 });
		await choose(page, mlc);
		await downloadButton(page).click();
		const files = page.getByRole('region', { name: 'Files' });
		await expect(files.getByRole('alert')).toContainText('do not fit into what this browser gives', {
			timeout: 30_000
		});
		await expect
			.poll(async () => (await kept(page)).filter((path) => path.includes('library')))
			.toEqual(['/library.wasm']);
		await context.close();
	});
});

/** One step that reads facts out in a form, one that writes for some seconds. */
const WORKFLOW = factsAndDraft('local', 'A local draft', 'Say it 9 times.');

test.describe('the stand-in, on a graphics device that is real', () => {
	test('end to end by hand; then a run loses its device in the middle of an answer, and goes on by itself without a network', async ({
		gpu,
		standIn,
		mlc
	}) => {
		test.setTimeout(240_000);
		const context = await gpu.newContext({ baseURL: standIn });
		const page = await context.newPage();
		await page.goto(CHECK);
		await choose(page, mlc);
		await downloadButton(page).click();
		await expect(page.getByText(/7 requests/)).toContainText('from 127.0.0.1');
		expect(await ledger(page)).toMatchObject([
			{ hosts: [new URL(mlc.url).host], requests: 7, purpose: 'model download', model: 'tiny-q4f32' }
		]);
		await askButton(page).click();
		await expect(page.getByLabel('An answer in words')).toContainText('The figure to look at', {
			timeout: 60_000
		});
		await expect(page.getByText('in the form that was asked for', { exact: true })).toBeVisible({
			timeout: 60_000
		});
		await expect(page.getByText(/\d tokens a second after it/).first()).toBeVisible();
		await page.getByRole('button', { name: 'Use it for new runs' }).click();
		await expect(page.getByText('New runs use tiny-q4f32')).toBeVisible();

		const asked = mlc.asked.length;
		const runId = await startImported(page, WORKFLOW);
		const draft = page.locator('[data-cell=draft]');
		await expect(draft.locator('[aria-busy=true]')).toContainText('The figure to look at', {
			timeout: 60_000
		});
		await context.setOffline(true);
		const browser = await gpu.newBrowserCDPSession();
		await browser.send('Browser.crashGpuProcess').catch(() => undefined);
		await expect(draft).toContainText('Done', { timeout: 90_000 });
		const events = await eventsOf(page, runId);
		const ofDraft = events.filter((event) => event['stepId'] === 'draft').map(({ type }) => type);
		expect(ofDraft.filter((type) => type === 'attempt.failed')).toHaveLength(1);
		expect(ofDraft.filter((type) => type === 'attempt.succeeded')).toHaveLength(1);
		expect(events.find(({ type }) => type === 'attempt.failed')).toMatchObject({
			failure: { code: 'model.device-lost', retryable: true }
		});
		// From this device, and from this device alone.
		expect(mlc.asked).toHaveLength(asked);
		await context.setOffline(false);
		await context.close();
	});

	test('a model comes from a folder, without a network; what is wrong in it is said; it stands among the models', async ({
		gpu,
		standIn
	}) => {
		test.setTimeout(120_000);
		const folder = mkdtempSync(join(tmpdir(), 'galley-mlc-'));
		const put = (name: string, bytes: Uint8Array) => writeFileSync(join(folder, name), bytes);
		const { 'library-v0_2_80.wasm': _other, 'library.wasm': library, ...others } = modelFiles;
		for (const [name, bytes] of Object.entries(others)) put(name, bytes);
		put('params_shard_1.bin', Buffer.alloc(200_000, 9));
		const context = await gpu.newContext({ baseURL: standIn });
		const page = await context.newPage();
		await page.goto(CHECK);
		await offlineReady(page);
		await page.getByRole('combobox', { name: 'Model' }).selectOption('brought');
		await page.getByRole('textbox', { name: 'Name' }).fill('stick-q4f32');
		await expect(downloadButton(page)).toHaveCount(0);
		const drop = page.getByLabel(/Bring in its folder/);
		await drop.setInputFiles(folder);
		await expect(page.getByRole('alert')).toContainText('The folder has no compiled library');
		put('made-for-it.wasm', library as Buffer);
		await drop.setInputFiles(folder);
		await expect(page.getByRole('alert')).toContainText('params_shard_1.bin arrived, but its bytes');
		put('params_shard_1.bin', others['params_shard_1.bin'] as Buffer);
		await drop.setInputFiles(folder);
		await expect(page.getByText(/All 7 files are on this device/)).toBeVisible();
		await context.setOffline(true);
		await askButton(page).click();
		await expect(page.getByLabel('An answer in words')).toContainText('The figure to look at', {
			timeout: 60_000
		});
		await context.setOffline(false);

		await page.getByRole('link', { name: 'Models', exact: true }).last().click();
		await page.getByRole('link', { name: 'Try or delete it: stick-q4f32' }).click();
		await page.getByRole('button', { name: 'Delete its files' }).click();
		await expect(page.getByText(/They come from a folder of yours/)).toBeVisible();
		expect(await kept(page)).toEqual([]);
		await context.close();
		rmSync(folder, { recursive: true, force: true });
	});

	test('a shard that is cut on this device is deleted with its model, and said; a tab killed while it loads is explained', async ({
		gpu,
		standIn,
		mlc
	}) => {
		test.setTimeout(120_000);
		const context = await gpu.newContext({ baseURL: standIn });
		const page = await context.newPage();
		await page.goto(CHECK);
		await choose(page, mlc);
		await downloadButton(page).click();
		await expect(page.getByText(/All 7 files are on this device/)).toBeVisible();
		await page.evaluate(async () => {
			const shelf = await caches.open('webllm/model');
			const shard = (await shelf.keys()).find(({ url }) => url.endsWith('params_shard_1.bin'));
			if (shard) await shelf.put(shard, new Response(new Uint8Array(1000)));
		});
		await askButton(page).click();
		await expect(page.getByRole('alert')).toContainText('cut or damaged, so the model was deleted', {
			timeout: 60_000
		});
		expect(await kept(page)).toEqual([]);

		await downloadButton(page).click();
		await expect(page.getByText(/All 7 files are on this device/)).toBeVisible();
		await page.evaluate(async () => {
			const shelf = await caches.open('webllm/config');
			const config = (await shelf.keys()).find(({ url }) => url.endsWith('mlc-chat-config.json'));
			if (config) await shelf.put(config, new Response('{"hang":true,"tokenizer_files":["tokenizer.json"]}'));
		});
		await askButton(page).click();
		await expect(page.getByRole('status').last()).toContainText('Starting tiny');
		await expect
			.poll(() =>
				page.evaluate(async () => {
					const root = await navigator.storage.getDirectory();
					const folder = await root.getDirectoryHandle('galley-loading').catch(() => null);
					const names: string[] = [];
					for await (const name of folder?.keys() ?? []) names.push(name);
					return names;
				})
			)
			.toHaveLength(1);
		await page.reload();
		await choose(page, mlc);
		await expect(page.getByText('The tab ended while this model was being loaded')).toBeVisible();
		await expect(askButton(page)).toBeDisabled();
		await page.getByRole('button', { name: 'Allow it again' }).click();
		await expect(askButton(page)).toBeEnabled();
		await context.close();
	});
});
