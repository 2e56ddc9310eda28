import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bringInWorkflow, inTurns, LONG_TASKS, longTasks, openBench, REPEAT } from '../support.mjs';
import { gguf, SIZES } from '../../support/gguf.mjs';

/** Tokens that are streamed into the notebook at most. */
const WRITTEN = 2000;

/**
 * A model's file on disk, which goes with the browser.
 * @param {import('playwright').BrowserContext} browser @param {keyof typeof SIZES} size
 */
function modelFile(browser, size) {
	const folder = mkdtempSync(join(tmpdir(), 'galley-bench-model-'));
	browser.on('close', () => rmSync(folder, { recursive: true, force: true }));
	const file = join(folder, `${size}.gguf`);
	writeFileSync(file, gguf(SIZES[size]));
	return file;
}

/** @param {'tiny' | 'medium'} size @param {number} tokens */
const beside = (size, tokens) => async (/** @type {import('../run.mjs').Context} */ context) => {
	const { page, context: browser } = await openBench(context);
	await page.evaluate(() =>
		document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))
	);
	await page.locator('input').setInputFiles(modelFile(browser, size));
	const key = await page.evaluate(() => bench.local().bringIn(document.querySelector('input').files[0]));
	const counts = new Set();
	const pace = async (/** @type {'galley' | 'bare'} */ which) => {
		const { tokens: count, perSecond } = await page.evaluate(
			([name, id, most]) => bench.local()[name](id, most),
			/** @type {const} */ ([which, key, tokens])
		);
		if (count < tokens / 2) throw new Error(`${which} wrote ${count} tokens only`);
		counts.add(count);
		return perSecond;
	};
	const { samples } = await inTurns(
		context.log,
		() => pace('galley'),
		() => pace('bare'),
		'tokens/s'
	);
	return { samples, details: { tokens: [...counts].sort().join('/') } };
};

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'models.tokens.vs_bare',
		unit: 'ratio',
		better: 'higher',
		goal: 0.97,
		/** A model step by wllama, beside the bare runtime in a worker of the same page. */
		measure: beside('tiny', 1000)
	},
	{
		name: 'models.tokens.vs_bare_50m',
		unit: 'ratio',
		better: 'higher',
		goal: 0.97,
		measure: beside('medium', 64)
	},
	{
		name: 'models.page_longtasks',
		unit: 'tasks',
		better: 'lower',
		goal: 0,
		/** Long tasks of the notebook page while a model of this device streams into its cell. */
		async measure({ url, open, log }) {
			const context = await open();
			const file = modelFile(context, 'small');
			const setup = context.pages()[0] ?? (await context.newPage());
			await bringInWorkflow(setup, url, document());
			await setup.goto(`${url}/models`);
			await setup.getByLabel(/Bring in model files/).setInputFiles(file);
			await setup.getByRole('button', { name: 'Use for new runs' }).click({ timeout: 120_000 });
			await setup.getByText('in use for new runs').waitFor();
			await setup.close();
			const samples = [];
			const speeds = [];
			const page = await context.newPage();
			await page.addInitScript(LONG_TASKS);
			for (let i = -1; i < REPEAT; i++) {
				await page.goto(`${url}/workflows/local/start`);
				await page.getByRole('button', { name: 'Start run' }).click();
				await page.waitForURL(/\/runs\//);
				await page.locator('.live').waitFor({ timeout: 120_000 });
				await longTasks(page);
				const begun = performance.now();
				await page.locator('[data-cell=write]').getByText('Done').waitFor({ timeout: 300_000 });
				const long = await longTasks(page);
				const seconds = (performance.now() - begun) / 1000;
				// Each token of this model is one letter.
				const written = await page.locator('[data-cell=write] .prose').innerText();
				const speed = Math.round(written.length / seconds);
				log(`  long tasks at ${speed} tokens/s: ${long.join(' ms, ') || 'none'}`);
				// The first run of a profile compiles everything once.
				if (i < 0) continue;
				samples.push(long.length);
				speeds.push(speed);
			}
			return { samples, details: { tokens_per_s: Math.min(...speeds) } };
		}
	}
];

function document() {
	const step = { id: 'write', title: 'Write', kind: 'model', job: 'draft', instructions: 'Write.' };
	return {
		format: 1,
		id: 'local',
		title: 'Local',
		steps: [
			{
				...step,
				permissions: { model: 'any' },
				timeoutSeconds: 300,
				with: { maxTokens: WRITTEN },
				reuse: false
			}
		]
	};
}
