import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium } from 'playwright';
import { chromiumArgs, findChromium } from '../../.ci/chromium.mjs';

const ANSWER_MS = 20_000;
/** Where Chromium writes the port that it listens on. */
const PORT = 'DevToolsActivePort';

/**
 * A Chromium that was started by hand on a profile on disk: its process group is known, so it can be killed whole, as the
 * system does it, with nobody asked first.
 */
export class Browser {
	/** @param {import('node:child_process').ChildProcess} process @param {import('playwright').Browser} connection */
	constructor(process, connection) {
		this.process = process;
		this.connection = connection;
	}

	/** Under load Chromium now and then never answers its first visitor; it is started again then. @param {string} profile */
	static async start(profile, /** @type {string[]} */ args = []) {
		for (let tries = 1; ; tries++) {
			const child = launch(profile, args);
			try {
				const address = await addressOf(child, profile);
				return new Browser(child, await chromium.connectOverCDP(address, { timeout: ANSWER_MS }));
			} catch (error) {
				endGroup(child);
				if (tries === 3) throw error;
			}
		}
	}

	get context() {
		const [context] = this.connection.contexts();
		if (!context) throw new Error('Chromium has no profile open');
		return context;
	}

	/** SIGSTOP to all of its processes: nothing of it goes on, and nothing is told. */
	stop() {
		if (this.process.pid) process.kill(-this.process.pid, 'SIGSTOP');
	}

	/** SIGKILL to all of its processes; returns when they are gone. */
	async kill() {
		const gone = this.process.exitCode === null && this.process.signalCode === null;
		const ended = gone ? new Promise((done) => this.process.once('exit', done)) : null;
		endGroup(this.process);
		await ended;
		await this.connection.close().catch(() => undefined);
	}

	/** As a person closes it; what does not end by itself is killed. */
	async close() {
		const session = await this.connection.newBrowserCDPSession();
		await Promise.race([session.send('Browser.close').catch(() => undefined), sleep(5_000)]);
		for (let tries = 0; tries < 100 && this.process.exitCode === null; tries++) await sleep(50);
		await this.kill();
	}

	/** Process ids of what draws pages and runs their workers. */
	async renderers() {
		const session = await this.connection.newBrowserCDPSession();
		const { processInfo } = await session.send('SystemInfo.getProcessInfo');
		await session.detach();
		return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
	}

	/** The process of one page: the one that is busy while the page is kept busy. @param {import('playwright').Page} page */
	async rendererOf(page) {
		const pids = await this.renderers();
		const before = pids.map(ticksOf);
		await page.evaluate(() => {
			const until = performance.now() + 400;
			while (performance.now() < until);
		});
		const spent = pids.map((pid, index) => ticksOf(pid) - (before[index] ?? 0));
		return pids[spent.indexOf(Math.max(...spent))] ?? 0;
	}
}

/** Whatever ends this process ends its browsers. @type {Set<import('node:child_process').ChildProcess>} */
const alive = new Set();
process.on('exit', () => alive.forEach(endGroup));

/** @param {string} profile */
function launch(profile, /** @type {string[]} */ args) {
	for (const left of [PORT, 'SingletonLock']) rmSync(join(profile, left), { force: true });
	const own = ['--headless=new', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'];
	const child = spawn(findChromium() ?? '', [...chromiumArgs(), ...args, ...own], {
		detached: true,
		stdio: 'ignore'
	});
	alive.add(child);
	child.once('exit', () => alive.delete(child));
	return child;
}

/** @param {import('node:child_process').ChildProcess} child @param {string} profile */
async function addressOf(child, profile) {
	const limit = Date.now() + ANSWER_MS;
	while (Date.now() < limit && child.exitCode === null) {
		const address = readPort(join(profile, PORT));
		if (address) return address;
		await sleep(50);
	}
	throw new Error('Chromium did not start');
}

/** @param {string} file */
function readPort(file) {
	try {
		const [port, path] = readFileSync(file, 'utf8').split('\n');
		return port && path ? `http://127.0.0.1:${port}` : null;
	} catch {
		return null;
	}
}

/** @param {import('node:child_process').ChildProcess} child */
function endGroup(child) {
	try {
		if (child.pid) process.kill(-child.pid, 'SIGKILL');
	} catch {
		// It is gone already.
	}
}

/** Processor time that a process has used. @param {number} pid */
function ticksOf(pid) {
	try {
		const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
		return Number(fields[11]) + Number(fields[12]);
	} catch {
		return 0;
	}
}

/** Makes Chromium keep IndexedDB in SQLite, as it is beginning to do, and not in LevelDB. */
export const SQLITE = ['--enable-features=IdbSqliteBackingStore,IdbSqliteOnDiskRollout'];

/** Folder of an origin's IndexedDB in a profile: of LevelDB or of SQLite. @param {string} profile */
export function databaseFolder(profile) {
	const base = join(profile, 'Default', 'IndexedDB');
	const name = readdirSync(base).find((one) => /^https?_[^.]+(\.indexeddb\.leveldb)?$/.test(one));
	if (!name) throw new Error('the profile has no IndexedDB');
	return join(base, name);
}
