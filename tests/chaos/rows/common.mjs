import { call } from '../device.mjs';
import { startRun } from '../run-watch.mjs';
import { WORKFLOW } from '../workflow.mjs';

/** @typedef {import('playwright').Page} Page */
/**
 * One row of the durability table: brings its fault about `trials` times and tells what was not as promised.
 * @typedef {(given: { url: string, trials: number, random: import('../random.mjs').Random, told: (what: string) => void }) => Promise<Record<string, unknown>>} Row
 */

/** A tab on a device, and a run at work in it. @param {import('../device.mjs').Device} device @param {any} [workflow] */
export async function begin(device, workflow = WORKFLOW) {
	const { page } = await device.tab();
	await call(page, 'saveWorkflow', workflow);
	const runId = await startRun(device, page, 'run', workflow.id);
	return { page, runId };
}

/** What a page lets slip: errors that nobody caught. @param {Page} page @param {(what: string) => void} told */
export function listen(page, told) {
	page.on('pageerror', (error) => told(`nobody caught: ${error.message}`));
}

/** The shell stands and has not given up. @param {Page} page @param {string} when @param {(what: string) => void} told */
export async function isWell(page, when, told) {
	const gaveUp = await page.getByText('Galley could not start').count();
	if (gaveUp > 0) told(`${when}: the screen says that Galley could not start`);
}
