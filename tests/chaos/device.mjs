import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { recordsIn } from '../support/stored-rows.mjs';
import { Browser } from './browser.mjs';
import { watch } from './in-page.mjs';
import { Ledger } from './ledger.mjs';

/** @typedef {import('playwright').Page} Page */
/** @typedef {import('./ledger.mjs').LogRecord} LogRecord */

/** Nothing is waited for longer; the machine may be busy with other things. */
export const PATIENCE_MS = 90_000;

/** A device: one profile on disk, the browser that is open on it or not, and what its pages were told. */
export class Device {
	/** @type {Browser | null} */
	browser = null;
	ledger = new Ledger();
	/** Where its effects go, for workflows that have any. @type {import('./effects.mjs').Outside | null} */
	outside = null;
	#profile;

	/**
	 * @param {string} url where the app is served
	 * @param {{ folder?: string, path?: string, profile?: string, announced?: boolean, args?: string[] }} [options]
	 *   `profile`: one that is there already; `announced`: what engines tell each other counts as acknowledged; `args`: for
	 *   the browser
	 */
	constructor(url, { folder = tmpdir(), path = '/runs', profile, announced = true, args = [] } = {}) {
		this.url = url;
		this.path = path;
		this.announced = announced;
		this.args = args;
		this.#profile = profile ?? mkdtempSync(join(folder, 'galley-chaos-'));
	}

	get profile() {
		return this.#profile;
	}

	/** The browser, started when there is none. */
	async open() {
		if (this.browser) return this.browser;
		this.browser = await Browser.start(this.#profile, this.args);
		const { context } = this.browser;
		context.setDefaultTimeout(PATIENCE_MS);
		await context.addInitScript(watch);
		await context.exposeBinding('chaosAcknowledged', (_, heads) => {
			if (this.announced) this.ledger.acknowledge(heads);
		});
		return this.browser;
	}

	/** A new page. One that the browser puts into a process which was killed a moment ago is crashed from the start. */
	async newPage() {
		const { context } = await this.open();
		return until('a new page is alive', () =>
			context.newPage().catch((error) => {
				if (String(error).includes('Target crashed')) return null;
				throw error;
			})
		);
	}

	/** A tab with its engine open. */
	async tab() {
		const page = await this.newPage();
		await page.goto(`${this.url}${this.path}`);
		const report = await until('the engine answers', () => page.evaluate(() => globalThis.chaos.report));
		if (!report.ok) throw new Error(`the engine did not open: ${JSON.stringify(report.failure)}`);
		return { page, report: report.value };
	}

	/** A page of the same origin without the app, so that nothing opens what it is about to damage. */
	async blank() {
		const page = await this.newPage();
		await page.goto(`${this.url}/manifest.webmanifest`);
		return page;
	}

	/** The browser dies or is closed; the next tab starts another one. @param {'kill' | 'close'} how */
	async end(how) {
		await this.browser?.[how]();
		this.browser = null;
	}

	async dispose() {
		await this.end('kill');
		rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
	}
}

/** Calls the engine of a page as the page does; a refusal is an error. @param {Page} page @param {string} method @param {unknown[]} given */
export async function call(page, method, ...given) {
	const result = await page.evaluate(([name, list]) => globalThis.chaos.call(name, ...list), [method, given]);
	if (!result.ok) throw new Error(`${method}: ${JSON.stringify(result.failure)}`);
	return result.value;
}

/** The records of one stream, or of all, as the database has them. @param {Page} page @param {string} [stream] @returns {Promise<LogRecord[]>} */
export async function recordsOf(page, stream) {
	const rows = await page.evaluate(
		async (name) => JSON.stringify((await globalThis.chaos.read(['events'], name))[0]),
		stream
	);
	return recordsIn(JSON.parse(rows));
}

/** The list rows of all runs. @param {Page} page @returns {Promise<{ id: string, status: string, waiting: { why: string } | null }[]>} */
export async function rowsOf(page) {
	return page.evaluate(async () => (await globalThis.chaos.read(['runs']))[0]);
}

/**
 * @template T
 * @param {string} what @param {() => Promise<T>} look @param {number} [patience]
 */
export async function until(what, look, patience = PATIENCE_MS) {
	const limit = Date.now() + patience;
	for (;;) {
		const seen = await look();
		if (seen) return seen;
		if (Date.now() > limit) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
		await sleep(150);
	}
}
