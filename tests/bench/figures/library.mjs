import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LONG_TASKS, longTasks, REPEAT, whole } from '../support.mjs';

const FILES = 10_000;
/** Every tenth is so big, so that all have 1 GB. */
const BIG_BYTES = 1_000_000;
const DROPPED = 200;

/** @typedef {import('playwright').Page} Page */

/** A folder of text files, a hundred in each folder of it. @param {number} count @param {string} word */
function folderOf(count, word) {
	const root = mkdtempSync(join(tmpdir(), 'galley-library-'));
	for (let number = 0; number < count; number++) {
		const folder = join(root, `${word} ${Math.floor(number / 100)}`);
		if (number % 100 === 0) mkdirSync(folder);
		writeFileSync(
			join(folder, `${word} ${number}.txt`),
			`The ${word} of number ${number}. ${'Words of it. '.repeat(60)}`.padEnd(
				number % 10 === 0 ? BIG_BYTES : 0,
				` filler ${number}`
			)
		);
	}
	return root;
}

/** Adds a folder in the way a person does, and waits until all of it is in. @param {Page} page @param {string} root */
async function add(page, root) {
	const begun = Date.now();
	await page.locator('input[webkitdirectory]').setInputFiles(root);
	await page.getByText(/files? added/).waitFor({ timeout: 1_500_000 });
	return Date.now() - begun;
}

/** @param {import('../run.mjs').Context} context */
async function filled({ open, url, log }) {
	const context = await open({ args: ['--enable-precise-memory-info'] });
	const page = await context.newPage();
	await page.addInitScript(LONG_TASKS);
	await page.goto(`${url}/library`);
	const root = folderOf(FILES, 'report');
	const ms = await add(page, root);
	rmSync(root, { recursive: true });
	log(`  ${FILES} files added in ${ms} ms`);
	return page;
}

/** Milliseconds from a reload to the first row of the list. @param {Page} page */
async function openMs(page) {
	await page.reload();
	await page.waitForSelector('[role=row] .name a', { timeout: 60_000 });
	return page.evaluate(() => performance.now());
}

/** Milliseconds from a letter to the list that is narrowed by it. @param {Page} page */
function filterMs(page) {
	return page.evaluate(async () => {
		const field = /** @type {HTMLInputElement} */ (document.querySelector('input[type=search]'));
		const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
		field.value = '';
		field.dispatchEvent(new Event('input', { bubbles: true }));
		await frame();
		const begun = performance.now();
		field.value = '77';
		field.dispatchEvent(new Event('input', { bubbles: true }));
		await frame();
		return performance.now() - begun;
	});
}

/** @type {import('../run.mjs').Figure[]} */
export const figures = [
	{
		name: 'library.open_ms',
		unit: 'ms',
		better: 'lower',
		goal: 1_000,
		/** 10,000 files of 1 GB in the library: reload to the first row. Beside it the time that a filter takes, and the heap. */
		async measure(context) {
			const page = await filled(context);
			const [samples, filters] = [/** @type {number[]} */ ([]), /** @type {number[]} */ ([])];
			for (let i = -1; i < REPEAT; i++) {
				const [opened, narrowed] = [await openMs(page), await filterMs(page)];
				if (i < 0) continue;
				samples.push(opened);
				filters.push(narrowed);
			}
			const heap = await page.evaluate(() => /** @type {any} */ (performance).memory.usedJSHeapSize / 1e6);
			context.log(
				`  opened in ${whole(samples)} ms; narrowed in ${whole(filters)} ms; heap ${Math.round(heap)} MB`
			);
			await longTasks(page);
			const root = folderOf(DROPPED, 'dropped');
			const ms = await add(page, root);
			rmSync(root, { recursive: true });
			const tasks = await longTasks(page);
			const after = await page.evaluate(() => /** @type {any} */ (performance).memory.usedJSHeapSize / 1e6);
			context.log(
				`  ${DROPPED} more in ${ms} ms; long tasks ${tasks.join(' ') || 'none'}; heap ${Math.round(after)} MB`
			);
			const median = [...filters].sort((a, b) => a - b)[Math.floor(filters.length / 2)];
			return {
				samples,
				details: {
					filter_ms: Math.round(median),
					heap_mb: Math.round(heap),
					drop_ms: ms,
					drop_longtasks: tasks.length,
					drop_heap_mb: Math.round(after)
				}
			};
		}
	}
];
